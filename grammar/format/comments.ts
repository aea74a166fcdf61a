/** Which term a comment belongs to, so that it goes where the term goes. */
import type { Comment } from "../lexer.ts";
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
  readonly spans: Int32Array;
  /** Positions of what stands in a term's places, chunks resolved. */
  readonly kids: readonly (readonly number[])[];
  /** Whether it ends with a bracket of its own, and comments can stand before that. */
  readonly bracketed: (at: number) => boolean;
  /** Whether comments in it are part of what is kept as written. */
  readonly literal: (at: number) => boolean;
}

export const attach = (tree: Tree, comments: readonly Comment[]): Map<number, Attached> => {
  const attached = new Map<number, Attached>();
  const of = (at: number): Attached => {
    const known = attached.get(at) ?? { leading: [], trailing: [], dangling: [] };
    attached.set(at, known);
    return known;
  };
  const todo: { at: number; comments: readonly Comment[] }[] = [{ at: 0, comments }];
  for (let next = todo.pop(); next !== undefined; next = todo.pop()) {
    if (next.comments.length === 0 || tree.literal(next.at)) continue;
    const inner = new Map<number, Comment[]>();
    for (const comment of next.comments) {
      const kid = place(tree, next.at, comment, of);
      if (kid === null) continue;
      const all = inner.get(kid) ?? [];
      all.push(comment);
      inner.set(kid, all);
    }
    for (const [at, all] of inner) todo.push({ at, comments: all });
  }
  return attached;
};

/** Attaches a comment to a kid of `at` or to itself; or gives the kid that it stands in. */
const place = (tree: Tree, at: number, comment: Comment, of: (at: number) => Attached): number | null => {
  const { spans, kids, text } = tree;
  let before = -1;
  let behind = -1;
  for (const kid of kids[at]!) {
    const [start, end] = [spans[4 * kid]!, spans[4 * kid + 1]!];
    if (start <= comment.start && comment.end <= end) return kid;
    if (end <= comment.start && (before < 0 || end > spans[4 * before + 1]!)) before = kid;
    if (start >= comment.end && (behind < 0 || start < spans[4 * behind]!)) behind = kid;
  }
  if (before < 0 && comesFirst(text, spans[4 * at]!, comment.start, of(at).leading))
    of(at).leading.push(comment);
  else if (before >= 0 && follows(text, spans[4 * before + 1]!, comment.start))
    of(before).trailing.push(comment);
  else if (behind >= 0) of(behind).leading.push(comment);
  else if (tree.bracketed(at)) of(at).dangling.push(comment);
  else if (before >= 0) of(before).trailing.push(comment);
  else if (comment.end <= spans[4 * at + 2]!) of(at).leading.push(comment);
  else of(at).trailing.push(comment);
  return null;
};

/** Behind nothing of the term but parentheses around it and comments before it. */
const comesFirst = (text: string, start: number, at: number, leading: readonly Comment[]): boolean =>
  /^[\s(]*$/.test(text.slice(Math.max(start, leading.at(-1)?.end ?? 0), at));

/** On the same line, and not behind a sign after which something new begins. */
const follows = (text: string, end: number, start: number): boolean =>
  !/[\n([{=]/.test(text.slice(end, start));

export const isLineComment = (text: string, { start }: Comment): boolean => text[start] === "-";

const newlines = (text: string, from: number, to: number): number =>
  text.slice(from, to).split("\n").length - 1;

/** Whether there is an empty line between two offsets. */
export const isBlank = (text: string, from: number, to: number): boolean => newlines(text, from, to) > 1;

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
    else parts.push(isLineComment(text, comment) || newlines(text, comment.end, next) > 0 ? hardline : " ");
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
      isLineComment(text, comment) ||
      newlines(text, comment.end, attached.leading[i + 1]?.start ?? start) > 0,
  );
