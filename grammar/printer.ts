/** Terms and files to text that is pleasant to read. */
import { type Term, Terms } from "../src/core/term.ts";
import { Document } from "./document.ts";
import { align, alignComments } from "./format/align.ts";
import { isBlank } from "./format/comments.ts";
import { commentsIn, type Item, items } from "./format/items.ts";
import { type Line, render } from "./format/render.ts";
import { documentOf } from "./format/tree.ts";
import type { SyntaxProblem } from "./problem.ts";
import { shift } from "./problem.ts";

/** Columns that a line has if it can. */
export const WIDTH = 100;

/** A term as it would be written. */
export const print = (term: Term, width = WIDTH): string =>
  render(documentOf(term), width)
    .map(({ code }) => code)
    .join("\n");

export type Formatted =
  | { readonly _tag: "Formatted"; readonly text: string }
  /** Offsets are those of the text, which is left as it is. */
  | { readonly _tag: "Broken"; readonly problems: readonly SyntaxProblem[] };

/** Where a comment goes can depend on lines that the first time round were not there yet. */
const ROUNDS = 4;

/** A file with its lines set anew: what it means, its comments and its empty lines stay. */
export const format = (text: string, terms = new Terms()): Formatted => {
  const first = formatOnce(text, terms);
  let last = first;
  for (let round = 1; round < ROUNDS && last._tag === "Formatted"; round++) {
    const next = formatOnce(last.text, terms);
    if (next._tag !== "Formatted" || next.text === last.text) break;
    last = next;
  }
  return last;
};

const formatOnce = (text: string, terms: Terms): Formatted => {
  const document = Document.parse(text, terms);
  const problems: SyntaxProblem[] = [];
  let index = 0;
  for (const declaration of document.declarations) {
    const offset = document.offsetOf(index++);
    for (const problem of declaration.errors) problems.push(shift(problem, offset));
  }
  if (problems.length > 0) return { _tag: "Broken", problems };
  return {
    _tag: "Formatted",
    text: assemble(text, align(text, items(document, commentsIn(text), WIDTH), WIDTH)),
  };
};

const assemble = (text: string, all: readonly Item[]): string => {
  const lines: Line[] = [];
  let end = 0;
  for (const [i, item] of all.entries()) {
    if (i > 0 && isBlank(text, end, item.start)) lines.push(empty);
    for (const line of item.lines) lines.push(line);
    end = item.end;
  }
  return alignComments(lines, WIDTH)
    .map((line) => `${line}\n`)
    .join("");
};

const empty: Line = { code: "", comment: null, padded: false };
