/** Settings of the machine that publishing needs are put back by the last system that needed them. */
import { execFileSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import { kernelTest as test } from "./lab.ts";

const program = fileURLToPath(new URL("./settings-main.js", import.meta.url));
const ownRun = "while umount -l /run/netns 2> /dev/null; do :; done; mount -t tmpfs none /run";

for (const before of ["0", "1"])
  test(`forwarding that was ${before === "0" ? "off" : "on"} is so again when nobody publishes any more`, (t) => {
    const script = `${ownRun} && exec "$0" "$@"`;
    const command = ["--net", "--mount", "sh", "-c", script, process.execPath, program, before];
    const off = `${before} ${before} 1`;
    // A machine that begins to forward goes on listening to routers if it is told so.
    const on = before === "0" ? "1 1 2" : "1 1 1";
    t.deepEqual(JSON.parse(execFileSync("unshare", command, { encoding: "utf8" })), {
      before: off,
      "two publish": on,
      "seen beside a later link": "true",
      "one publishes": on,
      "nobody publishes": off,
      "the table was taken away": on,
      "the table was taken away, and nobody publishes": off,
      "the link was taken away": on,
      "the link was taken away, and nobody publishes": off,
    });
  });
