import { appendFileSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import test from "ava";
import { historyPath, kept } from "../../src/repl/line/history.ts";

const scratch = (remove: (then: () => void) => void): string => {
  const folder = mkdtempSync(join(tmpdir(), "architect-history-"));
  remove(() => rmSync(folder, { recursive: true }));
  return folder;
};

test("what is entered is there in the next session, whole, and for its owner alone", (t) => {
  const path = join(scratch(t.teardown), "a", "history");
  const first = kept(path);
  first.add("let a = 1");
  first.add("automaton a {\n  instances 2\n}");
  first.add("automaton a {\n  instances 2\n}");
  first.add("  ");
  t.deepEqual(kept(path).entries, ["let a = 1", "automaton a {\n  instances 2\n}"]);
  t.is(statSync(path).mode & 0o777, 0o600);
});

test("sessions side by side lose nothing of each other", (t) => {
  const path = join(scratch(t.teardown), "history");
  const [one, two] = [kept(path), kept(path)];
  one.add("1");
  two.add("2");
  one.add("3");
  t.deepEqual(kept(path).entries, ["1", "2", "3"]);
});

test("a damaged line is passed over", (t) => {
  const path = join(scratch(t.teardown), "history");
  kept(path).add("1");
  appendFileSync(path, '"torn\n{}\n');
  kept(path).add("2");
  t.deepEqual(kept(path).entries, ["1", "2"]);
});

test("a file that has grown long is cut to its younger part", (t) => {
  const path = join(scratch(t.teardown), "history");
  writeFileSync(path, Array.from({ length: 5000 }, (_, i) => `"${i}"\n`).join(""));
  const { entries } = kept(path);
  t.is(entries.length, 2000);
  t.is(entries.at(-1), "4999");
  t.is(readFileSync(path, "utf8").trimEnd().split("\n").length, 2000);
});

test("a history that cannot be kept still serves the session", (t) => {
  const history = kept("/dev/null/here/history");
  history.add("1");
  t.deepEqual(history.entries, ["1"]);
});

test("it is where XDG says", (t) => {
  t.is(historyPath({ XDG_STATE_HOME: "/state" }), "/state/architect/history");
  t.regex(historyPath({}), /\.local\/state\/architect\/history$/);
});
