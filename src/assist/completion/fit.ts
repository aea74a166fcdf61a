/** What would fit behind an arrow or in a requirement: tried by the composition algebra itself. */
import { arrow, object, select } from "../../language/composition/algebra.ts";
import { isComposable } from "../../language/composition/coerce.ts";
import type { Site } from "../../language/problem.ts";
import type { Value } from "../../language/value.ts";

const nowhere: Site = { module: "", declaration: "", at: 0 };

export type Try = (value: Value) => boolean;

/** Whether `left op value` means something. */
export const behindArrow =
  (left: Value, op: "=>" | "->"): Try =>
  (value) =>
    isComposable(value) && arrow(op, left, value, nowhere).problems.length === 0;

/** Whether `of(name = value)` means something. */
export const inRequirement =
  (of: Value, name: string): Try =>
  (value) =>
    isComposable(value) && object(of, [{ name, value, site: nowhere }], nowhere).problems.length === 0;

/** Of a value that does not fit as it is, the ports that would. */
export const portsThatFit = (value: Value, fits: Try): readonly string[] => {
  if (value._tag !== "Automaton") return [];
  return value.provides.flatMap(({ name }) => {
    const { value: picked, problems } = select(value, name, nowhere);
    return problems.length === 0 && fits(picked) ? [name] : [];
  });
};
