import { appendFileSync, mkdtempSync, renameSync, rmSync, statSync, truncateSync } from "node:fs";
import { tmpdir } from "node:os";
import test, { type ExecutionContext } from "ava";
import fc from "fast-check";
import { BoundedFile } from "../../../../runtime/process/log/bounded-file.ts";
import { readLog } from "../../../../runtime/process/log/reader.ts";
import { LogTimes, lengthAt, timesFile } from "../../../../runtime/process/log/times.ts";
import { until } from "../../../until.ts";
import { markTime } from "./mark.ts";

const runs = { numRuns: Number(process.env.FUZZ_RUNS ?? 100) };

const file = (t: ExecutionContext): string => {
  const directory = mkdtempSync(`${tmpdir()}/log-`);
  t.teardown(() => rmSync(directory, { recursive: true }));
  return `${directory}/a.0.log`;
};

const all = async (lines: AsyncIterable<string>): Promise<readonly string[]> => {
  const seen: string[] = [];
  for await (const line of lines) seen.push(line);
  return seen;
};

const numbered = (from: number, to: number): readonly string[] =>
  Array.from({ length: to - from }, (_, index) => `line ${from + index}`);
const text = (lines: readonly string[]): string => lines.map((line) => `${line}\n`).join("");

test("the last lines are the last lines, whatever their lengths", async (t) => {
  const path = file(t);
  const property = fc.asyncProperty(
    fc.array(fc.string({ maxLength: 40, unit: fc.constantFrom("a", "é", "漢", " ") }), { maxLength: 40 }),
    fc.boolean(),
    fc.nat(45),
    async (lines, ended, count) => {
      const whole = text(lines);
      rmSync(path, { force: true });
      appendFileSync(path, ended ? whole : whole.slice(0, -1));
      // A last line that is empty and has no end is no line.
      const there = !ended && lines.at(-1) === "" ? lines.slice(0, -1) : lines;
      const seen = await all(readLog(path, { lines: count }));
      return JSON.stringify(seen) === JSON.stringify(count === 0 ? [] : there.slice(-count));
    },
  );
  await t.notThrowsAsync(async () => fc.assert(property, runs));
  rmSync(path, { force: true });
  t.deepEqual(await all(readLog(path, { lines: 5 })), [], "a log that is not there is empty");
});

test("what was written since a moment is found by the marks beside the log", async (t) => {
  const path = file(t);
  const whole = { lines: Number.POSITIVE_INFINITY };
  const write = (from: number, to: number, time: number): void => {
    appendFileSync(path, text(numbered(from, to)));
    markTime(path, time);
  };
  write(0, 3, 1_000);
  write(3, 5, 2_000);
  appendFileSync(path, "line");
  markTime(path, 3_000);
  appendFileSync(path, " 5\n");
  t.deepEqual(await all(readLog(path, { ...whole, since: 500 })), numbered(0, 6));
  t.deepEqual(await all(readLog(path, { ...whole, since: 1_500 })), numbered(3, 6));
  t.deepEqual(await all(readLog(path, { ...whole, since: 3_500 })), ["line 5"], "begun before, ended since");
  t.deepEqual(await all(readLog(path, { lines: 1, since: 1_500 })), ["line 5"]);
  markTime(path, 4_000);
  t.deepEqual(await all(readLog(path, { ...whole, since: 5_000 })), []);

  rmSync(path);
  write(10, 12, 6_000);
  t.is(lengthAt(path, 5_000), 0, "a log that was started anew is young as a whole");
  t.deepEqual(await all(readLog(path, { ...whole, since: 5_000 })), numbered(10, 12));
});

test("of a log that was cut, nothing that was given back is read, however much it is", async (t) => {
  const path = file(t);
  const hole = 2 ** 39;
  const whole = { lines: Number.POSITIVE_INFINITY };
  appendFileSync(path, "");
  truncateSync(path, hole / 2);
  markTime(path, 1_000);
  truncateSync(path, hole);
  markTime(path, 2_000);
  appendFileSync(path, `rest of a line\n${text(numbered(0, 3))}`);
  markTime(path, 3_000);
  appendFileSync(path, text(numbered(3, 5)));
  markTime(path, 4_000);
  // Reading the hole would take half an hour.
  for (const since of [500, 1_500, 2_500])
    t.deepEqual(await all(readLog(path, { ...whole, since })), numbered(0, 5));
  t.deepEqual(await all(readLog(path, { ...whole, since: 3_500 })), numbered(3, 5));
});

test("of the times, too, nothing that was given back is read", (t) => {
  const path = file(t);
  appendFileSync(path, "one\n");
  appendFileSync(timesFile(path), "");
  truncateSync(timesFile(path), 2 ** 35);
  markTime(path, 1_000);
  appendFileSync(path, "two\n");
  markTime(path, 2_000);
  t.is(lengthAt(path, 1_500), 4);
  t.deepEqual(new LogTimes(path).marks, [
    { time: 1_000, size: 4 },
    { time: 2_000, size: 8 },
  ]);
});

test("long files are read from their end, and whole", async (t) => {
  const path = file(t);
  appendFileSync(path, text(numbered(0, 50_000)));
  t.deepEqual(await all(readLog(path, { lines: 20_000 })), numbered(30_000, 50_000));
  t.deepEqual(await all(readLog(path, { lines: Number.POSITIVE_INFINITY })), numbered(0, 50_000));
});

test("a cut gives back room from the front, and neither a writer nor a reader loses a line", async (t) => {
  const path = file(t);
  const limit = { keep: 64 * 1024, cutAt: 128 * 1024 };
  const writer = new BoundedFile(path, limit);
  const abort = new AbortController();
  const seen: string[] = [];
  const reading = (async () => {
    for await (const line of readLog(path, { lines: Number.POSITIVE_INFINITY, follow: abort.signal }))
      seen.push(line);
  })();
  let largest = 0;
  for (let from = 0; from < 100_000; from += 5000) {
    writer.append(Buffer.from(text(numbered(from, from + 5000))));
    await until("the reader has it", () => seen.at(-1) === `line ${from + 4999}`);
    largest = Math.max(largest, statSync(path).blocks * 512);
  }
  abort.abort();
  await reading;
  writer.close();
  t.deepEqual(seen, numbered(0, 100_000));
  t.true(largest <= limit.cutAt + 4096, `${largest} bytes at most`);
  const kept = await all(readLog(path, { lines: Number.POSITIVE_INFINITY }));
  t.deepEqual(kept, numbered(100_000 - kept.length, 100_000), "what is left begins with a whole line");
  t.true(text(kept).length >= limit.keep - 20);
});

test("a reader that is too late is told so, and goes on with a whole line", async (t) => {
  const path = file(t);
  appendFileSync(path, text(numbered(0, 10)));
  const abort = new AbortController();
  const lines = readLog(path, { lines: Number.POSITIVE_INFINITY, follow: abort.signal });
  const seen: (string | undefined)[] = [];
  for (let count = 0; count < 10; count++) seen.push((await lines.next()).value as string);
  const writer = new BoundedFile(path, { keep: 8192, cutAt: 16_384 });
  for (let from = 10; from < 20_000; from += 10) writer.append(Buffer.from(text(numbered(from, from + 10))));
  writer.close();
  seen.push((await lines.next()).value as string);
  t.regex(seen.at(-1)!, /given back/);
  t.regex((await lines.next()).value as string, /^line \d+$/);
  abort.abort();
  t.is((await all(lines)).at(-1), "line 19999");
});

test("following waits for a log that is not there yet, and goes on when it is replaced or begun anew", async (t) => {
  const path = file(t);
  const abort = new AbortController();
  const seen: string[] = [];
  const reading = (async () => {
    for await (const line of readLog(path, { lines: Number.POSITIVE_INFINITY, follow: abort.signal }))
      seen.push(line);
  })();
  appendFileSync(path, "first\nhal");
  await until("first", () => seen.length === 1);
  appendFileSync(path, "f\n");
  await until("half", () => seen.length === 2);
  renameSync(path, `${path}.old`);
  appendFileSync(path, "anew\n");
  await until("anew", () => seen.length === 3);
  abort.abort();
  await reading;
  t.deepEqual(seen, ["first", "half", "anew"]);
});
