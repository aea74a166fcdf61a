/** Names are watched also where the directory that they are in comes and goes. */
import { execFileSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import { instanceKey } from "../../../../src/core/resource.ts";
import { kernelTest as test } from "../lab.ts";

test("a directory of names that others take away, and make anew, is watched again", (t) => {
  const program = fileURLToPath(new URL("./names-main.js", import.meta.url));
  const ownRun = "while umount -l /run/netns 2> /dev/null; do :; done; mount -t tmpfs none /run";
  const script = `${ownRun} && exec ${process.execPath} ${program}`;
  const told = execFileSync("unshare", ["--net", "--mount", "sh", "-c", script], { encoding: "utf8" });
  t.deepEqual(JSON.parse(told), {
    told: [instanceKey("a", 1)],
    refusals: [],
    sure: [true, false, true, false, true],
  });
});
