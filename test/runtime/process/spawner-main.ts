/** Ends the thread that starts processes while it still has something to answer. */
import { Spawner } from "../../../runtime/process/spawner.ts";

const spawner = new Spawner();
const spawn = { program: "/no-such", argv: ["no-such"], env: {}, cwd: "/", stdio: [0, 1, 2] as const };
// There is no such process to join.
const refused = spawner.join({ beside: 0, grants: [], spawn }).then(
  () => "started",
  () => "refused",
);
await spawner.close();
console.log(await refused);
