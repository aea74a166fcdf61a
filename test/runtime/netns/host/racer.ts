/**
 * A system that publishes a port when it is told to, at a moment that another one is told too.
 * Reads lines `PORT AT` (milliseconds since the epoch); prints what was refused, a line each, as JSON.
 * `undo` takes the publication back. Ends with its input.
 */
import { createInterface } from "node:readline";
import { NetnsBase } from "../../../../runtime/netns/base.ts";
import { HostPublisher } from "../../../../runtime/netns/host/publisher.ts";
import type { Resource, ResourceKey } from "../../../../src/core/resource.ts";
import { between, byKey, nothing, resourcesOf } from "../../model.ts";
import { noProcesses } from "../no-processes.ts";
import { ownedOf } from "../owned.ts";

const [system = ""] = process.argv.slice(2);
const stateOf = (hostPort: number | null): ReadonlyMap<ResourceKey, Resource> =>
  byKey(
    resourcesOf({
      system,
      automata: [{ name: "a", count: 1, offers: [{ port: "web", transport: "tcp", number: 8080 }] }],
      publications: hostPort === null ? [] : [{ to: "a.web", hostPort }],
    }),
  );

const base = new NetnsBase(ownedOf(system), noProcesses, new HostPublisher(ownedOf(system)));
const bare = stateOf(null);
let failures = await base.apply(between(nothing, bare));
console.log(JSON.stringify(failures));
for await (const line of createInterface(process.stdin)) {
  if (line === "undo") {
    const { resources } = await base.observe();
    failures = await base.apply(between(resources, bare));
  } else {
    const [port, at] = line.split(" ").map(Number);
    // To the point, on two threads of the processor.
    while (Date.now() < at!);
    failures = await base.apply(between(bare, stateOf(port!)));
  }
  console.log(JSON.stringify(failures));
}
failures = await base.destroy();
await base.close();
process.exitCode = failures.length === 0 ? 0 : 1;
