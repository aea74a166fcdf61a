/** Mistakes with brackets, commas, and what separates and closes. */
import * as T from "../tokens.ts";
import {
  at,
  clauseStarts,
  closerOf,
  closes,
  couldClose,
  type ErrorContext,
  type ErrorRule,
  here,
  insertBehind,
  isFirst,
  neverClosed,
  place,
  replace,
  rule,
} from "./context.ts";
import { shown } from "./words.ts";

/** The text goes on, or ends, as if a bracket had been closed that was not. */
export const unclosed: ErrorRule = (context) => {
  const { found, opener } = context;
  if (opener === null || !couldClose(context)) return null;
  const ended = found === null || (clauseStarts.has(found.tokenType) && isFirst(context, found));
  if (!ended) return null;
  if (found === null) return neverClosed(context.tokens, opener);
  const hint = place(found, `Here \`${closerOf(opener)}\` should have come before.`);
  return at(opener, `This ${shown(opener)} is never closed.`, hint);
};

export const wrongCloser: ErrorRule = (context) => {
  const { found, opener } = context;
  if (found === null || !closes(found)) return null;
  if (opener === null)
    return here(context, `This ${shown(found)} closes nothing.`, replace(found, "", "Take it away."));
  const closer = closerOf(opener);
  if (found.image === closer) return null;
  return here(
    context,
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
export const itemIn = (context: ErrorContext): string | null => {
  const { previous, opener } = context;
  if (!couldClose(context) || (previous !== opener && previous?.tokenType !== T.Comma)) return null;
  return items.get(rule(context)) ?? null;
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

export const missingComma: ErrorRule = (context) => {
  const { found, previous, opener } = context;
  if (found === null || opener === null || previous === null) return null;
  if (!couldClose(context) || !items.has(rule(context)) || opener === previous) return null;
  if (previous.tokenType === T.Comma || !(T.isName(found) || beginsItem(found.tokenType))) return null;
  return here(
    context,
    `A comma is missing before ${shown(found)}.`,
    insertBehind(previous, ",", "Write `,`."),
  );
};

/** `,` or `;` between clauses. */
export const clauseSeparator: ErrorRule = (context) => {
  const { found, opener } = context;
  if (found === null || opener?.tokenType !== T.LCurly || !couldClose(context)) return null;
  if (found.tokenType !== T.Comma && found.tokenType !== T.Semicolon) return null;
  if (!["automaton", "automatonDeclaration", "externalDeclaration", "suffix"].includes(rule(context)))
    return null;
  return here(context, `Clauses have no ${shown(found)} between them.`, replace(found, "", "Take it away."));
};
