/** A text that is one expression, as `eval -e` and the REPL take it. */
import type { Terms } from "../src/core/term.ts";
import { Lexer } from "./lexer.ts";
import { type ParseResult, parseTokens } from "./parse.ts";
import { syntaxProblem } from "./problem.ts";
import { noSpans } from "./spans.ts";
import type { Token } from "./tokens.ts";

/** Offsets are those of the text. */
export const parseExpression = (text: string, terms: Terms): ParseResult => {
  const lexer = new Lexer(text);
  const tokens: Token[] = [];
  for (let token = lexer.next(); token !== null; token = lexer.next()) tokens.push(token);
  if (lexer.problems.length > 0) return { term: null, spans: noSpans, errors: lexer.problems };
  if (tokens.length === 0) {
    const errors = [syntaxProblem(0, Math.max(1, text.length), "There is no expression here.")];
    return { term: null, spans: noSpans, errors };
  }
  return parseTokens(text, tokens, "expression", 0, terms);
};
