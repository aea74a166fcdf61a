/** What a built-in function is, and how it takes its arguments. */

import { describe } from "../describe.ts";
import type { Machine, Rule } from "../evaluation/machine.ts";
import { reportMisfit } from "../evaluation/misfit.ts";
import type { Site } from "../problem.ts";
import type { Quantity } from "../quantity.ts";
import type { ListValue, Value } from "../value.ts";

/** An argument that is not poison. */
export interface Given {
  readonly value: Value;
  /** Of the argument, or of the call where it was not written there. */
  readonly site: () => Site;
  /** Whether the argument is written as a text without `${…}`. */
  readonly literal: boolean;
}

export interface Context {
  readonly machine: Machine;
  /** The name that the function goes by. */
  readonly name: string;
  readonly site: () => Site;
  /** Calls a value with arguments. */
  readonly call: (callee: Value, args: readonly Value[]) => Rule;
}

export interface Builtin {
  readonly parameters: readonly string[];
  /** The last parameter may be given any number of times, but at least once. */
  readonly variadic?: true;
  /** It takes compositions, also those in which something failed. */
  readonly composes?: true;
  /** One line for people. */
  readonly doc: string;
  /** As many arguments as parameters, or more where it is variadic. */
  readonly run: (args: readonly Given[], context: Context) => Value | Rule;
}

/** Reports that an argument is of a wrong type. */
export const mismatch = (given: Given, wanted: string, { machine, name }: Context): Value =>
  reportMisfit(
    given.value,
    `\`${name}\` takes ${wanted}, not ${describe(given.value)}`,
    given.site(),
    machine,
  );

export const limitExceeded = (what: string, bound: number, { machine, site }: Context): Value =>
  machine.report("limit-exceeded", `${what}; the bound is ${bound.toLocaleString("en")}`, site());

/** Null where it is none, which then is reported. */
export const numberOf = (given: Given, context: Context, wanted = "a number"): Quantity | null => {
  if (given.value._tag === "Quantity") return given.value.quantity;
  mismatch(given, wanted, context);
  return null;
};

export const plainOf = (given: Given, context: Context): Quantity | null => {
  const quantity = numberOf(given, context, "a plain number");
  if (quantity === null || quantity.dimension === "plain") return quantity;
  mismatch(given, "a plain number", context);
  return null;
};

export const textOf = (given: Given, context: Context, wanted = "a text"): string | null => {
  if (given.value._tag === "String") return given.value.text;
  mismatch(given, wanted, context);
  return null;
};

export const listOfArgument = (given: Given, context: Context): ListValue | null => {
  if (given.value._tag === "List") return given.value;
  mismatch(given, "a list", context);
  return null;
};
