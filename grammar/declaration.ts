/** One declaration's piece of the text, and all that is known of it without the others. */
import type { Term, Terms } from "../src/core/term.ts";
import { NO_SPANS, parseTokens } from "./parse.ts";
import type { Piece } from "./pieces.ts";
import { type SyntaxProblem, shift, syntaxProblem } from "./problem.ts";
import type { Token } from "./tokens.ts";
import * as T from "./tokens.ts";

export interface Declaration {
  /**
   * Its kind and name, `let x`; of an import its path. Not unique in a broken program.
   * Empty for a stretch of text that is no declaration.
   */
  readonly key: string;
  /** The names it declares, as far as they can be told if it is broken. */
  readonly names: readonly string[];
  /** Null if there is a syntax error in it, or if it is no declaration. */
  readonly term: Term | null;
  /**
   * Four numbers for each term, in pre-order: start, end, and the same of its focus,
   * which is its own name, operator or keyword. Relative to the declaration's start.
   */
  readonly spans: Int32Array;
  /** Relative to the declaration's start. */
  readonly errors: readonly SyntaxProblem[];
  /** Of its text, with the white space and comments up to the next declaration. */
  readonly length: number;
  readonly newlines: number;
  /** Whether its end was found by what comes after it. */
  readonly soft: boolean;
  /** Whether text behind it could end a comment or a string that it leaves open. */
  readonly open: boolean;
}

/** What a piece of `text` declares. */
export const declare = (text: string, piece: Piece, terms: Terms): Declaration => {
  const { tokens, start, end, problems, soft, open } = piece;
  const { key, names } = identify(tokens);
  const parsed =
    key === ""
      ? { term: null, spans: NO_SPANS, errors: stray(tokens) }
      : parseTokens(tokens, "declaration", start, terms);
  const errors = problems.length > 0 ? problems : parsed.errors;
  return {
    key,
    names,
    term: errors.length > 0 ? null : parsed.term,
    spans: errors.length > 0 ? NO_SPANS : parsed.spans,
    errors: errors.map((problem) => shift(problem, -start)),
    length: end - start,
    newlines: countNewlines(text, start, end),
    soft,
    open,
  };
};

const stray = (tokens: readonly Token[]): SyntaxProblem[] => {
  const first = tokens[0];
  if (first === undefined) return [];
  return [syntaxProblem(first.startOffset, tokens[tokens.length - 1]!.end, "This is no declaration.")];
};

const identify = (tokens: readonly Token[]): { key: string; names: readonly string[] } => {
  const keyword = tokens[0];
  const second = tokens[1];
  switch (keyword?.tokenType) {
    case T.Let:
    case T.Type:
    case T.Protocol:
    case T.Automaton:
    case T.System: {
      const name = second !== undefined && T.isName(second) ? second.image : null;
      return { key: `${keyword.image} ${name ?? ""}`, names: name === null ? [] : [name] };
    }
    case T.Import: {
      const path = second?.tokenType === T.Text ? second.text : "";
      const as = tokens.findIndex((token) => token.tokenType === T.As);
      const behind = tokens[as + 1];
      const names =
        as > 0
          ? behind !== undefined && T.isName(behind)
            ? [behind.image]
            : []
          : tokens.filter((token) => T.isName(token)).map((token) => token.image);
      return { key: `import ${path}`, names };
    }
    default:
      return { key: "", names: [] };
  }
};

const countNewlines = (text: string, start: number, end: number): number => {
  const own = text.slice(start, end);
  let count = 0;
  for (let at = own.indexOf("\n"); at >= 0; at = own.indexOf("\n", at + 1)) count++;
  return count;
};
