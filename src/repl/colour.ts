/** A text of the language in colours, by its tokens; also one that is not finished or wrong. */
import { Lexer } from "../../grammar/lexer.ts";
import type { Token } from "../../grammar/tokens.ts";
import * as T from "../../grammar/tokens.ts";
import type { Paint, Theme } from "../cli/render/theme.ts";
import { clauseOptions, ownKeywords } from "../core/clauses.ts";
import { basePayloads } from "../language/names.ts";
import type { Run } from "./line/screen.ts";

const plain: Paint = (text) => text;
const texts = new Set([T.Text, T.TextStart, T.TextMiddle, T.TextEnd]);
const literals = new Set([T.NumberLiteral, T.True, T.False]);
const clauseWords: ReadonlySet<string> = new Set([...ownKeywords, ...clauseOptions]);

const paintOf = (token: Token, previous: Token | null, next: Token | null, theme: Theme): Paint => {
  const type = token.tokenType;
  if (texts.has(type)) return theme.text;
  if (literals.has(type)) return theme.number;
  if (type === T.Junk) return theme.bad;
  if (T.reserved.has(token.image)) return theme.keyword;
  if (T.isName(token)) {
    if (basePayloads.has(token.image)) return theme.name;
    const begins = previous === null || ![T.Dot, T.Comma, T.Equals].includes(previous.tokenType);
    const goesOn = next !== null && ![T.Equals, T.Colon, T.Comma, T.RParen, T.Dot].includes(next.tokenType);
    if (clauseWords.has(token.image) && begins && goesOn && !T.isOperator(next)) return theme.keyword;
    return plain;
  }
  return plain;
};

/** The text in stretches that tile it. */
export const runsOf = (text: string, theme: Theme): readonly Run[] => {
  const lexer = new Lexer(text);
  const tokens: Token[] = [];
  for (let token = lexer.next(); token !== null; token = lexer.next()) tokens.push(token);
  const marks = [
    ...tokens.map((token, i) => ({
      start: token.startOffset,
      end: token.end,
      paint: paintOf(token, tokens[i - 1] ?? null, tokens[i + 1] ?? null, theme),
    })),
    ...lexer.comments.map(({ start, end }) => ({ start, end, paint: theme.quiet })),
  ].sort((a, b) => a.start - b.start);
  const runs: Run[] = [];
  let at = 0;
  for (const { start, end, paint } of marks) {
    if (start > at) runs.push({ text: text.slice(at, start), paint: plain });
    if (end <= Math.max(at, start)) continue;
    runs.push({ text: text.slice(Math.max(at, start), end), paint });
    at = end;
  }
  if (at < text.length) runs.push({ text: text.slice(at), paint: plain });
  return runs;
};

/** The text with its colours written into it; line by line, so that a line can stand alone. */
export const coloured = (text: string, theme: Theme): string =>
  runsOf(text, theme)
    .map(({ text: run, paint }) => run.split("\n").map(paint).join("\n"))
    .join("");
