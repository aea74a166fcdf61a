import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import test, { type ExecutionContext } from "ava";
import { architect, withoutProgress } from "../cli/binary.ts";

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

const folderWith = (t: ExecutionContext, text: string): string => {
  const folder = mkdtempSync(join(tmpdir(), "architect-repl-"));
  t.teardown(() => rmSync(folder, { recursive: true }));
  const file = join(folder, "s.arch");
  writeFileSync(file, text);
  return file;
};

test("of an automaton that is named by others, the clauses that came out different are told", async (t) => {
  const text =
    'let word = "a"\nlet n = 1\nautomaton a {\n  instances n\n  env { W = word }\n}\nsystem s = [a]\n';
  const { out } = await run(["let n = 2", 'let word = "b"', "let n = 2"], [folderWith(t, text)]);
  t.regex(out, /n = 2\n~ a: an automaton, its instances\ns: 1 operation \(\+1\) in .*, not applied\n/);
  t.regex(out, /word = "b"\n~ a: an automaton, its env\n/);
  t.true(out.endsWith("n = 2\n"), out);
});

test("in a file that has errors, whatever does not depend on them can be entered and asked", async (t) => {
  const file = folderWith(t, "let a = 1\nlet bad = nope + a\nlet worse = bad * 2\nsystem s = []\n");
  const { code, out } = await run(
    ["let b = a + 1", "b", "let a = 5", "bad", "let c = missing", "a", ":plan", "let bad = a", "worse"],
    [file],
  );
  t.is(code, 1);
  const [, ...after] = out.split("4 names\n");
  const said = after.join("").replaceAll(/^.*error\[(.*?)\].*$[\s\S]*?^1 error$/gm, "$1");
  t.is(
    said,
    [
      "b = 2",
      "2",
      "a = 5",
      "~ b = 6",
      "error: this depends on what is wrong in the program",
      "hint: :reload shows that again",
      "unknown-name",
      "5",
      "unknown-name",
      "bad = 5",
      "~ worse = 10",
      "10",
      "",
    ].join("\n"),
  );
});

test("what a command needs is said, and what may have been meant", async (t) => {
  const { out } = await run([
    ":type",
    ":doc",
    ":doc clmp",
    ":doc nothing",
    ":set x",
    ":explain",
    ":load",
    ":graph",
  ]);
  t.is(
    out,
    [
      "error: :type needs an expression",
      "error: :doc needs a name",
      "error: nothing is called clmp",
      "hint: did you mean clamp?",
      "error: nothing is called nothing",
      "error: :set needs NAME=VALUE",
      "error: :explain needs the name of an automaton",
      "error: :load needs a file",
      "error: there is no system",
      "hint: write `system NAME = …`",
      "",
    ].join("\n"),
  );
});

// Needs root: makes network namespaces of the machine.
const kernel = process.getuid?.() === 0 ? test : test.skip;

kernel(
  "without an orchestrator, what was entered is planned, applied and looked at all the same",
  async (t) => {
    const system = `t${process.pid}_repl`;
    const file = folderWith(t, `automaton a { instances input("n", 1) }\nsystem ${system} = [a]\n`);
    t.teardown(() => architect(["down", system]));
    const { code, ...ran } = await run(
      [
        ":plan",
        ":set n=2",
        "automaton b { }",
        `system ${system} = [a, b]`,
        ":apply",
        ":plan",
        ":status",
        ":events",
      ],
      [file],
    );
    const out = withoutProgress(ran.out);
    t.is(code, 1);
    t.regex(out, new RegExp(`^${system}: 2 to create\\n`, "m"));
    t.regex(out, new RegExp(`^${system}: 4 operations \\(\\+4\\) in .*\\n${system}: no changes\\n`, "m"));
    t.regex(
      out,
      new RegExp(`^${system} converged \\(3 of 3 instances ready, netns, not supervised\\)\\n`, "m"),
    );
    t.regex(out, new RegExp(`error: nobody supervises ${system}, so nobody tells what happens\\n`));
  },
);

test("the text is edited by what the system is to be, and one of several ways is chosen", async (t) => {
  const folder = mkdtempSync(join(tmpdir(), "architect-repl-"));
  t.teardown(() => rmSync(folder, { recursive: true }));
  const file = join(folder, "s.arch");
  writeFileSync(file, shop);
  const lines = [
    ":edit scale front 3",
    "front",
    ":edit scale stor 3",
    ":edit scale store 2",
    ":edit 2",
    "store",
    ":edit 9",
  ];
  const { code, out } = await run(lines, [file]);
  t.is(code, 1);
  t.regex(out, /\+ automaton front \{[^\n]*instances 3/);
  t.regex(out, /\nautomaton front \{\n[\s\S]*instances 3\n/);
  t.regex(out, /has no automaton stor\nhint: did you mean store\?/);
  t.regex(out, /1\. set the input stores to 2 where it runs[\s\S]*2\. write `2` for `1`/);
  t.regex(out, /\+ automaton store \{[^\n]*input\("stores", 2\)/);
  t.regex(out, /error: there are no choices/);
});

test("what is wrong with an entry is told by its own lines, what it breaks elsewhere by those of the file", async (t) => {
  const folder = mkdtempSync(join(tmpdir(), "entry-"));
  t.teardown(() => rmSync(folder, { recursive: true }));
  const file = join(folder, "s.arch");
  const text = '-- a comment\n\nlet n = input("n", 2)\nautomaton a { instances n }\nsystem s = a\n';
  writeFileSync(file, text);
  const wrong = async (...lines: readonly string[]): Promise<readonly string[]> => {
    const { out } = await run(lines, [file]);
    return [...out.matchAll(/^(\S+:\d+:\d+): error\[(.*)\]/gm)].map(([, at, code]) => `${at} ${code}`);
  };
  t.deepEqual(await wrong("let b = a + nope"), ["<entry>:1:13 unknown-name"]);
  t.deepEqual(await wrong("let c = 1", "let g =", "  2 +", '  "s"'), ["<entry>:3:3 type-mismatch"]);
  t.deepEqual(await wrong("let n = nope"), ["<entry>:1:9 unknown-name"]);
  t.deepEqual(await wrong('let n = "x"'), [`${file}:4:25 type-mismatch`]);
});

test(":plan takes inputs for this once, and refuses all else", async (t) => {
  const folder = mkdtempSync(join(tmpdir(), "plan-"));
  t.teardown(() => rmSync(folder, { recursive: true }));
  const file = join(folder, "s.arch");
  const text = 'let n = input("n", 1)\nlet z = input("z", "q")\nautomaton a { instances n }\nsystem s = a\n';
  writeFileSync(file, text);
  const { out } = await run([':plan -i n=3 --input z="a b"', ":plan -j", "n"], [file]);
  t.regex(out, /instance 2 [\s\S]*error/);
  t.regex(out, /error: there is no place for "-j"\nhint: `-i NAME=VALUE` sets an input\n1\n$/);
});
