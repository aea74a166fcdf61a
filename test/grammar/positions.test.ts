import test from "ava";
import fc from "fast-check";
import { Document } from "../../grammar/document.ts";
import { Terms } from "../../src/core/term.ts";

const pieces = fc.constantFrom(
  "let a = 1",
  "\n",
  "\n\n",
  "-- c",
  "automaton x {\n}\n",
  " ",
  "é",
  "let",
  "[1,\n2]",
);
const texts = fc.array(pieces, { maxLength: 30 }).map((all) => all.join(""));

test("an offset has one line and column, and they lead back to it", (t) => {
  fc.assert(
    fc.property(texts, fc.nat(), (text, random) => {
      const document = Document.parse(text, new Terms());
      const offset = random % (text.length + 1);
      const position = document.position(offset);
      const before = text.slice(0, offset).split("\n");
      t.deepEqual(position, { line: before.length, column: before.at(-1)!.length + 1 });
      t.is(document.offset(position), offset);
    }),
    { numRuns: Number(process.env.FUZZ_RUNS ?? 300) },
  );
});

test("a place behind the end of a line is that end, one behind the text is its end", (t) => {
  const document = Document.parse("let a = 1\nlet b = 2\n", new Terms());
  t.is(document.offset({ line: 1, column: 99 }), 9);
  t.is(document.offset({ line: 2, column: 1 }), 10);
  t.is(document.offset({ line: 3, column: 5 }), 20);
  t.is(document.offset({ line: 9, column: 1 }), 20);
});
