import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import test from "ava";
import { architect } from "../cli/binary.ts";

const run = (lines: readonly string[], args: readonly string[] = []) =>
  architect(["repl", ...args], { input: lines.map((line) => `${line}\n`).join("") });

test("entries from a pipe are evaluated one by one", async (t) => {
  const { code, out } = await run([
    "1 + 2",
    "let n = 2",
    "automaton a {",
    "",
    "  instances n",
    "}",
    "a",
    "[n,",
    " 4]",
  ]);
  t.is(code, 0);
  t.is(out, "3\nn = 2\na: an automaton\nautomaton a {\n  instances 2\n}\n[2, 4]\n");
});

test("a name that is defined anew changes what reads it, and that is said", async (t) => {
  const { code, out } = await run(["let n = 2", "let m = n * 10", "let other = 7", "let n = 3"]);
  t.is(code, 0);
  t.is(out, "n = 2\nm = 20\nother = 7\nn = 3\n~ m = 30\n");
});

test("what is wrong is shown, changes nothing, and fails the script in the end", async (t) => {
  const { code, out } = await run(["let n = 2", "let n = nope", "n", ":typ n", ":plam"]);
  t.is(code, 1);
  t.regex(out, /error\[unknown-name\]: nothing is called `nope` here/);
  t.regex(out, /\n2\na number\n/);
  t.regex(out, /there is no command :plam\nhint: did you mean :plan\?/);
});

test("a command ends an entry that is not finished, and :quit the script", async (t) => {
  const { code, out } = await run(["let n = (", ":type 1", ":quit", "2"]);
  t.is(code, 1);
  t.regex(out, /error\[syntax\]/);
  t.true(out.endsWith("a number\n"));
});

const shop = `protocol P = ?Int . !Int
-- Keeps what is kept.
automaton store { provides kv: P on tcp 1  instances input("stores", 1) }
automaton front { provides web: P on tcp 2  requires kv: P }
system s = [front => store, publish(front.web, 8080)]
`;

test("a file is worked on: its system is drawn, planned, set and explained", async (t) => {
  const folder = mkdtempSync(join(tmpdir(), "architect-repl-"));
  t.teardown(() => rmSync(folder, { recursive: true }));
  const file = join(folder, "s.arch");
  writeFileSync(file, shop);
  const { code, out, err } = await run(
    [":graph", ":doc store", ":set stores=3", "store", ":set stores=lots", ":plan"],
    [file],
  );
  t.is(code, 1, err);
  t.regex(out, /front ◂ host port 8080\n└─ kv => store\.kv\n/);
  t.regex(out, /an automaton\nKeeps what is kept\./);
  t.regex(out, /instances 3\n/);
  t.regex(out, /stores takes .* not "lots"/);
  t.regex(out, /instance 2 {2}/);
});

test("after an input is set or a declaration edited, :explain tells the way from there", async (t) => {
  const { code, out, err } = await run([
    'let n = input("n", 2)',
    "automaton a { instances n }",
    "system s = a",
    ":set n=3",
    ":explain a",
    "let n = 5",
    ":explain a",
  ]);
  t.is(code, 0, err + out);
  t.regex(out, /\ninstances {2}input n: 2 → 3 ⇒ n ⇒ instances of a\n {2}count +3\n/);
  t.regex(out, /\n {2}from its clause instances \(.*\), n = 3 \(.*\), input n = 3, /);
  t.regex(out, /\ninstances {2}n was edited at .* ⇒ instances of a\n {2}count +5\n/);
});
