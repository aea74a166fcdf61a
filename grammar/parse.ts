/** Tokens to an interned term with its places in the text, or to what is wrong with them. */
import type { Term, Terms } from "../src/core/term.ts";
import { expectedIn } from "./expectation.ts";
import { clauseStarts, errorContext, isFirstOnLine, neverClosed } from "./explain/context.ts";
import { explainSyntaxError } from "./explain.ts";
import { intern, spansOf } from "./lower.ts";
import { type ParserError, recoveringParser, theParser } from "./parser.ts";
import { type SyntaxProblem, syntaxProblem } from "./problem.ts";
import { noSpans, type Spans } from "./spans.ts";
import type { Token } from "./tokens.ts";

export interface ParseResult {
  /** Null if there are errors. */
  readonly term: Term | null;
  /** Relative to `origin`. */
  readonly spans: Spans;
  /** Offsets are those of the tokens. */
  readonly errors: readonly SyntaxProblem[];
}

/** Of at least one token of `text`. */
export const parseTokens = (
  text: string,
  tokens: Token[],
  rule: "declaration" | "expression",
  origin: number,
  terms: Terms,
): ParseResult => {
  const parser = theParser();
  const { node, made, errors, unclosed } = parser.parse(tokens, parser[rule]);
  if (unclosed !== null) return failed([neverClosed(tokens, unclosed)]);
  if (errors.length > 0) return failed(explainAll(text, tokens, rule, errors));
  if (!intern(made, terms)) return failed([tooDeep(tokens[0]!)]);
  return { term: node!.term, spans: spansOf(node!, origin), errors: [] };
};

const failed = (errors: readonly SyntaxProblem[]): ParseResult => ({ term: null, spans: noSpans, errors });

/** All that is wrong: the same tokens again, by the parser that goes on. */
const explainAll = (
  text: string,
  tokens: Token[],
  rule: "declaration" | "expression",
  first: readonly ParserError[],
): SyntaxProblem[] => {
  const parser = recoveringParser();
  const { errors } = parser.parse(tokens, parser[rule]);
  const found = errors.length > 0 ? errors : first;
  return independent(text, tokens, found).map((error) => explained(text, tokens, error));
};

const explained = (text: string, tokens: readonly Token[], { exception, at }: ParserError): SyntaxProblem =>
  explainSyntaxError(
    errorContext(text, tokens, at, expectedIn(exception.message), exception.context.ruleStack),
  );

/** The first error, and those that come in a later clause on a line of its own. */
const independent = (
  text: string,
  tokens: readonly Token[],
  errors: readonly ParserError[],
): ParserError[] => {
  const kept: ParserError[] = [];
  let from = -1;
  for (const error of errors) {
    if (from >= 0 && !beginsClause(text, tokens, from + 1, error.at)) continue;
    kept.push(error);
    from = error.at;
  }
  return kept;
};

const beginsClause = (text: string, tokens: readonly Token[], from: number, to: number): boolean => {
  for (let i = from; i <= to && i < tokens.length; i++) {
    const token = tokens[i]!;
    if (clauseStarts.has(token.tokenType) && isFirstOnLine(text, token)) return true;
  }
  return false;
};

const tooDeep = (token: Token): SyntaxProblem => ({
  ...syntaxProblem(token.startOffset, token.end, "This nests deeper than 10,000 layers."),
  code: "limit-exceeded",
});
