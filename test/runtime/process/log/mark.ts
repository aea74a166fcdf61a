import { appendFileSync, statSync } from "node:fs";
import { timeMark, timesFile } from "../../../../runtime/process/log/times.ts";

/** Marks that a log was as long as it is now at a time, in milliseconds since 1970. */
export const markTime = (log: string, time: number): void =>
  appendFileSync(timesFile(log), timeMark(time, statSync(log).size));
