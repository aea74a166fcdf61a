import { spawnSync } from "node:child_process";
import test from "ava";
import { Document } from "../../grammar/document.ts";
import { parseExpression } from "../../grammar/expression.ts";
import { format, print } from "../../grammar/printer.ts";
import { Terms } from "../../src/core/term.ts";

const around = (open: string, inside: string, close: string, depth: number): string =>
  open.repeat(depth) + inside + close.repeat(depth);

/** One construct in itself, as often as asked. */
const nested: Record<string, (depth: number) => string> = {
  parentheses: (n) => around("(", "1", ")", n),
  lists: (n) => around("[", "1", "]", n),
  calls: (n) => around("f(", "1", ")", n),
  indices: (n) => around("a[", "1", "]", n),
  conditions: (n) => around("if ", "a", " then 1 else 2", n),
  branches: (n) => around("if a then ", "1", " else 2", n),
  "else if": (n) => `${"if a then b else ".repeat(n)}1`,
  "values of let": (n) => around("let x = ", "1", " in 2", n),
  "bodies of let": (n) => `${"let x = 1 in ".repeat(n)}x`,
  functions: (n) => `${"fn(x) ".repeat(n)}x`,
  signs: (n) => `${"- ".repeat(n)}1`,
  interpolations: (n) => around('"${', "a", '}"', n),
  suffixes: (n) => `a${".b".repeat(n)}`,
  sums: (n) => around("(1 + ", "1", ") * 2", n),
  lambdas: (n) => around("(fn(x) ", "x", ")(1)", n),
};

const sessions: Record<string, (depth: number) => string> = {
  parentheses: (n) => around("(", "end", ")", n),
  recursion: (n) => `${"mu t. ".repeat(n)}t`,
  steps: (n) => `${"!A . ".repeat(n)}end`,
  sequences: (n) => `${"end ; ".repeat(n)}end`,
  payloads: (n) => `!${around("[", "A", "]", n)}`,
  duals: (n) => `${"dual ".repeat(n)}end`,
  conditions: (n) => around("if a then ", "end", " else end", n),
};

const codes = (text: string): string[] =>
  [...Document.parse(text, new Terms()).declarations].flatMap(({ errors }) => errors.map(({ code }) => code));

for (const [name, make] of Object.entries(nested)) {
  test(`nesting of 3,000 ${name} is read and printed; of 12,000 it is a limit`, (t) => {
    const terms = new Terms();
    const { term, errors } = parseExpression(make(3_000), terms);
    t.deepEqual(errors, []);
    t.is(parseExpression(print(term!), terms).term, term);
    const deep = parseExpression(make(12_000), terms).errors.map(({ code }) => code);
    // Parentheses leave no layer behind.
    t.deepEqual(deep, name === "parentheses" ? [] : ["limit-exceeded"]);
  });
}

for (const [name, make] of Object.entries(sessions)) {
  test(`nesting of 3,000 sessions by ${name} is read; of 12,000 it is a limit`, (t) => {
    t.deepEqual(codes(`protocol P = ${make(3_000)}`), []);
    t.deepEqual(codes(`protocol P = ${make(12_000)}`), name === "parentheses" ? [] : ["limit-exceeded"]);
  });
}

test("what nests deeply is formatted", (t) => {
  for (const name of ["lists", "calls", "else if", "bodies of let"]) {
    t.is(format(`let a = ${nested[name]!(3_000)}`)._tag, "Formatted", name);
  }
});

test("100,000 operators in a row, and 100,000 elements, are read and printed", (t) => {
  const terms = new Terms();
  for (const text of [`1${" + 1".repeat(100_000)}`, `[${"x, ".repeat(100_000)}]`]) {
    const { term, errors } = parseExpression(text, terms);
    t.deepEqual(errors, []);
    t.is(parseExpression(print(term!), terms).term, term);
  }
});

test("an unclosed bracket in deep nesting is a syntax error", (t) => {
  t.deepEqual(codes(`let a = ${"(".repeat(5_000)}\nlet b = 1`), ["syntax"]);
  t.deepEqual(codes(`let a = ${"[(".repeat(5_000)}]\nlet b = 1`), ["syntax"]);
});

/** A third of the stack that Node gives itself. */
const SMALL_STACK_KB = 320;

test("the limits do not depend on the stack", (t) => {
  const script = `
    const { parseExpression } = await import(${JSON.stringify(new URL("../../grammar/expression.js", import.meta.url))});
    const { Terms } = await import(${JSON.stringify(new URL("../../src/core/term.js", import.meta.url))});
    const texts = ${JSON.stringify(Object.values(nested).map((make) => make(3_000)))};
    console.log(texts.map((text) => parseExpression(text, new Terms()).errors.length).join(""));
  `;
  const options = [`--stack-size=${SMALL_STACK_KB}`, "--input-type=module", "-"];
  const { stdout, stderr } = spawnSync(process.execPath, options, { encoding: "utf8", input: script });
  t.is(stdout.trim(), "0".repeat(Object.keys(nested).length), stderr);
});
