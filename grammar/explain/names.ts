/** Slips with words: reserved ones, unknown clauses, words of other languages. */
import { nearest } from "../../src/core/nearest.ts";
import * as T from "../tokens.ts";
import { at, couldClose, here, inSession, isFirst, type Reading, replace, rule } from "./slip.ts";
import { shown } from "./words.ts";

/** A reserved word where a name could stand. */
export const reservedName: Reading = (slip) => {
  const { found, expected, tokens } = slip;
  if (found === null || !T.reserved.has(found.image)) return null;
  const next = tokens[slip.at + 1]?.tokenType;
  const named = couldClose(slip) && (next === T.Equals || next === T.Colon);
  if (!named && (!expected.has(T.Name) || expected.size > 1)) return null;
  return here(slip, `${shown(found)} is a word of the language and cannot be a name.`, {
    message: "Choose another name.",
  });
};

const clauses = ["provides", "requires", "runs", "env", "instances", "health", "restart"];

export const unknownClause: Reading = (slip) => {
  const { found, opener } = slip;
  if (found === null || !T.isName(found) || opener?.tokenType !== T.LCurly || !couldClose(slip)) return null;
  if (!["automaton", "automatonDeclaration", "suffix"].includes(rule(slip))) return null;
  if (found.tokenType === T.EveryWord || found.tokenType === T.TimeoutWord) {
    return here(slip, `${shown(found)} belongs to \`health\`.`, { message: "Write it behind `health …`." });
  }
  if (found.tokenType === T.SettleWord) {
    return here(slip, `${shown(found)} belongs to \`instances\`.`, {
      message: "Write it behind `instances …`.",
    });
  }
  if (found.tokenType === T.NameWord) {
    return here(slip, "`name` stands only inside `with { … }`.", {
      message: "An automaton's own name stands behind the word `automaton`.",
    });
  }
  const near = nearest(found.image, clauses);
  return here(
    slip,
    `There is no clause ${shown(found)}.`,
    near === null
      ? { message: `The clauses are ${clauses.map((word) => `\`${word}\``).join(" ")}.` }
      : replace(found, near, `Did you mean \`${near}\`?`),
  );
};

const elsewhere: ReadonlyMap<string, string> = new Map([
  ["and", "&&"],
  ["or", "||"],
]);

/** `and`, `or`, `not`, `&`, and `=` for `==`. */
export const foreignOperator: Reading = (slip) => {
  const { found, previous } = slip;
  if (found === null || previous === null || slip.expected.has(T.Equals)) return null;
  const operator = elsewhere.get(found.image) ?? (found.tokenType === T.Ampersand ? "&&" : undefined);
  if (operator !== undefined && !inSession(slip) && !slip.expected.has(T.NumberLiteral)) {
    return here(slip, `${shown(found)} is no operator.`, replace(found, operator, `Write \`${operator}\`.`));
  }
  if (previous.tokenType === T.Name && previous.image === "not") {
    return at(previous, "`not` is no operator.", replace(previous, "!", "Write `!`."));
  }
  return null;
};

const beginnings = ["let", "type", "protocol", "automaton", "system", "import"];
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
export const leftOver: Reading = (slip) => {
  const { found, expected, previous } = slip;
  if (found === null || expected.size > 0) return null;
  const first = isFirst(slip, found);
  if (previous !== null && (!first || !T.isName(found))) {
    return here(slip, `${shown(found)} cannot stand here: what comes before it is complete.`);
  }
  const meant = T.isName(found) ? meantBeginning(found.image) : null;
  return here(
    slip,
    `${shown(found)} begins no declaration.`,
    meant === null
      ? { message: `A declaration begins with ${beginnings.map((word) => `\`${word}\``).join(", ")}.` }
      : replace(found, meant, `Did you mean \`${meant}\`?`),
  );
};
