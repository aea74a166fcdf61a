/**
 * When a log was how long: marks in a file beside it, made by the warden while the log
 * grows, so that what was written since a moment can be found. A mark is two doubles:
 * milliseconds since 1970, and bytes.
 */
import { appendFileSync, readFileSync } from "node:fs";
import { refusedWith } from "../kernel-error.ts";
import type { LogLimit } from "./log.ts";

const markSize = 16;

/** 65,536 marks at most: nine hours of a log that never rests. */
export const timesLimit: LogLimit = { keep: 512 << 10, cutAt: 1 << 20 };

export const timesFile = (log: string): string => log.replace(/\.log$/, ".times");

/** Notes how long the log is now. Equal neighbours say nothing: to be called when it has grown. */
export const markTime = (log: string, size: number, now = Date.now()): void => {
  const mark = Buffer.alloc(markSize);
  mark.writeDoubleLE(now, 0);
  mark.writeDoubleLE(size, 8);
  appendFileSync(timesFile(log), mark, { mode: 0o600 });
};

const readMarks = (log: string): Buffer => {
  try {
    return readFileSync(timesFile(log));
  } catch (error) {
    if (refusedWith(error, "ENOENT")) return Buffer.alloc(0);
    throw error;
  }
};

/** How long the log was at that moment, or shortly before; 0 where it did not exist or nobody looked. */
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
