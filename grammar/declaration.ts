/** One declaration's piece of the text, and all that is known of it without the others. */
import { countLineEnds, hasLineEnd, isLineStart } from "../src/core/lines.ts";
import type { Term, Terms } from "../src/core/term.ts";
import { errorContext } from "./explain/context.ts";
import { explainSyntaxError } from "./explain.ts";
import { parseTokens } from "./parse.ts";
import type { Piece } from "./pieces.ts";
import { type SyntaxProblem, shift } from "./problem.ts";
import { noSpans, type Spans } from "./spans.ts";
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
  readonly spans: Spans;
  /** Relative to the declaration's start. */
  readonly errors: readonly SyntaxProblem[];
  /** Of its text, with the white space and comments up to the next declaration. */
  readonly length: number;
  readonly newlines: number;
  /** Whether its end was found by what comes after it. */
  readonly soft: boolean;
  /** Whether text behind it could end a comment or a string that it leaves open. */
  readonly open: boolean;
  /** Which of a document's declarations it was when it was last looked for: it is not far from there. */
  seen: number;
}

const NO_ERRORS: readonly SyntaxProblem[] = [];

/** What a piece of `text` declares. */
export const declare = (text: string, piece: Piece, terms: Terms): Declaration => {
  const { tokens, start, end, problems, soft, open } = piece;
  const { key, names } = identify(tokens);
  const parsed =
    key === ""
      ? { term: null, spans: noSpans, errors: stray(text, tokens) }
      : parseTokens(text, tokens, "declaration", start, terms);
  const errors = problems.length > 0 ? onePerLine(text, problems) : parsed.errors;
  return {
    key,
    names: errors.length > 0 ? [...names, ...misspeltNames(text, tokens)] : names,
    term: errors.length > 0 ? null : parsed.term,
    spans: errors.length > 0 ? noSpans : parsed.spans,
    errors: errors.length > 0 ? errors.map((problem) => shift(problem, -start)) : NO_ERRORS,
    length: end - start,
    newlines: countLineEnds(text, start, end),
    soft,
    open,
    seen: 0,
  };
};

/** A text that is longer than may be read. */
export const tooLong = (text: string, most: number): Declaration => ({
  key: "",
  names: [],
  term: null,
  spans: noSpans,
  errors: [
    {
      code: "limit-exceeded",
      start: 0,
      end: 0,
      message: `This file has more than ${most.toLocaleString("en")} characters.`,
      hints: [],
    },
  ],
  length: text.length,
  newlines: countLineEnds(text),
  soft: false,
  open: false,
  seen: 0,
});

/** What stands before the first declaration. */
const stray = (text: string, tokens: readonly Token[]): SyntaxProblem[] =>
  tokens.length === 0 ? [] : [explainSyntaxError(errorContext(text, tokens, 0, [], []))];

/** One problem a line: what follows on it is likely of the same mistake. And none behind one that says so. */
const onePerLine = (text: string, all: readonly SyntaxProblem[]): readonly SyntaxProblem[] => {
  const last = all.findIndex(({ isLast }) => isLast === true);
  const problems = last < 0 ? all : all.slice(0, last + 1);
  let end = -1;
  return problems.filter((problem) => {
    const apart = end < 0 || hasLineEnd(text, end, problem.start);
    if (apart) end = problem.end;
    return apart;
  });
};

const isIdentifier = /^[A-Za-z_][A-Za-z0-9_]*$/;

/** Also of broken declarations, so that a mistake in one does not make its names unknown. */
const identify = (tokens: readonly Token[]): { key: string; names: readonly string[] } => {
  const keyword = tokens[0];
  const second = tokens[1];
  switch (keyword?.tokenType) {
    case T.Let:
    case T.Type:
    case T.Protocol:
    case T.Automaton:
    case T.External:
    case T.System: {
      const quoted = second?.tokenType === T.Text && isIdentifier.test(second.text);
      const name =
        second === undefined ? null : quoted ? second.text : T.isName(second) ? second.image : null;
      return { key: `${keyword.image} ${name ?? ""}`, names: name === null ? [] : [name] };
    }
    case T.Import: {
      const path = second?.tokenType === T.Text ? second.text : "";
      const as = tokens.findIndex((token) => token.tokenType === T.As);
      const names = tokens.slice(as < 0 ? 2 : as + 1).filter((token) => T.isName(token));
      return { key: `import ${path}`, names: names.map((token) => token.image) };
    }
    default:
      return { key: "", names: [] };
  }
};

/** Names of what was meant as a declaration, `lte b = 2`, but does not begin like one. */
const misspeltNames = (text: string, tokens: readonly Token[]): readonly string[] => {
  const names: string[] = [];
  for (let i = 0; i + 2 < tokens.length; i++) {
    const [word, name, sign] = [tokens[i]!, tokens[i + 1]!, tokens[i + 2]!.tokenType];
    if (!T.isName(word) || !T.isName(name) || !declares.has(sign)) continue;
    if (isLineStart(text, word.startOffset)) names.push(name.image);
  }
  return names;
};
const declares: ReadonlySet<unknown> = new Set([T.Equals, T.LParen, T.LCurly]);
