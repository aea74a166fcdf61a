/** A text that is one expression, as `eval -e` and the REPL take it. */
import type { Terms } from "../src/core/term.ts";
import { Lexer } from "./lexer.ts";
import { NO_SPANS, type Outcome, parseTokens } from "./parse.ts";
import { theParser } from "./parser.ts";
import { pieces } from "./pieces.ts";
import { syntaxProblem } from "./problem.ts";
import type { Token } from "./tokens.ts";

/** Offsets are those of the text. */
export const parseExpression = (text: string, terms: Terms): Outcome => {
  const { tokens, lexer } = read(text);
  if (lexer.problems.length > 0) return { term: null, spans: NO_SPANS, errors: lexer.problems };
  if (tokens.length === 0) {
    const errors = [syntaxProblem(0, Math.max(1, text.length), "There is no expression here.")];
    return { term: null, spans: NO_SPANS, errors };
  }
  return parseTokens(text, tokens, "expression", 0, terms);
};

const read = (text: string): { tokens: Token[]; lexer: Lexer } => {
  const lexer = new Lexer(text);
  const tokens: Token[] = [];
  for (let token = lexer.next(); token !== null; token = lexer.next()) tokens.push(token);
  return { tokens, lexer };
};

type State = "complete" | "unfinished" | "wrong";

/** Read to the end: as a whole, as the beginning of one, or as neither. */
const stateOf = (tokens: Token[], rule: "declaration" | "expression"): State => {
  const parser = theParser();
  const { errors, unclosed } = parser.parse(tokens, parser[rule]);
  if (unclosed !== null) return "unfinished";
  if (errors.length === 0) return "complete";
  return errors[0]!.at === tokens.length ? "unfinished" : "wrong";
};

/**
 * Whether more lines could make a whole of what stands in the REPL, one expression or
 * some declarations. A text that is wrong already is not unfinished.
 */
export const isUnfinished = (text: string): boolean => {
  const { tokens, lexer } = read(text);
  if (lexer.endless.length > 0) return true;
  if (lexer.problems.length > 0 || tokens.length === 0) return false;
  const expression = stateOf(tokens, "expression");
  if (expression === "complete") return false;
  const all = [...pieces(text, 0)].filter((piece) => piece.tokens.length > 0);
  const declarations = all.map((piece) => stateOf(piece.tokens, "declaration"));
  const last = declarations.pop()!;
  if (declarations.some((state) => state !== "complete") || last === "wrong")
    return expression === "unfinished";
  return last === "unfinished";
};
