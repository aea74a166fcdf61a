import { appendFileSync, mkdtempSync, rmSync, truncateSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import test, { type ExecutionContext } from "ava";
import { lastLines, logLength } from "../../../../runtime/process/log/tail.ts";

const logIn = (t: ExecutionContext, text: string): string => {
  const directory = mkdtempSync(`${tmpdir()}/architect-tail-`);
  t.teardown(() => rmSync(directory, { recursive: true }));
  writeFileSync(`${directory}/log`, text);
  return `${directory}/log`;
};

test("the last lines, of what was written behind an offset", (t) => {
  const log = logIn(t, "one\ntwo\n");
  const from = logLength(log);
  t.deepEqual(lastLines(log, from, 10), []);
  appendFileSync(log, "three\r\nfour\n\nfive");
  t.deepEqual(lastLines(log, from, 10), ["three", "four", "", "five"]);
  t.deepEqual(lastLines(log, from, 2), ["", "five"]);
  t.deepEqual(lastLines(log, 0, 3), ["four", "", "five"]);
});

test("a log that was started anew is read from its beginning; one that is not there is empty", (t) => {
  const log = logIn(t, "a long line that was\n");
  const from = logLength(log);
  truncateSync(log);
  appendFileSync(log, "anew\n");
  t.deepEqual(lastLines(log, from, 10), ["anew"]);
  t.is(logLength(`${log}.not`), 0);
  t.deepEqual(lastLines(`${log}.not`, 0, 10), []);
});

test("of a flood only the end is read, and of a long line the beginning", (t) => {
  const log = logIn(t, `${"x".repeat(100_000)}\n${"y".repeat(3_000)}\nend\n`);
  t.deepEqual(lastLines(log, 0, 2), [`${"y".repeat(2_000)}… (1000 more characters)`, "end"]);
  // Of the first line the end alone was read.
  const [first] = lastLines(log, 0, 3);
  t.regex(first!, /^…x{1999}… \(\d+ more characters\)$/);
  t.is(lastLines(log, logLength(log) - 4, 3)[0], "end", "what begins where it is asked for is whole");
});
