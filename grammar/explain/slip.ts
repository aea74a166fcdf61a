/** A place where the parser could not go on, and what is known about it. */
import type { TokenType } from "chevrotain";
import { nameOf } from "../expectation.ts";
import { type SyntaxHint, type SyntaxProblem, syntaxProblem } from "../problem.ts";
import type { Token } from "../tokens.ts";
import * as T from "../tokens.ts";

export interface Slip {
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

/** One way to understand a slip; null if it is another. */
export type Reading = (slip: Slip) => SyntaxProblem | null;

const openers: ReadonlyMap<TokenType, TokenType> = new Map([
  [T.RParen, T.LParen],
  [T.RSquare, T.LSquare],
  [T.RCurly, T.LCurly],
]);

export const makeSlip = (
  text: string,
  tokens: readonly Token[],
  at: number,
  expected: readonly string[],
  rules: readonly string[],
): Slip => ({
  text,
  tokens,
  at,
  found: tokens[at] ?? null,
  previous: tokens[at - 1] ?? null,
  expected: new Set(expected.map(nameOf)),
  rules,
  opener: openerOf(tokens, at),
});

const openerOf = (tokens: readonly Token[], at: number): Token | null => {
  const open: Token[] = [];
  for (let i = 0; i < at; i++) {
    const token = tokens[i]!;
    const { tokenType } = token;
    if (tokenType === T.LParen || tokenType === T.LSquare || tokenType === T.LCurly) open.push(token);
    const opener = openers.get(tokenType);
    if (opener !== undefined && open[open.length - 1]?.tokenType === opener) open.pop();
  }
  return open[open.length - 1] ?? null;
};

export const closes = (token: Token | null): boolean => token !== null && openers.has(token.tokenType);
export const closerOf = (opener: Token): string =>
  opener.tokenType === T.LParen ? ")" : opener.tokenType === T.LSquare ? "]" : "}";
/** Whether the closing bracket of the innermost open one could stand there. */
export const couldClose = ({ expected }: Slip): boolean =>
  [...openers.keys()].some((type) => expected.has(type));

export const rule = ({ rules }: Slip): string => rules[rules.length - 1] ?? "";

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
export const inSession = (slip: Slip): boolean =>
  sessionRules.has(rule(slip)) || (slip.expected.size === 0 && slip.tokens[0]?.tokenType === T.Protocol);

/** Whether nothing but white space stands before the token on its line. */
export const isFirstOnLine = (text: string, token: Token): boolean => {
  const line = text.lastIndexOf("\n", token.startOffset - 1) + 1;
  return text.slice(line, token.startOffset).trim() === "";
};
export const isFirst = ({ text }: Slip, token: Token): boolean => isFirstOnLine(text, token);

/** The words that only a clause begins with. */
export const clauseStarts: ReadonlySet<TokenType> = new Set([
  T.ProvidesWord,
  T.RequiresWord,
  T.RunsWord,
  T.EnvWord,
  T.InstancesWord,
  T.HealthWord,
  T.RestartWord,
]);

/** A problem at what was found, or where the text ends too soon. */
export const here = ({ found, previous }: Slip, message: string, ...hints: SyntaxHint[]): SyntaxProblem => {
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
