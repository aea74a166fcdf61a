/** Applies a system and is killed on the way: after so many operations, or so many milliseconds. */
import { NetnsBase } from "../../../runtime/netns/base.ts";
import { HostPublisher } from "../../../runtime/netns/host/publisher.ts";
import type { Resource } from "../../../src/core/resource.ts";
import { between, byKey } from "../model.ts";
import { noProcesses } from "./no-processes.ts";
import { ownedOf } from "./owned.ts";

export interface Order {
  readonly system: string;
  /** What is to be; nothing: all of it is destroyed. */
  readonly state: readonly Resource[];
  readonly after: number | null;
  readonly ms?: number;
}

process.once("message", async ({ system, state, after, ms }: Order) => {
  const die = (): void => {
    process.kill(process.pid, "SIGKILL");
  };
  const base = new NetnsBase(ownedOf(system), noProcesses, new HostPublisher(ownedOf(system)));
  if (after === 0) die();
  const { resources } = await base.observe();
  const operations = between(resources, byKey(state));
  if (ms !== undefined) setTimeout(die, ms);
  if (state.length === 0) await base.destroy();
  await base.apply(operations, ({ done }) => {
    if (done === after) die();
  });
  die();
});
