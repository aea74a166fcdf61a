/** Values that are written out. */
import { parseExpression } from "../../grammar/expression.ts";
import { Terms } from "../core/term.ts";
import { evaluateExpression } from "../language/evaluate.ts";
import type { Value } from "../language/value.ts";
import { defaultLimits, type World } from "../language/world.ts";

/** A world without names. */
const closed: World = {
  module: "",
  global: () => undefined,
  globals: () => [],
  input: (_, fallback) => fallback,
  observed: () => 0,
  remember: (_, __, compute) => compute(closed),
  limits: defaultLimits,
};

/** The value of a text in the language's notation that needs no names; null where it is none. */
export const literalValue = (text: string): Value | null => {
  const { term } = parseExpression(text, new Terms());
  if (term === null) return null;
  const { value, problems } = evaluateExpression(term, "", closed);
  return problems.length === 0 && value._tag !== "Poison" ? value : null;
};
