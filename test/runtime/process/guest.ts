/** What `exec` of the command line does: becomes a command inside an instance. */
import { execInside, type Guest } from "../../../runtime/process/exec.ts";
import { SystemState } from "../../../runtime/process/state.ts";

const [system = "", root = "", guest = "", ...argv] = process.argv.slice(2);
try {
  execInside(new SystemState(system, root), JSON.parse(guest) as Guest, argv);
} catch (error) {
  console.error((error as Error).message);
  process.exitCode = 99;
}
