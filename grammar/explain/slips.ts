/** Slips within a clause: a misspelt word of it, a text without quotes, or a word in quotes. */
import { type ClauseSpec, clauseOfWord } from "../../src/core/clauses.ts";
import { nearest } from "../../src/core/nearest.ts";
import type { SyntaxHint } from "../problem.ts";
import * as T from "../tokens.ts";
import { closes, type ErrorContext, insertBefore, replace } from "./context.ts";

/** The words that could stand there, as they are written. */
const wordsIn = ({ expected }: ErrorContext): readonly string[] =>
  [...expected].flatMap(({ LABEL: label = "" }) => {
    const word = /^`([a-z][a-z0-9]*)`$/.exec(label)?.[1];
    return word === undefined ? [] : [word];
  });

/** A word in quotes, where it stands without. */
const unquoted = (context: ErrorContext): SyntaxHint | null => {
  const { found, expected } = context;
  const word = found?.tokenType === T.Text ? /^"([A-Za-z_]\w*)"$/.exec(found.image)?.[1] : undefined;
  if (word === undefined) return null;
  const words = wordsIn(context);
  const meant = words.includes(word) ? word : nearest(word, words);
  const name = meant ?? (expected.has(T.Name) ? word : null);
  return name === null ? null : replace(found!, name, `Write \`${name}\`, without quotes.`);
};

/** A path without quotes, where an expression could stand. */
const quoted = ({ text, found, expected }: ErrorContext): SyntaxHint | null => {
  if (found?.tokenType !== T.Slash || !expected.has(T.Text)) return null;
  const path = /^\/[\w./-]*/.exec(text.slice(found.startOffset))![0];
  return {
    message: `A path stands in quotes: \`"${path}"\`.`,
    fix: { start: found.startOffset, end: found.startOffset + path.length, text: `"${path}"` },
  };
};

const misspelt = (context: ErrorContext): SyntaxHint | null => {
  const { found } = context;
  if (found === null || !T.isName(found)) return null;
  const near = nearest(found.image, wordsIn(context));
  return near === null ? null : replace(found, near, `Did you mean \`${near}\`?`);
};

/** `scratch "/x"`: the word before a value was left out. */
const leftOut = (context: ErrorContext): SyntaxHint | null => {
  const { found, expected } = context;
  const [word] = wordsIn(context);
  if (found?.tokenType !== T.Text || expected.size !== 1 || word === undefined) return null;
  return insertBefore(found, `${word} `, `Write \`${word} ${found.image}\`.`);
};

/** What was perhaps meant by what was found. */
export const slipHints = (context: ErrorContext): readonly SyntaxHint[] => {
  const hint = unquoted(context) ?? quoted(context) ?? misspelt(context) ?? leftOut(context);
  return hint === null ? [] : [hint];
};

/** The clause that the text before a place is in or behind; null where none is. */
export const clauseBefore = ({ tokens, at }: ErrorContext): ClauseSpec | null => {
  let depth = 0;
  for (let i = at - 1; i >= 0; i--) {
    const token = tokens[i]!;
    if (closes(token)) depth++;
    else if ([T.LParen, T.LSquare, T.LCurly].includes(token.tokenType)) {
      if (depth === 0) return null;
      depth--;
    } else if (depth === 0) {
      const clause = clauseOfWord(token.image);
      if (clause !== null) return clause;
    }
  }
  return null;
};

/** The words that may follow in the clause before a place. */
export const optionsBefore = (context: ErrorContext): readonly string[] =>
  Object.keys(clauseBefore(context)?.options ?? {});
