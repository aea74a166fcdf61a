/** A stand-in for an orchestrator, to be killed: starts what it is told, reports, waits. */
import { ProcessManager } from "../../../runtime/process/process-manager.ts";
import { SystemState } from "../../../runtime/process/state.ts";
import type { Process } from "../../../src/core/resource.ts";

const [system = "", root = "", json = "[]"] = process.argv.slice(2);
const manager = new ProcessManager(new SystemState(system, root));
manager.onExit((event) => process.stdout.write(`${JSON.stringify(event)}\n`));
for (const wanted of JSON.parse(json) as readonly Process[])
  process.stdout.write(`${JSON.stringify(await manager.start(wanted))}\n`);
setInterval(() => undefined, 1000);
