/**
 * What fails is told once, where it fails: in each expression of each golden program that is
 * right, something is put that fails, and nothing else may be said.
 */
import { readdirSync, readFileSync } from "node:fs";
import { resolve } from "node:path";
import test from "ava";
import { Document } from "../../grammar/document.ts";
import { type Term, Terms } from "../../src/core/term.ts";
import { openProgram } from "../../src/library.ts";
import { expected } from "../expectation.ts";

const folder = resolve(import.meta.dirname, "../../../test/golden");
const programs = readdirSync(folder)
  .filter((name) => name.endsWith(".arch"))
  .map((name) => ({ name, text: readFileSync(resolve(folder, name), "utf8") }))
  .filter(({ text }) => expected(text) === "ok" && text.length < 10_000);

/** Terms that stand where an expression may, and are one. */
const expressions: ReadonlySet<string> = new Set([
  ...["Num", "Str", "Bool", "Name", "List", "Comprehension", "Record", "Fn", "If", "Let", "Chain", "Unary"],
  ...["With", "Call", "Field", "Index", "Automaton"],
]);
/** Where a session or a payload stands, an expression is written otherwise. */
const notWithin: ReadonlySet<string> = new Set([
  ...["Provides", "Requires", "Send", "Receive", "Select", "Offer", "Branch", "Mu", "Dual", "Then"],
  ...["ProtocolDecl", "TypeDecl"],
]);

interface Extent {
  readonly start: number;
  readonly end: number;
}

/** Where the expressions of a program stand. */
const extents = (text: string): readonly Extent[] => {
  const found: Extent[] = [];
  let offset = 0;
  for (const { term, spans, length } of Document.parse(text, new Terms()).declarations) {
    let at = 0;
    const visit = (one: Term, isFree: boolean): void => {
      const start = offset + spans[4 * at]!;
      const end = offset + spans[4 * at + 1]!;
      at++;
      const { node } = one;
      // The name of an automaton and of an argument, the path of a file, and a gRPC service is a string, with nothing but strings within.
      if (isFree && expressions.has(node._tag)) found.push({ start, end });
      (node.children as readonly Term[]).forEach((child, i) => {
        const isNamed = ["Automaton", "FileEntry"].includes(node._tag);
        const isString =
          node._tag === "Health" ? node.how === "grpc" : node._tag === "Arg" && node.name === null;
        const isName = i === 0 && (isNamed || isString);
        visit(child, !isName && (isFree || child.node._tag === "Automaton") && !notWithin.has(node._tag));
      });
    };
    if (term !== null) visit(term, true);
    offset += length;
  }
  return found;
};

const failures = [
  ["unknown-name", "(nope_)"],
  ["unknown-port", "(brokenOne.nope)"],
  ["unknown-port", "(brokenOne => brokenOne)"],
  ["unknown-port", "([brokenOne] -> brokenOne)(x = brokenOne)"],
  ["division-by-zero", "(1 / 0)"],
  ["unknown-field", "({ a = 1 }.b)"],
  ["type-mismatch", '(automaton "1" {})'],
  ["ambiguous-union", "(brokenOne | otherOne)"],
] as const;
const declared = "\nautomaton brokenOne {}\nautomaton otherOne { provides p: ?Int on tcp 1 }\n";

for (const { name, text } of programs) {
  test(name, (t) => {
    const all = extents(text);
    const program = openProgram({ file: "main.arch", text: text + declared });
    t.deepEqual(program.diagnostics, []);
    for (const [code, failure] of failures) {
      for (const { start, end } of all) {
        const broken = text.slice(0, start) + failure + text.slice(end) + declared;
        const told = program
          .update(broken)
          .diagnostics.map((one) => `${one.code}@${one.range.start.line}: ${one.message}`);
        const where = `${failure} for ${text.slice(start, end)}\n${told.join("\n")}`;
        // An automaton without ports is wrong by itself in whatever arrow or union it is.
        const isPart = /=>|->|\|/.test(failure);
        const others = isPart ? told.filter((one) => !/`(broken|other)One`/.test(one)) : told;
        t.true(others.length <= (isPart ? 0 : 1), where);
        t.true(
          others.every((one) => one.startsWith(`${code}@`)),
          where,
        );
        if (code === "unknown-name") t.is(told.length, 1, where);
      }
    }
  });
}
