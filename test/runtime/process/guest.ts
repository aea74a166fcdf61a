/** What `exec` of the command line does: stands in for a command inside an instance. */

import { type Guest, runInside } from "../../../runtime/process/exec.ts";
import { exitAlike } from "../../../runtime/process/foreground.ts";
import { SystemState } from "../../../runtime/process/state.ts";

const [system = "", root = "", guest = "", ...argv] = process.argv.slice(2);
try {
  const asCaller = process.env.AS_CALLER !== undefined;
  const state = new SystemState(system, root);
  process.exit(exitAlike(await runInside(state, JSON.parse(guest) as Guest, argv, asCaller)));
} catch (error) {
  console.error((error as Error).message);
  process.exitCode = 99;
}
