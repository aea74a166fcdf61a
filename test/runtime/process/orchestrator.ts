/** A stand-in for an orchestrator, to be killed: starts what it is told, reports, waits. */
import { ProcessKeeper } from "../../../runtime/process/keeper.ts";
import { SystemState } from "../../../runtime/process/state.ts";
import type { Process } from "../../../src/core/resource.ts";

const [system = "", root = "", json = "[]"] = process.argv.slice(2);
const keeper = new ProcessKeeper(new SystemState(system, root));
keeper.onExit((event) => process.stdout.write(`${JSON.stringify(event)}\n`));
for (const wanted of JSON.parse(json) as readonly Process[])
  process.stdout.write(`${JSON.stringify(await keeper.start(wanted))}\n`);
setInterval(() => undefined, 1000);
