import { spawnSync } from "node:child_process";
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  truncateSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { fileURLToPath } from "node:url";
import test, { type ExecutionContext } from "ava";
import fc from "fast-check";
import { BoundedFile } from "../../../../runtime/process/log/bounded-file.ts";
import { LogFile } from "../../../../runtime/process/log/log-file.ts";
import { LogTimes, lengthAt } from "../../../../runtime/process/log/times.ts";
import { writeTo } from "./piped.ts";

const kernel = process.getuid?.() === 0 ? test : test.skip; // needs root: mounts a file system

const directoryOf = (t: ExecutionContext): string => {
  const directory = mkdtempSync(`${tmpdir()}/bounded-`);
  t.teardown(() => rmSync(directory, { recursive: true }));
  return directory;
};

test("whatever is appended, a file keeps within its limit, and its end is what was appended last", (t) => {
  const path = `${directoryOf(t)}/file`;
  const limit = { keep: 16_384, cutAt: 32_768 };
  const property = fc.property(fc.array(fc.integer({ min: 1, max: 20_000 }), { maxLength: 30 }), (sizes) => {
    rmSync(path, { force: true });
    let file = new BoundedFile(path, limit);
    let whole = Buffer.alloc(0);
    for (const [round, size] of sizes.entries()) {
      const chunk = Buffer.alloc(size, 97 + (round % 26));
      file.append(chunk);
      whole = Buffer.concat([whole, chunk]);
      if (statSync(path).blocks * 512 > limit.cutAt + 4096) return false;
      // Another one that opens it goes on where this one ended.
      if (round % 7 === 0) {
        file.close();
        file = new BoundedFile(path, limit);
      }
    }
    const { size } = file;
    file.close();
    const kept = Math.min(whole.length, limit.keep - 4096);
    return size === whole.length && readFileSync(path).subarray(-kept).equals(whole.subarray(-kept));
  });
  t.notThrows(() => fc.assert(property, { numRuns: 100 }));
});

test("a file of a length that no file system takes begins anew", (t) => {
  const path = `${directoryOf(t)}/file`;
  new BoundedFile(path).close();
  truncateSync(path, 2 ** 40 + 1);
  const file = new BoundedFile(path);
  file.append(Buffer.from("new\n"));
  t.is(file.size, 4);
  file.close();
  t.is(readFileSync(path, "utf8"), "new\n");
});

test("no file is opened through a link, and those that are made are their owner's alone", (t) => {
  const directory = directoryOf(t);
  new BoundedFile(`${directory}/file`).close();
  t.is(statSync(`${directory}/file`).mode & 0o777, 0o600);
  symlinkSync(`${directory}/file`, `${directory}/link`);
  t.throws(() => new BoundedFile(`${directory}/link`), { code: "ELOOP" });
});

test("a log that was removed or replaced is made again", (t) => {
  const directory = directoryOf(t);
  const path = `${directory}/logs/a.0.log`;
  mkdirSync(`${directory}/logs`, { mode: 0o700 });
  const log = new LogFile(path);
  writeTo(log, "one\n", 1_000);
  renameSync(path, `${path}.old`);
  writeTo(log, "late\n", 2_000);
  t.false(existsSync(path), "not while somebody may be removing its directory");
  writeTo(log, "two\n", 3_000);
  t.is(readFileSync(path, "utf8"), "two\n");
  t.is(readFileSync(`${path}.old`, "utf8"), "one\nlate\n");
  rmSync(`${directory}/logs`, { recursive: true });
  for (const time of [4_000, 5_000]) writeTo(log, "three\n", time);
  t.is(readFileSync(path, "utf8"), "three\n");
  log.close();
});

test("a log is marked with times to half a second", (t) => {
  const directory = directoryOf(t);
  const path = `${directory}/a.0.log`;
  const log = new LogFile(path);
  for (const time of [10_000, 10_100, 10_200, 10_700, 20_000, 30_000]) writeTo(log, "1234\n", time);
  log.close();
  const times = new LogTimes(path);
  t.deepEqual(
    [5, 10, 15, 20, 25, 30].map((end) => times.at(end)),
    [10_000, 10_200, 10_200, 10_700, 20_000, 30_000],
  );
  t.is(lengthAt(path, 9_000), 0);
  t.is(lengthAt(path, 15_000), 20);
});

kernel("on a full disk output is lost, and the log says how much", (t) => {
  const directory = directoryOf(t);
  const main = fileURLToPath(new URL("./full-disk-main.js", import.meta.url));
  const script = 'mount -t tmpfs -o size=64k,mode=700 tmpfs "$0" && exec "$1" "$2" "$0"';
  const { stdout, stderr } = spawnSync(
    "unshare",
    ["-m", "sh", "-c", script, directory, process.execPath, main],
    {
      encoding: "utf8",
    },
  );
  t.is(stdout, "before\n\n[6 bytes of output were lost here]\nafter\n", stderr);
});
