/** Time that cores worked for a process. */
import { closeSync, openSync, readSync } from "node:fs";
import { refusedWith } from "../kernel-error.ts";

/** USER_HZ: what the kernel counts for programs is in hundredths of a second on every Linux there is. */
const ticksPerSecond = 100;

/** A line of numbers: more than enough. */
const line = Buffer.alloc(1_024);

/** For a file without a size `readFileSync` takes a large buffer anew each time. */
const readLine = (path: string): string => {
  const fd = openSync(path, "r");
  try {
    return line.toString("latin1", 0, readSync(fd, line));
  } finally {
    closeSync(fd);
  }
};

/** Seconds, with those of its children that ended. 0 where it is gone. */
export const cpuSeconds = (pid: number): number => {
  try {
    const text = readLine(`/proc/${pid}/stat`);
    // The command's name stands in parentheses and may itself hold any of these characters.
    const fields = text.slice(text.lastIndexOf(")") + 2).split(" ", 16);
    let ticks = 0;
    for (const field of fields.slice(11, 15)) ticks += Number(field);
    return ticks / ticksPerSecond;
  } catch (error) {
    if (refusedWith(error, "ENOENT", "ESRCH")) return 0;
    throw error;
  }
};
