/** A place where the parser could not go on, and what is known about it. */

import type { TokenType } from "chevrotain";
import { ownKeywords } from "../../src/core/clauses.ts";
import { lineStart } from "../../src/core/lines.ts";
import { nameOf } from "../expectation.ts";
import { type SyntaxHint, type SyntaxProblem, syntaxProblem } from "../problem.ts";
import type { Token } from "../tokens.ts";
import * as T from "../tokens.ts";
import { shown } from "./words.ts";

export interface ErrorContext {
  readonly text: string;
  readonly tokens: readonly Token[];
  /** Index of the token found; their number if they end too soon. */
  readonly at: number;
  readonly found: Token | null;
  readonly previous: Token | null;
  /** What could stand there; empty if nothing could. */
  readonly expected: ReadonlySet<TokenType>;
  /** The rules that were being followed, the innermost last. */
  readonly rules: readonly string[];
  /** The innermost bracket that is open there. */
  readonly opener: Token | null;
}

/** One kind of mistake and how it is explained; null where it is another. */
export type ErrorRule = (context: ErrorContext) => SyntaxProblem | null;

const openers: ReadonlyMap<TokenType, TokenType> = new Map([
  [T.RParen, T.LParen],
  [T.RSquare, T.LSquare],
  [T.RCurly, T.LCurly],
]);

export const errorContext = (
  text: string,
  tokens: readonly Token[],
  at: number,
  expected: readonly string[],
  rules: readonly string[],
): ErrorContext => ({
  text,
  tokens,
  at,
  found: tokens[at] ?? null,
  previous: tokens[at - 1] ?? null,
  expected: new Set(expected.map(nameOf)),
  rules,
  opener: openerOf(tokens, at),
});

const openerOf = (tokens: readonly Token[], at: number): Token | null => openAt(tokens, at).at(-1) ?? null;

/** The brackets that are open before a token, the innermost last. */
const openAt = (tokens: readonly Token[], at: number): readonly Token[] => {
  const open: Token[] = [];
  for (let i = 0; i < at; i++) {
    const token = tokens[i]!;
    const { tokenType } = token;
    if (tokenType === T.LParen || tokenType === T.LSquare || tokenType === T.LCurly) open.push(token);
    const opener = openers.get(tokenType);
    if (opener !== undefined && open[open.length - 1]?.tokenType === opener) open.pop();
  }
  return open;
};

export const closes = (token: Token | null): boolean => token !== null && openers.has(token.tokenType);
export const closerOf = (opener: Token): string =>
  opener.tokenType === T.LParen ? ")" : opener.tokenType === T.LSquare ? "]" : "}";
/** Whether the closing bracket of the innermost open one could stand there. */
export const couldClose = ({ expected }: ErrorContext): boolean =>
  [...openers.keys()].some((type) => expected.has(type));

export const rule = ({ rules }: ErrorContext): string => rules[rules.length - 1] ?? "";

const sessionRules = new Set([
  "session",
  "step",
  "exchange",
  "recursion",
  "sessionTail",
  "choice",
  "branches",
  "branch",
]);

/** Whether a session is being read, or has been read to its end. */
export const inSession = (context: ErrorContext): boolean =>
  sessionRules.has(rule(context)) ||
  (context.expected.size === 0 && context.tokens[0]?.tokenType === T.Protocol);

/** Whether nothing but white space stands before the token on its line. */
export const isFirstOnLine = (text: string, token: Token): boolean =>
  text.slice(lineStart(text, token.startOffset), token.startOffset).trim() === "";
export const isFirst = ({ text }: ErrorContext, token: Token): boolean => isFirstOnLine(text, token);

/** The words that only a clause begins with. */
export const clauseStarts: ReadonlySet<TokenType> = new Set(T.wordTypes(ownKeywords));

/** A problem at what was found, or where the text ends too soon. */
export const here = (
  { found, previous }: ErrorContext,
  message: string,
  ...hints: SyntaxHint[]
): SyntaxProblem => {
  const token = found ?? previous!;
  return syntaxProblem(token.startOffset, token.end, message, ...hints);
};
export const at = (token: Token, message: string, ...hints: SyntaxHint[]): SyntaxProblem =>
  syntaxProblem(token.startOffset, token.end, message, ...hints);

export const replace = (token: Token, text: string, message: string): SyntaxHint => ({
  message,
  fix: { start: token.startOffset, end: token.end, text },
});
export const insertBefore = (token: Token, text: string, message: string): SyntaxHint => ({
  message,
  fix: { start: token.startOffset, end: token.startOffset, text },
});
export const insertBehind = (token: Token, text: string, message: string): SyntaxHint => ({
  message,
  fix: { start: token.end, end: token.end, text },
});
export const place = (token: Token, message: string): SyntaxHint => ({
  message,
  place: { start: token.startOffset, end: token.end },
});

/** Of brackets that are never closed the innermost, which is `opener` if that is not known, and how many there are. */
export const neverClosed = (tokens: readonly Token[], opener: Token): SyntaxProblem => {
  const open = openAt(tokens, tokens.length);
  const innermost = open.at(-1) ?? opener;
  const message = `This ${shown(innermost)} is never closed.`;
  const around = open.length - 1;
  if (around < 1) return at(innermost, message);
  const others =
    around === 1 ? "Nor is this one." : `Nor are ${around} before it, of which this is the first.`;
  return at(innermost, message, place(open[0]!, others));
};
