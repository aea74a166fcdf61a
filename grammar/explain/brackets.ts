/** Slips with brackets, commas, and what separates and closes. */
import * as T from "../tokens.ts";
import {
  at,
  clauseStarts,
  closerOf,
  closes,
  couldClose,
  here,
  insertBehind,
  isFirst,
  place,
  type Reading,
  replace,
  rule,
  type Slip,
} from "./slip.ts";
import { shown } from "./words.ts";

/** The text goes on, or ends, as if a bracket had been closed that was not. */
export const unclosed: Reading = (slip) => {
  const { found, opener } = slip;
  if (opener === null || !couldClose(slip)) return null;
  const ended = found === null || (clauseStarts.has(found.tokenType) && isFirst(slip, found));
  if (!ended) return null;
  const hint = found === null ? [] : [place(found, `Here \`${closerOf(opener)}\` should have come before.`)];
  return at(opener, `This ${shown(opener)} is never closed.`, ...hint);
};

export const wrongCloser: Reading = (slip) => {
  const { found, opener } = slip;
  if (found === null || !closes(found)) return null;
  if (opener === null)
    return here(slip, `This ${shown(found)} closes nothing.`, replace(found, "", "Take it away."));
  const closer = closerOf(opener);
  if (found.image === closer) return null;
  return here(
    slip,
    `This ${shown(found)} does not close the ${shown(opener)}.`,
    place(opener, `It is opened here, and closed by \`${closer}\`.`),
  );
};

/** Rules that are lists of items with commas between, and what an item is. */
const items: ReadonlyMap<string, string> = new Map([
  ["suffix", "an argument"],
  ["reference", "an argument"],
  ["list", "an expression"],
  ["record", "an entry `name = value`"],
  ["environment", "an entry `NAME = value`"],
  ["parameters", "a parameter"],
  ["choice", "a branch `label: session`"],
  ["recordType", "a field `name: type`"],
  ["importDeclaration", "a name"],
]);

/** What could stand there in a list with commas, besides its end. */
export const itemIn = (slip: Slip): string | null => {
  const { previous, opener } = slip;
  if (!couldClose(slip) || (previous !== opener && previous?.tokenType !== T.Comma)) return null;
  return items.get(rule(slip)) ?? null;
};

const beginsItem = (type: unknown): boolean => itemStarts.has(type);
const itemStarts: ReadonlySet<unknown> = new Set([
  T.NumberLiteral,
  T.Text,
  T.TextStart,
  T.True,
  T.False,
  T.Spread,
  T.Automaton,
  T.Fn,
  T.LCurly,
]);

export const missingComma: Reading = (slip) => {
  const { found, previous, opener } = slip;
  if (found === null || opener === null || previous === null) return null;
  if (!couldClose(slip) || !items.has(rule(slip)) || opener === previous) return null;
  if (previous.tokenType === T.Comma || !(T.isName(found) || beginsItem(found.tokenType))) return null;
  return here(slip, `A comma is missing before ${shown(found)}.`, insertBehind(previous, ",", "Write `,`."));
};

/** `,` or `;` between clauses. */
export const clauseSeparator: Reading = (slip) => {
  const { found, opener } = slip;
  if (found === null || opener?.tokenType !== T.LCurly || !couldClose(slip)) return null;
  if (found.tokenType !== T.Comma && found.tokenType !== T.Semicolon) return null;
  if (!["automaton", "automatonDeclaration", "suffix"].includes(rule(slip))) return null;
  return here(slip, `Clauses have no ${shown(found)} between them.`, replace(found, "", "Take it away."));
};
