/** Items of lists, arguments and operands: taken out and put in at tokens, comments and all. */
import { commentsIn } from "../../grammar/format/items.ts";
import type { Token } from "../../grammar/tokens.ts";
import * as T from "../../grammar/tokens.ts";
import { lineStart, nextLine } from "../core/lines.ts";
import type { Thunk } from "../program/provenance/thunk.ts";
import type { EditContext, Extent } from "./context.ts";
import type { Splice } from "./splice.ts";

/** An expression with the parentheses around it. */
export const withParentheses = (context: EditContext, thunk: Thunk): Extent => {
  const tokens = context.tokens(thunk.definition);
  let { file, start, end } = context.extent(thunk);
  for (;;) {
    const before = lastBefore(tokens, start);
    const behind = tokens.find((token) => token.startOffset >= end);
    if (before?.tokenType !== T.LParen || behind?.tokenType !== T.RParen || isCall(tokens, before)) break;
    [start, end] = [before.startOffset, behind.end];
  }
  return { file, start, end };
};

const lastBefore = (tokens: readonly Token[], offset: number): Token | undefined =>
  tokens.findLast((token) => token.end <= offset);

/** Whether what is in the parenthesis is called: something ends right before it. */
const isCall = (tokens: readonly Token[], parenthesis: Token): boolean => {
  const before = lastBefore(tokens, parenthesis.startOffset);
  if (before === undefined || before.end !== parenthesis.startOffset) return false;
  const { tokenType } = before;
  return T.isName(before) || tokenType === T.RParen || tokenType === T.RSquare || tokenType === T.RCurly;
};

const isSpace = (text: string): boolean => /^[ \t\r]*$/.test(text);

/** What stands behind an offset on its line, with the end of the line. */
const restOfLine = (text: string, offset: number): string => text.slice(offset, nextLine(text, offset));

const isOneComment = (rest: string): boolean => {
  const trimmed = rest.trim();
  if (trimmed === "" || trimmed.startsWith("--")) return true;
  const [comment, ...more] = commentsIn(trimmed);
  return comment !== undefined && more.length === 0 && comment.start === 0 && comment.end === trimmed.length;
};

/**
 * Takes an item out of what is separated by commas. One that has its lines for itself goes
 * with them and the comment behind it; any other goes with a comma.
 */
export const removeItem = (context: EditContext, item: Thunk): Splice => {
  const text = context.fileText(item.definition.file);
  const tokens = context.tokens(item.definition);
  const { file, start, end } = withParentheses(context, item);
  const next = tokens.find((token) => token.startOffset >= end);
  const comma = next?.tokenType === T.Comma ? next : undefined;
  const last = comma?.end ?? end;
  const [from, to] = [lineStart(text, start), nextLine(text, last)];
  if (isSpace(text.slice(from, start)) && isOneComment(restOfLine(text, last)) && from > 0)
    return { file, start: from, end: to, text: "" };
  if (comma !== undefined) {
    const spaces = /^[ \t]*/.exec(text.slice(comma.end))![0].length;
    const isLast = tokens.find((token) => token.startOffset >= comma.end);
    const closes =
      isLast?.tokenType === T.RSquare || isLast?.tokenType === T.RParen || isLast?.tokenType === T.RCurly;
    if (!closes) return { file, start, end: comma.end + spaces, text: "" };
  }
  const before = lastBefore(tokens, start);
  // The last of several in a row: the comma before it goes as well.
  const commaBefore =
    before?.tokenType === T.Comma && isSpace(text.slice(before.end, start)) ? before : undefined;
  return { file, start: commaBefore?.startOffset ?? start, end: last, text: "" };
};

/** What closes the brackets of an expression, its last token. */
const closing = (context: EditContext, thunk: Thunk): Token => {
  const { end } = context.extent(thunk);
  return lastBefore(context.tokens(thunk.definition), end)!;
};

/** Puts items behind the last one in brackets: `[…]`, `(…)` of a call, `{…}` of a record. */
export const appendItems = (context: EditContext, brackets: Thunk, items: readonly string[]): Splice => {
  const { file } = context.extent(brackets);
  const text = context.fileText(file);
  const close = closing(context, brackets);
  const before = lastBefore(context.tokens(brackets.definition), close.startOffset)!;
  const isEmpty =
    before.tokenType === T.LSquare || before.tokenType === T.LParen || before.tokenType === T.LCurly;
  const hasComma = before.tokenType === T.Comma;
  const from = lineStart(text, close.startOffset);
  if (!isEmpty && from > before.end && isSpace(text.slice(from, close.startOffset))) {
    // Each on a line of its own.
    const indent = /^[ \t]*/.exec(text.slice(lineStart(text, before.startOffset)))![0];
    const lines = items.map((item) => `${indent}${item},\n`).join("");
    const between = text.slice(before.end, from);
    return { file, start: before.end, end: from, text: `${hasComma ? "" : ","}${between}${lines}` };
  }
  const joined = items.join(", ");
  if (isEmpty) return { file, start: close.startOffset, end: close.startOffset, text: joined };
  return { file, start: before.end, end: before.end, text: `${hasComma ? " " : ", "}${joined}` };
};

/** Puts items behind those of a composition: into its list, or into a list around it. */
export const addToComposition = (
  context: EditContext,
  composition: Thunk,
  items: readonly string[],
): readonly Splice[] => {
  if (composition.term.node._tag === "List") return [appendItems(context, composition, items)];
  const { file, start, end } = withParentheses(context, composition);
  return [
    { file, start, end: start, text: "[" },
    { file, start: end, end, text: `, ${items.join(", ")}]` },
  ];
};

/** Puts a clause into the braces of an automaton or of a `with`. */
export const insertClause = (context: EditContext, automaton: Thunk, clause: string): Splice => {
  const { file } = context.extent(automaton);
  const text = context.fileText(file);
  const close = closing(context, automaton);
  const before = lastBefore(context.tokens(automaton.definition), close.startOffset)!;
  if (before.tokenType === T.LCurly && text.slice(before.end, close.startOffset).trim() === "")
    return { file, start: before.end, end: close.startOffset, text: ` ${clause} ` };
  const from = lineStart(text, close.startOffset);
  if (from > before.end && isSpace(text.slice(from, close.startOffset))) {
    const indent = `${text.slice(from, close.startOffset)}  `;
    return { file, start: from, end: from, text: `${indent}${clause}\n` };
  }
  const indent = /^[ \t]*/.exec(text.slice(lineStart(text, before.startOffset)))![0];
  return { file, start: before.end, end: before.end, text: `\n${indent}  ${clause}` };
};
