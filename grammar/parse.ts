/** Tokens to an interned term with its places in the text, or to what is wrong with them. */
import type { Term, Terms } from "../src/core/term.ts";
import { intern, spansOf } from "./lower.ts";
import { strictParser } from "./parser.ts";
import { type SyntaxProblem, syntaxProblem } from "./problem.ts";
import type { Token } from "./tokens.ts";

export const NO_SPANS = new Int32Array(0);

export interface Outcome {
  /** Null if there are errors. */
  readonly term: Term | null;
  /** Relative to `origin`. */
  readonly spans: Int32Array;
  /** Offsets are those of the tokens. */
  readonly errors: readonly SyntaxProblem[];
}

/** Of at least one token. */
export const parseTokens = (
  tokens: Token[],
  rule: "declaration" | "expression",
  origin: number,
  terms: Terms,
): Outcome => {
  const parser = strictParser();
  const { draft, made, errors, unclosed } = parser.parse(tokens, parser[rule]);
  const problems: SyntaxProblem[] = [];
  if (unclosed !== null) {
    problems.push(
      syntaxProblem(unclosed.startOffset, unclosed.end, `This \`${unclosed.image}\` is never closed.`),
    );
  }
  for (const error of errors) {
    const token = error.token as Token;
    const at = Number.isNaN(token.startOffset) ? tokens[tokens.length - 1]! : token;
    problems.push(syntaxProblem(at.startOffset, at.end, error.message));
  }
  if (problems.length > 0 || draft === null) return { term: null, spans: NO_SPANS, errors: problems };
  if (!intern(made, terms)) return { term: null, spans: NO_SPANS, errors: [tooDeep(tokens[0]!)] };
  return { term: draft.term, spans: spansOf(draft, origin), errors: [] };
};

const tooDeep = (token: Token): SyntaxProblem => ({
  ...syntaxProblem(token.startOffset, token.end, "This nests deeper than 10,000 layers."),
  code: "limit-exceeded",
});
