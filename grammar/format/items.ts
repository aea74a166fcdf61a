/** What stands in a file from top to bottom: declarations and comments of their own. */
import { hasLineEnd } from "../../src/core/lines.ts";
import type { Term } from "../../src/core/term.ts";
import type { Declaration } from "../declaration.ts";
import type { Document } from "../document.ts";
import type { Comment } from "../lexer/trivia.ts";
import { Lexer } from "../lexer.ts";
import { commented } from "./comments.ts";
import { verbatim } from "./doc.ts";
import { type Line, render } from "./render.ts";
import { documentFrom } from "./tree.ts";

export interface Item {
  /** Where it stood, with the comment behind it on its line. */
  readonly start: number;
  readonly end: number;
  /** As it is to be written. */
  readonly lines: readonly Line[];
  readonly term: Term | null;
}

export const commentsIn = (text: string): readonly Comment[] => {
  const lexer = new Lexer(text);
  while (lexer.next() !== null);
  return lexer.comments;
};

/** Of a document without errors. */
export const items = (document: Document, comments: readonly Comment[], width: number): Item[] => {
  const all: Item[] = [];
  let offset = 0;
  let next = 0;
  for (const declaration of document.declarations) {
    const end = offset + declaration.length;
    const first = next;
    while (next < comments.length && comments[next]!.start < end) next++;
    for (const item of itemsOf(document.text, declaration, offset, comments.slice(first, next), width)) {
      all.push(item);
    }
    offset = end;
  }
  return all;
};

const itemsOf = (
  whole: string,
  { term, spans, length }: Declaration,
  offset: number,
  comments: readonly Comment[],
  width: number,
): Item[] => {
  const alone = (comment: Comment): Item => ({
    ...comment,
    lines: render(verbatim(whole.slice(comment.start, comment.end)), width),
    term: null,
  });
  if (term === null) return comments.map(alone);
  const text = whole.slice(offset, offset + length);
  const own = comments.map(({ start, end }) => ({ start: start - offset, end: end - offset }));
  const end = spans[1]!;
  const inside = own.filter((comment) => comment.end <= end);
  const behind = own.slice(inside.length);
  const trailing = behind.filter((comment) => !hasLineEnd(text, end, comment.start));
  const doc = documentFrom(term, { text, spans, comments: inside });
  const item: Item = {
    start: offset + spans[0]!,
    end: offset + (trailing.at(-1)?.end ?? end),
    lines: render(commented(text, doc, { leading: [], trailing, dangling: [] }, 0), width),
    term,
  };
  return [item, ...comments.slice(inside.length + trailing.length).map(alone)];
};
