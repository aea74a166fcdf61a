/**
 * A /run of the user's own. It looks like the machine's, whose entries are mounted in
 * it, but names can be made there, such as those of network namespaces.
 */
import { closeSync, constants, mkdirSync, openSync, readdirSync, readlinkSync, symlinkSync } from "node:fs";
import { MS_BIND, MS_NODEV, MS_NOSUID, MS_REC, MS_SLAVE, mount } from "../ffi/libc.ts";

/** What every user has to make for himself. */
const notTaken = new Set(["netns"]);

/** For the calling process, in a mount namespace of its own that a user namespace owns. */
export const ownRun = (): void => {
  mount("none", "/", null, MS_REC | MS_SLAVE);
  const below = openSync("/run", constants.O_RDONLY | constants.O_DIRECTORY);
  const entries = readdirSync("/run", { withFileTypes: true }).filter(({ name }) => !notTaken.has(name));
  mount("architect-run", "/run", "tmpfs", MS_NOSUID | MS_NODEV, "mode=755");
  for (const entry of entries) {
    const [old, own] = [`/proc/self/fd/${below}/${entry.name}`, `/run/${entry.name}`];
    if (entry.isSymbolicLink()) {
      symlinkSync(readlinkSync(old), own);
      continue;
    }
    if (entry.isDirectory()) mkdirSync(own);
    else closeSync(openSync(own, "wx"));
    mount(old, own, null, MS_BIND | MS_REC);
  }
  closeSync(below);
};
