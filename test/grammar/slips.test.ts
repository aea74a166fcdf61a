import test from "ava";
import { Document } from "../../grammar/document.ts";
import type { SyntaxProblem } from "../../grammar/problem.ts";
import { Terms } from "../../src/core/term.ts";
import { readGolden, runGolden } from "../golden.ts";

/** All problems of a text, with offsets in it. */
const problemsOf = (document: Document): { offset: number; problem: SyntaxProblem }[] => {
  let index = 0;
  return [...document.declarations].flatMap((declaration) => {
    const offset = document.offsetOf(index++);
    return declaration.errors.map((problem) => ({ offset, problem }));
  });
};

const underlined = (text: string, start: number, end: number): string => {
  const lineStart = text.lastIndexOf("\n", start - 1) + 1;
  const line = text.slice(lineStart).split("\n", 1)[0]!;
  const width = Math.max(1, Math.min(end, lineStart + line.length) - start);
  return `${line}\n${" ".repeat(start - lineStart)}${"^".repeat(width)}`;
};

const rendered = (text: string): string => {
  const document = Document.parse(text, new Terms());
  return problemsOf(document)
    .map(({ offset, problem }) => {
      const { line, column } = document.position(offset + problem.start);
      const lines = [
        `${line}:${column} ${problem.message}`,
        underlined(text, offset + problem.start, offset + problem.end),
      ];
      for (const { message, fix, place } of problem.hints) {
        lines.push(`  ${message}`);
        if (place !== undefined) lines.push(`  at ${text.slice(offset + place.start, offset + place.end)}`);
        if (fix !== undefined) {
          const fixed = text.slice(0, offset + fix.start) + fix.text + text.slice(offset + fix.end);
          lines.push(`  => ${fixed.replaceAll("\n", "\n     ")}`);
        }
      }
      return lines.join("\n");
    })
    .join("\n");
};

const golden = readGolden("slips.txt");
const actual = runGolden("slips.txt", rendered);

for (const [index, { title, output }] of golden.entries()) {
  test(`context: ${title}`, (t) => {
    t.is(actual[index]!.output, output);
    t.not(output, "");
  });
}

/** A mistake that is one declaration's, put among a thousand others. */
const among = (context: string): { before: string; after: string } => {
  const line = (i: number): string =>
    i % 3 === 0
      ? `automaton a${i} {\n  provides p: P on tcp ${i + 1}\n  instances ${i}\n}\n`
      : i % 3 === 1
        ? `let v${i} = [${i}, "\${a${i - 1}}"] -- ${i}\n`
        : `protocol P${i} = mu t. &{ a: !Int . t, b: end }\n`;
  const lines = (from: number, to: number): string =>
    Array.from({ length: to - from }, (_, i) => line(from + i)).join("");
  return { before: lines(0, 500), after: `${context}\n${lines(500, 1000)}` };
};

/** Those whose mistake is one; the others say so in their titles. */
const single = golden.filter(({ output }) => output.match(/^\d+:\d+ /gm)?.length === 1);

test("one context in a file of 1,000 declarations is one diagnostic, and the others are read as without it", (t) => {
  const terms = new Terms();
  const clean = among("");
  const alone = new Set(
    [...Document.parse(clean.before + clean.after, terms).declarations].map(({ term }) => term),
  );
  for (const { title, input } of single) {
    const { before, after } = among(input);
    const document = Document.parse(before + after, terms);
    t.is(problemsOf(document).length, 1, title);
    const read = new Set([...document.declarations].map(({ term }) => term));
    const lost = [...alone].filter((term) => !read.has(term)).length;
    // What stands right before the mistake may have taken it in.
    t.true(lost <= 1, `${title}: ${lost} lost`);
  }
  t.true(single.length > 70);
});
