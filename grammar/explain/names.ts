/** Mistakes with words: reserved ones, unknown clauses, words of other languages. */
import { clauseOfOption, clauseOfWord, ownKeywords } from "../../src/core/clauses.ts";
import { nearest } from "../../src/core/nearest.ts";
import type { Token } from "../tokens.ts";
import * as T from "../tokens.ts";
import {
  at,
  couldClose,
  type ErrorContext,
  type ErrorRule,
  here,
  inSession,
  isFirst,
  replace,
  rule,
} from "./context.ts";
import { clauseBefore, optionsBefore } from "./slips.ts";
import { shown } from "./words.ts";

/** A reserved word where a name could stand. */
export const reservedName: ErrorRule = (context) => {
  const { found, expected, tokens } = context;
  if (found === null || !T.reserved.has(found.image)) return null;
  const next = tokens[context.at + 1]?.tokenType;
  const named = couldClose(context) && (next === T.Equals || next === T.Colon);
  if (!named && (!expected.has(T.Name) || expected.size > 1)) return null;
  return here(context, `${shown(found)} is a word of the language and cannot be a name.`, {
    message: "Choose another name.",
  });
};

/** Whether a word that stands where a protocol is required is meant as `each`. */
const isEach = ({ tokens, at: place }: ErrorContext, word: Token): boolean =>
  tokens[place - 2]?.tokenType === T.Colon && nearest(word.image, ["each"]) !== null;

export const unknownClause: ErrorRule = (context) => {
  const { found, opener } = context;
  if (found === null || !T.isName(found) || opener?.tokenType !== T.LCurly || !couldClose(context))
    return null;
  if (!["automaton", "automatonDeclaration", "externalDeclaration", "suffix"].includes(rule(context)))
    return null;
  const before = clauseBefore(context);
  if (before !== null && found.image in before.options)
    return here(context, `${shown(found)} cannot stand here in \`${before.word}\`.`, {
      message: `Its parts have this order, each once: \`${before.form}\`.`,
    });
  const owner = clauseOfOption(found.image)?.word;
  if (owner !== undefined) {
    return here(context, `${shown(found)} belongs to \`${owner}\`.`, {
      message: `Write it behind \`${owner} …\`.`,
    });
  }
  const instead = clauseOfWord(found.image)?.insteadOutsideWith ?? null;
  if (instead !== null)
    return here(context, `${shown(found)} stands only inside \`with { … }\`.`, { message: instead });
  // `requires x: eech P`
  const { previous } = context;
  if (previous !== null && T.isName(previous) && previous.image !== "each" && isEach(context, previous))
    return at(
      previous,
      `${shown(previous)} cannot stand before ${shown(found)}.`,
      replace(previous, "each", "Did you mean `each`?"),
    );
  const near = nearest(found.image, ownKeywords, optionsBefore(context));
  return here(
    context,
    `There is no clause ${shown(found)}.`,
    near === null
      ? { message: `The clauses are ${ownKeywords.map((word) => `\`${word}\``).join(" ")}.` }
      : replace(found, near, `Did you mean \`${near}\`?`),
  );
};

const elsewhere: ReadonlyMap<string, string> = new Map([
  ["and", "&&"],
  ["or", "||"],
]);

/** `and`, `or`, `not`, `&`, and `=` for `==`. */
export const foreignOperator: ErrorRule = (context) => {
  const { found, previous } = context;
  if (found === null || previous === null || context.expected.has(T.Equals)) return null;
  const operator = elsewhere.get(found.image) ?? (found.tokenType === T.Ampersand ? "&&" : undefined);
  if (operator !== undefined && !inSession(context) && !context.expected.has(T.NumberLiteral)) {
    return here(
      context,
      `${shown(found)} is no operator.`,
      replace(found, operator, `Write \`${operator}\`.`),
    );
  }
  if (previous.tokenType === T.Name && previous.image === "not") {
    return at(previous, "`not` is no operator.", replace(previous, "!", "Write `!`."));
  }
  return null;
};

const beginnings = ["let", "type", "protocol", "automaton", "external", "system", "import"];
const others: ReadonlyMap<string, string> = new Map([
  ["def", "let"],
  ["const", "let"],
  ["var", "let"],
  ["function", "let"],
  ["fun", "let"],
  ["val", "let"],
  ["service", "automaton"],
  ["module", "import"],
  ["use", "import"],
  ["include", "import"],
]);

/** The nearest word that begins a declaration. */
export const meantBeginning = (word: string): string | null =>
  others.get(word.toLowerCase()) ?? nearest(word, beginnings);

/** Something stands behind a declaration that is complete, or before the first. */
export const leftOver: ErrorRule = (context) => {
  const { found, expected, previous } = context;
  if (found === null || expected.size > 0) return null;
  const first = isFirst(context, found);
  if (previous !== null && (!first || !T.isName(found))) {
    return here(context, `${shown(found)} cannot stand here: what comes before it is complete.`);
  }
  const meant = T.isName(found) ? meantBeginning(found.image) : null;
  return here(
    context,
    `${shown(found)} begins no declaration.`,
    meant === null
      ? { message: `A declaration begins with ${beginnings.map((word) => `\`${word}\``).join(", ")}.` }
      : replace(found, meant, `Did you mean \`${meant}\`?`),
  );
};
