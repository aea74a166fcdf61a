/** Writes a log on a file system that others have filled, and again when there is room: `node full-disk-main.js DIRECTORY`. */
import { appendFileSync, readFileSync, rmSync } from "node:fs";
import { LogFile } from "../../../../runtime/process/log/log-file.ts";
import { writeTo } from "./piped.ts";

const [directory = ""] = process.argv.slice(2);
const path = `${directory}/a.0.log`;
const log = new LogFile(path);
writeTo(log, "before\n", 1_000);
// Its block takes no more, and there is no other one.
writeTo(log, "\n".repeat(4096 - 7), 1_000);
try {
  for (;;) appendFileSync(`${directory}/full`, "x".repeat(4096));
} catch {
  // It is full now.
}
writeTo(log, "during", 1_000);
rmSync(`${directory}/full`);
writeTo(log, "after\n", 1_000);
process.stdout.write(readFileSync(path, "utf8").replace(/^(before\n)\n+\n\[/, "$1\n["));
