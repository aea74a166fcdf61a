/** Which term a comment belongs to, so that it goes where the term goes. */

import { countLineEnds, hasLineEnd } from "../../src/core/lines.ts";
import type { Comment } from "../lexer/trivia.ts";
import type { Spans } from "../spans.ts";
import { blankline, type Doc, hardline, lineComment, sequence, suffix, verbatim } from "./doc.ts";

/** The comments of one term. */
export interface Attached {
  readonly leading: Comment[];
  /** On the line on which the term ends. */
  readonly trailing: Comment[];
  /** Between its brackets, with nothing behind them. */
  readonly dangling: Comment[];
}

/** Terms by their pre-order position. */
export interface Tree {
  readonly text: string;
  /** Offsets in the text: start, end, and the same of the focus. */
  readonly spans: Spans;
  /** Positions of what stands in a term's places, chunks resolved. */
  readonly children: readonly (readonly number[])[];
  /** Whether it ends with a bracket of its own, and comments can stand before that. */
  readonly bracketed: (at: number) => boolean;
  /** Whether comments in it are part of what is kept as written. */
  readonly literal: (at: number) => boolean;
}

export const attach = (tree: Tree, comments: readonly Comment[]): Map<number, Attached> => {
  const { spans } = tree;
  const attached = new Map<number, Attached>();
  const of = (at: number): Attached => {
    const known = attached.get(at) ?? { leading: [], trailing: [], dangling: [] };
    attached.set(at, known);
    return known;
  };
  const todo: { at: number; comments: readonly Comment[] }[] = [{ at: 0, comments }];
  for (let next = todo.pop(); next !== undefined; next = todo.pop()) {
    const { at } = next;
    if (next.comments.length === 0 || tree.literal(at)) continue;
    const inner = new Map<number, Comment[]>();
    const children = tree.children[at]!.toSorted((a, b) => spans[4 * a]! - spans[4 * b]!);
    let passed = 0;
    for (const comment of next.comments) {
      while (passed < children.length && spans[4 * children[passed]! + 1]! <= comment.start) passed++;
      const child = children[passed];
      if (child !== undefined && spans[4 * child]! <= comment.start) {
        const all = inner.get(child) ?? [];
        all.push(comment);
        inner.set(child, all);
      } else place(tree, at, comment, children[passed - 1], child, of);
    }
    for (const [child, all] of inner) todo.push({ at: child, comments: all });
  }
  return attached;
};

/** Attaches a comment in `at` that stands between two of its children. */
const place = (
  tree: Tree,
  at: number,
  comment: Comment,
  before: number | undefined,
  behind: number | undefined,
  of: (at: number) => Attached,
): void => {
  const { spans, text } = tree;
  const own = of(at);
  if (before === undefined && comesFirst(text, spans[4 * at]!, comment.start, own.leading)) {
    own.leading.push(comment);
  } else if (before !== undefined && follows(text, spans[4 * before + 1]!, comment.start)) {
    of(before).trailing.push(comment);
  } else if (behind !== undefined) of(behind).leading.push(comment);
  else if (tree.bracketed(at)) own.dangling.push(comment);
  else if (before !== undefined) of(before).trailing.push(comment);
  else if (comment.end <= spans[4 * at + 2]!) own.leading.push(comment);
  else own.trailing.push(comment);
};

/** Behind nothing of the term but parentheses around it and comments before it. */
const comesFirst = (text: string, start: number, at: number, leading: readonly Comment[]): boolean =>
  /^[\s(]*$/.test(text.slice(Math.max(start, leading.at(-1)?.end ?? 0), at));

/** On the same line, and not behind a sign after which something new begins. */
const follows = (text: string, end: number, start: number): boolean =>
  !/[\r\n([{=]/.test(text.slice(end, start));

export const isLineComment = (text: string, { start }: Comment): boolean => text[start] === "-";

/** Whether there is an empty line between two offsets. */
export const isBlank = (text: string, from: number, to: number): boolean => countLineEnds(text, from, to) > 1;

export const commentDoc = (text: string, comment: Comment): Doc => {
  const written = text.slice(comment.start, comment.end);
  return isLineComment(text, comment) ? lineComment(written) : verbatim(written);
};

/** A term's document with its comments around it. */
export const commented = (text: string, doc: Doc, attached: Attached, start: number): Doc => {
  if (attached.leading.length === 0 && attached.trailing.length === 0) return doc;
  const parts: Doc[] = [];
  for (const [i, comment] of attached.leading.entries()) {
    const next = attached.leading[i + 1]?.start ?? start;
    parts.push(commentDoc(text, comment));
    if (isBlank(text, comment.end, next)) parts.push(blankline);
    else parts.push(isLineComment(text, comment) || hasLineEnd(text, comment.end, next) ? hardline : " ");
  }
  parts.push(doc);
  for (const comment of attached.trailing) {
    if (isLineComment(text, comment)) {
      const padded = text.slice(comment.start - 2, comment.start) === "  ";
      parts.push(suffix(text.slice(comment.start, comment.end), padded));
    } else parts.push(" ", commentDoc(text, comment));
  }
  return sequence(parts);
};

/** Whether the first of the leading comments must stand on a line of its own. */
export const standsApart = (text: string, attached: Attached, start: number): boolean =>
  attached.leading.some(
    (comment, i) =>
      isLineComment(text, comment) || hasLineEnd(text, comment.end, attached.leading[i + 1]?.start ?? start),
  );
