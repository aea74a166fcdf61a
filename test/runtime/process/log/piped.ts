import { closeSync, writeSync } from "node:fs";
import { pipe } from "../../../../runtime/ffi/pipe.ts";
import type { LogFile } from "../../../../runtime/process/log/log-file.ts";

/** Writes a text (64 KiB at most) to a log by way of a pipe, at a time in milliseconds since 1970. */
export const writeTo = (log: LogFile, text: string, now: number): void => {
  const [readEnd, writeEnd] = pipe();
  try {
    writeSync(writeEnd, text);
    closeSync(writeEnd);
    while (log.moveFrom(readEnd, now) !== 0);
  } finally {
    closeSync(readEnd);
  }
};
