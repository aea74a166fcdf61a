/**
 * When a log was how long: marks in a file beside it, made while the log grows, so that what was written since a
 * moment can be found. A mark is two doubles: milliseconds since 1970, and bytes. What stands behind the last
 * mark was written until the log was changed last, and within half a second.
 */
import { closeSync, fstatSync, openSync, readSync } from "node:fs";
import { firstFrom } from "../../../src/core/search.ts";
import { refusedWith } from "../../kernel-error.ts";
import { firstByte, type LogLimit } from "./bounded-file.ts";

const markSize = 16;

/** 65,536 marks at most: nine hours of a log that never rests. */
export const timesLimit: LogLimit = { keep: 512 << 10, cutAt: 1 << 20 };

/** The file of the marks of a log. */
export const timesFile = (log: string): string => log.replace(/\.log$/, ".times");

/** The bytes of a mark: at a time (milliseconds since 1970) the log was `size` bytes long. */
export const timeMark = (time: number, size: number): Uint8Array => {
  const mark = Buffer.alloc(markSize);
  mark.writeDoubleLE(time, 0);
  mark.writeDoubleLE(size, 8);
  return mark;
};

/** The marks that are left: what was given back before them may be far longer. */
const readMarks = (log: string): Buffer => {
  let fd: number;
  try {
    fd = openSync(timesFile(log), "r");
  } catch (error) {
    if (refusedWith(error, "ENOENT")) return Buffer.alloc(0);
    throw error;
  }
  try {
    const { size } = fstatSync(fd);
    const begin = Math.max(firstByte(fd), size - timesLimit.cutAt);
    const first = Math.ceil(begin / markSize) * markSize;
    const marks = Buffer.alloc(Math.max(0, size - first));
    return marks.subarray(0, readSync(fd, marks, 0, marks.length, first));
  } finally {
    closeSync(fd);
  }
};

/** How long the log was at that moment, or shortly before; 0 where it did not exist. */
export const lengthAt = (log: string, moment: number): number => {
  const marks = readMarks(log);
  let length = 0;
  // Marks that were given back read as zeros: time 0, length 0.
  for (let at = 0; at + markSize <= marks.length; at += markSize) {
    const size = marks.readDoubleLE(at + 8);
    if (marks.readDoubleLE(at) >= moment) {
      // A log that is shorter later was started anew since: all of it is younger.
      if (size < length) return 0;
      continue;
    }
    length = size;
  }
  return length;
};

/** When a log became how long, from the marks beside it. */
export class LogTimes {
  readonly #times: number[] = [];
  readonly #sizes: number[] = [];

  constructor(log: string) {
    const marks = readMarks(log);
    for (let at = 0; at + markSize <= marks.length; at += markSize) {
      const [time, size] = [marks.readDoubleLE(at), marks.readDoubleLE(at + 8)];
      // Marks that were given back say nothing; those of a log that was started anew since are of other bytes.
      if (time === 0) continue;
      if (size < (this.#sizes.at(-1) ?? 0)) this.#times.length = this.#sizes.length = 0;
      this.#times.push(time);
      this.#sizes.push(size);
    }
  }

  /** All marks, the oldest first. */
  get marks(): readonly { readonly time: number; readonly size: number }[] {
    return this.#times.map((time, mark) => ({ time, size: this.#sizes[mark]! }));
  }

  /** When the byte before `end` was there already, in milliseconds since 1970; null for what came after the last mark. */
  at(end: number): number | null {
    return this.#times[firstFrom(this.#sizes.length, (mark) => this.#sizes[mark]! >= end)] ?? null;
  }
}
