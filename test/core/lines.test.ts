/** One definition of lines for the compiler, the excerpts and the language server. */
import test from "ava";
import fc from "fast-check";
import { Document } from "../../grammar/document.ts";
import { format } from "../../grammar/printer.ts";
import {
  countLineEnds,
  hasLineEnd,
  isLineStart,
  lineCounter,
  lineEnd,
  lineStart,
  linesOf,
  nextLine,
} from "../../src/core/lines.ts";
import { Terms } from "../../src/core/term.ts";
import { openProgram } from "../../src/library.ts";
import { rangeIn } from "../../src/program/ask.ts";

const runs = { numRuns: Number(process.env.FUZZ_RUNS ?? 400) };
const unit = fc.constantFrom("a", " ", "\n", "\r", "\r\n", "\v", "\f", "\u2028", "\u0085", "é");
const texts = fc.array(unit, { maxLength: 24 }).map((all) => all.join(""));

/** Lines and columns as the Language Server Protocol defines them, by a regular expression. */
const positions = (text: string): readonly (readonly [line: number, column: number])[] => {
  const all: (readonly [number, number])[] = [];
  text.split(/(?<=\r\n|\n|\r(?!\n))/).forEach((line, i) => {
    for (let column = 0; column < line.length; column++) all.push([i, column]);
  });
  const lines = text.split(/\r\n|\n|\r/);
  return [...all, [lines.length - 1, lines.at(-1)!.length]];
};

test("lines are those of the protocol", (t) => {
  fc.assert(
    fc.property(texts, (text) => {
      const wanted = positions(text);
      const count = lineCounter(text);
      wanted.forEach(([line, column], offset) => {
        t.is(countLineEnds(text, 0, offset), line);
        t.is(count(offset), line);
        t.is(lineStart(text, offset), offset - column);
        t.is(isLineStart(text, offset), column === 0);
        t.is(lineEnd(text, offset), offset + /^[^\r\n]*/.exec(text.slice(offset))![0].length);
      });
      t.is(linesOf(text).length, wanted.at(-1)![0] + 1);
      t.is(hasLineEnd(text, 0, text.length), /[\r\n]/.test(text));
      let at = 0;
      for (let line = 1; line <= wanted.at(-1)![0]; line++) {
        at = nextLine(text, at);
        t.deepEqual(wanted[at], [line, 0]);
      }
    }),
    runs,
  );
});

const pieces = fc.constantFrom(
  "let a = 1",
  "-- c",
  "{- b",
  "-}",
  '"x',
  '"""',
  "[1,",
  "]",
  "automaton x {",
  "}",
  " ",
);
const program = fc
  .array(fc.oneof(pieces, fc.constantFrom("\n", "\r", "\r\n")), { maxLength: 40 })
  .map((all) => all.join(""));

test("a document has them, however it was edited", (t) => {
  fc.assert(
    fc.property(
      program,
      fc.array(fc.tuple(fc.nat(), fc.nat(6), program), { maxLength: 6 }),
      (start, edits) => {
        let document = Document.parse(start, new Terms());
        for (const [at, gone, text] of edits) {
          const from = at % (document.length + 1);
          document = document.edit(from, Math.min(document.length, from + gone), text).document;
          const { text: whole } = document;
          const fresh = Document.parse(whole, new Terms());
          positions(whole).forEach(([line, column], offset) => {
            const place = { line: line + 1, column: column + 1 };
            t.deepEqual(document.position(offset), place);
            t.deepEqual(fresh.position(offset), place);
            t.deepEqual(rangeIn(whole)({ start: offset, end: offset }).start, place);
            // Between `\\r` and `\\n` no place is but the end of what is seen.
            if (whole.slice(offset - 1, offset + 1) !== "\r\n") t.is(document.offset(place), offset);
          });
        }
      },
    ),
    runs,
  );
});

test("so has one of which a few elements of a long list were read again", (t) => {
  const word = fc.constantFrom("\n", "\r", "\r\n", "7", ",", " 8,", "-- c\r", "9,\r");
  const edit = fc.tuple(fc.nat(), fc.nat(2), word);
  fc.assert(
    fc.property(fc.constantFrom("\n", "\r", "\r\n"), fc.array(edit, { maxLength: 8 }), (end, edits) => {
      const elements = Array.from({ length: 200 }, (_, i) => `${i}`).join(`,${end}`);
      let document = Document.parse(`let a = 1${end}let b = [${end}${elements}]${end}let c = 2`, new Terms());
      for (const [at, gone, text] of edits) {
        const from = 20 + (at % (document.length - 40));
        document = document.edit(from, from + gone, text).document;
        const wanted = positions(document.text);
        for (const offset of [from, from + text.length, document.length]) {
          const [line, column] = wanted[offset]!;
          t.deepEqual(document.position(offset), { line: line + 1, column: column + 1 });
        }
      }
    }),
    runs,
  );
});

const sample = `-- first
let a = 1 -- behind
let text = """
  one
    two \\"x\\"
"""
{- a
   longer -}
automaton b {
  requires c: ?Int

  instances nope -- wrong
}
let d = [
  1,
  a +,
]
let e = "never closed
`;
const ends = ["\n", "\r\n", "\r"] as const;

test("a program has the same mistakes in the same places whichever way its lines end", (t) => {
  const told = ends.map((end) => {
    const text = sample.replaceAll("\n", end);
    return openProgram({ file: "a.arch", text }).diagnostics.map(({ code, message, range }) => ({
      code,
      message,
      range,
    }));
  });
  t.deepEqual(
    told[0]!.map(({ code, range }) => `${code}@${range.start.line}:${range.start.column}`),
    ["unknown-name@12:13", "syntax@16:6", "syntax@18:9"],
  );
  t.deepEqual(told[1], told[0]);
  t.deepEqual(told[2], told[0]);
});

test("it has the same values, and is formatted to the same text", (t) => {
  const right = sample.split("\nlet d")[0]!.replace("nope", "2");
  const [first, ...others] = ends.map((end) => format(right.replaceAll("\n", end)));
  t.is(first!._tag, "Formatted");
  for (const other of others) t.deepEqual(other, first);
  for (const end of ends) {
    const text = `let text = """\none\ntwo"""\nlet check = 1 / (if text == "\\none\\ntwo" then 1 else 0)`;
    t.deepEqual(openProgram({ file: "a.arch", text: text.replaceAll("\n", end) }).diagnostics, []);
  }
});

test("a byte order mark is in no column", (t) => {
  const [found] = openProgram({ file: "a.arch", text: "\ufefflet a = nope\nlet b = 1\n" }).diagnostics;
  t.deepEqual(found!.range, { start: { line: 1, column: 9 }, end: { line: 1, column: 13 } });
  const document = Document.parse("\ufefflet a = 1\n", new Terms());
  t.is(document.offset({ line: 1, column: 1 }), 1);
  t.is(document.offset({ line: 1, column: 5 }), 5);
  t.deepEqual(
    [document.position(0).column, document.position(1).column, document.position(5).column],
    [1, 1, 5],
  );
});
