/** The end of a log, read at once: what a program said last. */
import { closeSync, constants, fstatSync, openSync, readSync, statSync } from "node:fs";
import { counted } from "../../../src/core/tally.ts";
import { refusedWith } from "../../kernel-error.ts";

/** Lines are cut to so many characters, and looked for in so many bytes at the end of the log. */
const longestLine = 2_000;
const mostBytes = 16 << 10;

const isGone = (error: unknown): boolean => refusedWith(error, "ENOENT", "ENOTDIR", "ELOOP");

/** How long a log is; 0 where there is none. */
export const logLength = (path: string): number => {
  try {
    return statSync(path).size;
  } catch (error) {
    if (isGone(error)) return 0;
    throw error;
  }
};

/** What is too long to be shown here says so: the log has all of it. */
const shortened = (line: string): string =>
  line.length <= longestLine
    ? line
    : `${line.slice(0, longestLine)}… (${counted(line.length - longestLine, "more character")})`;

/** What stands there; the beginning of a line that is longer than what is read is left out, and that is marked. */
const readEnd = (path: string, from: number, to: number): string => {
  const fd = openSync(path, constants.O_RDONLY | constants.O_NOFOLLOW);
  try {
    const size = Math.min(fstatSync(fd).size, to);
    // One that is shorter than it was has been started anew.
    const first = from > size ? 0 : from;
    const begin = Math.max(first, size - mostBytes);
    const buffer = Buffer.alloc(size - begin);
    const read = readSync(fd, buffer, 0, buffer.length, begin);
    return `${begin > first ? "…" : ""}${buffer.toString("utf8", 0, read)}`;
  } finally {
    closeSync(fd);
  }
};

/** The last lines of what stands between two offsets, so many at most, without empty ones at the end. */
export const lastLines = (
  path: string,
  from: number,
  most: number,
  to = Number.POSITIVE_INFINITY,
): readonly string[] => {
  try {
    const lines = readEnd(path, from, to)
      .replace(/^…?\0+/, "") // what was given back reads as zeros
      .trimEnd()
      .split("\n");
    const last = lines.slice(-most).map((line) => shortened(line.replace(/\r$/, "")));
    return last.length === 1 && last[0] === "" ? [] : last;
  } catch (error) {
    if (isGone(error)) return [];
    throw error;
  }
};
