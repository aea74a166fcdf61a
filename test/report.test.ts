import test from "ava";
import { Report, summary } from "./report.ts";

const read = (tap: string): { report: Report; shown: string[] } => {
  const shown: string[] = [];
  const report = new Report((line) => shown.push(line));
  for (const line of tap.split("\n")) report.line(line);
  return { report, shown };
};

test("counts what passed, failed and was skipped, and shows the details of failures alone", (t) => {
  const { report, shown } = read(`TAP version 13
ok 1 - a › adds
# a › logs
#   of a passed one
not ok 2 - a › subtracts
  ---
  message: 'no'
  ...
ok 3 - b › mounts # SKIP
not ok 4 - b › later # TODO

1..4
# tests 2`);
  t.is(summary(report.count), "1 passed, 1 failed, 2 skipped");
  t.deepEqual(shown, [
    "FAILED: a › subtracts",
    "  ---",
    "  message: 'no'",
    "  ...",
    "skipped: b › mounts",
    "skipped: b › later",
  ]);
  t.is(report.end(), null);
});

test("tests that a crash kept from running have failed", (t) => {
  const { report } = read(
    "ok 1 - a\nnot ok 2 - a.test.js exited due to SIGSEGV\n# 3 tests remaining in a.test.js\n1..2",
  );
  t.is(summary(report.count), "1 passed, 4 failed, 0 skipped");
});

test("a run that was cut short, or ran nothing, cannot be trusted", (t) => {
  t.is(read("ok 1 - a").report.end(), "the test run was cut short");
  t.is(read("1..0").report.end(), "no test ran");
});
