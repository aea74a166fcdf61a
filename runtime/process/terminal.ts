/** The terminal of a command in an instance, which has terminals of its own: programs ask for the name of theirs. */
import { closeSync, existsSync, readlinkSync } from "node:fs";
import { isatty } from "node:tty";
import { moveMount, openTree } from "../ffi/libc.ts";

/** Where it is seen there. */
const console = "/dev/console";

/** Opens the terminal of this process, from where the calling thread sees those of the machine; null where it has none. */
export const openTerminal = (): number | null => {
  for (const fd of [0, 1, 2]) {
    if (!isatty(fd)) continue;
    const path = readlinkSync(`/proc/self/fd/${fd}`);
    if (path.startsWith("/dev/pts/") && existsSync(path)) return openTree(path);
  }
  return null;
};

/** Shows it in the calling thread's own mounts. What was opened is closed. */
export const showTerminal = (terminal: number | null): void => {
  if (terminal === null) return;
  try {
    if (existsSync(console)) moveMount(terminal, console);
  } finally {
    closeSync(terminal);
  }
};
