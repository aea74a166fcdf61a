/** As small an orchestrator as can be: puts back what is told, one after the other. */
import type { ExecutionContext } from "ava";
import type { NetnsBase } from "../../../runtime/netns/base.ts";
import type { WorldEvent } from "../../../src/core/base.ts";
import { operation } from "../../../src/core/operation.ts";
import type { Resource, ResourceKey } from "../../../src/core/resource.ts";

/** Returns what waits for the repairs that are under way. */
export const repairing = async (
  t: ExecutionContext,
  base: NetnsBase,
  desired: ReadonlyMap<ResourceKey, Resource>,
  onRefusal: (what: string) => void = () => {},
  onDrift: (key: ResourceKey, what: string) => void = () => {},
): Promise<() => Promise<void>> => {
  let turn: Promise<unknown> = Promise.resolve();
  const repair = (event: WorldEvent): void => {
    if (event._tag !== "drift") return;
    onDrift(event.key, event.what);
    turn = turn.then(async () => {
      const change = operation(event.now, desired.get(event.key) ?? null);
      if (change === null) return;
      const failures = await base.apply([change]);
      for (const { doing, message } of failures) onRefusal(`${event.what}: ${doing}: ${message}`);
    });
  };
  const subscription = await base.listen(repair);
  t.teardown(() => subscription.close());
  return async () => {
    await turn;
  };
};
