import test from "ava";
import type { Declaration } from "../../grammar/declaration.ts";
import { Document } from "../../grammar/document.ts";
import { Terms } from "../../src/core/term.ts";

const keys = (text: string): string[] =>
  [...Document.parse(text, new Terms()).declarations].map(({ key }) => key);
const wrong = (text: string): number =>
  [...Document.parse(text, new Terms()).declarations].reduce((sum, { errors }) => sum + errors.length, 0);

const cases: [why: string, text: string, keys: string[]][] = [
  [
    "declarations on one line",
    "let a = 1 let b = 2 automaton c {} type T = Int",
    ["let a", "let b", "automaton c", "type T"],
  ],
  ["let behind an equals sign is an expression, on any line", "let a =\nlet b = 1 in b", ["let a"]],
  ["and without in it was meant as a declaration", "let a =\nlet b = 1", ["let a", "let b"]],
  [
    "let behind in, then, else, (, [, a comma, ...",
    "let a = [let b = 1 in b, ...let c = if let d = 1 in d then let e = 2 in e else let f = 3 in f in (let g = 1 in g)]",
    ["let a"],
  ],
  ["let behind parameters", "let f(x) = fn(y) let z = x in z", ["let f"]],
  ["let behind an operator", "let a = 1 +\n  let b = 2 in b", ["let a"]],
  ["let behind an operator at the beginning of a line", "let a = 1 +\nlet b = 2", ["let a", "let b"]],
  [
    "let behind a clause word, in braces alone",
    "automaton a { instances let n = 1 in n }\nlet b = instances\nlet c = 1",
    ["automaton a", "let b", "let c"],
  ],
  [
    "brackets left open",
    "let a = ([{\nlet b = 1\nautomaton c {\nsystem s = [",
    ["let a", "let b", "automaton c", "system s"],
  ],
  [
    "words in strings and comments",
    'let a = "let b = 1" -- let c = 1\n{- let d = 1\ntype T = Int -}\nlet e = """\nlet f = 1\n"""',
    ["let a", "let e"],
  ],
  [
    "words in interpolations",
    'let a = """${ let b = 1\n in\nlet c = type }"""\nlet d = 1',
    ["let a", "let d"],
  ],
  [
    "reserved words as names",
    "let a = { type = 1, system = 2 }\ntype T = { protocol: Int, import: Int }",
    ["let a", "type T"],
  ],
  ["automata as expressions", 'let a = automaton "x" {}\nlet b = [automaton "y" {}]', ["let a", "let b"]],
  ["imports", 'import "a" as a import "b" { c }', ["import a", "import b"]],
  ["junk at the front", "foo bar\nlet a = 1", ["", "let a"]],
  ["white space at the front", "\n -- hello\nlet a = 1", ["", "let a"]],
  ["nothing", "", []],
];

for (const [why, text, expected] of cases)
  test(`declarations begin: ${why}`, (t) => t.deepEqual(keys(text), expected));

test("what is laid out freely is read without errors", (t) => {
  for (const [why, text] of cases.slice(1, 2)) t.is(wrong(text), 0, why);
  for (const [why, text] of [cases[0]!, ...cases.slice(3, 6), cases[7]!, ...cases.slice(12, 14)])
    t.is(wrong(text), 0, why);
});

const thousand = Array.from({ length: 1000 }, (_, i) => `let v${i} = f(${i})\n`).join("");

test("an edit makes its own declaration anew and leaves the others as they are", (t) => {
  const document = Document.parse(thousand, new Terms());
  const at = thousand.indexOf("f(500)");
  const update = document.update(`${thousand.slice(0, at)}g${thousand.slice(at + 1)}`);
  t.deepEqual(
    update.removed.map(({ key }) => key),
    ["let v500"],
  );
  t.deepEqual(
    update.inserted.map(({ key }) => key),
    ["let v500"],
  );
  t.is(update.at, 500);
  const before = [...document.declarations];
  const after = [...update.document.declarations];
  t.is(after.filter((declaration, i) => declaration === before[i]).length, 999);
  // And the old document is as it was.
  t.is(document.text, thousand);
  t.is([...document.declarations][500], before[500]);
});

test("comments and white space change no term and no place relative to it", (t) => {
  const document = Document.parse("let a = f(1, 2)\nlet b = 2\n", new Terms());
  const update = document.update("-- a\nlet a = f(1, 2) -- behind\n\n\nlet b = 2\n");
  const [, first, second] = [...update.document.declarations];
  const [one, two] = [...document.declarations];
  t.is(first!.term, one!.term);
  t.deepEqual(first!.spans, one!.spans);
  t.is(second, two as Declaration);
  const inside = update.document.update("let a = f( 1,\n 2 )\nlet b = 2\n");
  t.is([...inside.document.declarations][0]!.term, one!.term);
});

test("a bracket, a quote and a comment that are opened and closed again leave nothing behind", (t) => {
  for (const context of ["(", '"', '"""', "{-", "}", '"${', "let ", "\nlet x =\n"]) {
    const document = Document.parse(thousand, new Terms());
    const at = thousand.indexOf("f(500)");
    const broken = document.edit(at, at, context).document;
    const mended = broken.edit(at, at + context.length, "").document;
    t.deepEqual(
      [...mended.declarations].map(({ term }) => term),
      [...document.declarations].map(({ term }) => term),
      context,
    );
  }
});

test("edits far behind a comment left open are few declarations' work", (t) => {
  const document = Document.parse(`let z = 1 {- open\n${thousand}`, new Terms());
  const at = document.text.indexOf("f(900)");
  const update = document.edit(at, at + 1, "g");
  t.deepEqual(
    update.inserted.map(({ key }) => key),
    ["let v900"],
  );
  const closed = update.document.update(`${update.document.text}-}`);
  t.is(closed.document.declarations.length, 1);
});
