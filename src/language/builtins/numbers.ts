/** Built-in functions of numbers. */

import { grouped } from "../../core/tally.ts";
import { compute } from "../evaluation/bounded.ts";
import type { Rational } from "../number/rational.ts";
import * as rational from "../number/rational.ts";
import { arithmetic, asInteger, plain, type Quantity } from "../quantity.ts";
import { listOf, toArray } from "../rope.ts";
import { number, poison, type Value } from "../value.ts";
import {
  type Builtin,
  type Context,
  type Given,
  limitExceeded,
  listOfArgument,
  mismatch,
  numberOf,
  plainOf,
} from "./builtin.ts";

/** Numbers of one dimension; null where they are not, which then is reported. */
const alike = (args: readonly Given[], context: Context): readonly Quantity[] | null => {
  const quantities: Quantity[] = [];
  for (const arg of args) {
    const quantity = numberOf(arg, context);
    if (quantity === null) return null;
    const first = quantities[0];
    if (first !== undefined && first.dimension !== quantity.dimension) {
      mismatch(arg, "numbers of one dimension", context);
      return null;
    }
    quantities.push(quantity);
  }
  return quantities;
};

/** The arguments, or the elements of the only one if it is a list. */
const spread = (args: readonly Given[]): readonly Given[] => {
  const [only] = args;
  if (args.length !== 1 || only?.value._tag !== "List") return args;
  return toArray(only.value).map((value) => ({ value, site: only.site, literal: false }));
};

const extreme = (doc: string, wins: (a: Rational, b: Rational) => boolean): Builtin => ({
  parameters: ["numbers"],
  variadic: true,
  doc,
  run: (args, context) => {
    const given = spread(args);
    if (!context.machine.charge(given.length)) return poison;
    if (given.some(({ value }) => value._tag === "Poison")) return poison;
    const quantities = alike(given, context);
    if (quantities === null) return poison;
    if (quantities.length === 0) return mismatch(args[0]!, "at least one number", context);
    return number(quantities.reduce((best, one) => (wins(one, best) ? one : best)));
  },
});

const rounding = (doc: string, round: (value: Rational) => Rational): Builtin => ({
  parameters: ["number"],
  doc,
  run: ([arg], context) => {
    const quantity = plainOf(arg!, context);
    return quantity === null ? poison : number({ dimension: "plain", ...round(quantity) });
  },
});

const abs: Builtin = {
  parameters: ["number"],
  doc: "the number without its sign",
  run: ([arg], context) => {
    const quantity = numberOf(arg!, context);
    return quantity === null
      ? poison
      : number({ dimension: quantity.dimension, ...rational.absolute(quantity) });
  },
};

const clamp: Builtin = {
  parameters: ["number", "low", "high"],
  doc: "the number, or the nearer of two bounds that it is beyond",
  run: (args, context) => {
    const quantities = alike(args, context);
    if (quantities === null) return poison;
    const [value, low, high] = quantities as [Quantity, Quantity, Quantity];
    if (rational.compare(low, high) > 0)
      return mismatch(args[1]!, "a lower bound that is not above the upper", context);
    if (rational.compare(value, low) < 0) return number(low);
    return number(rational.compare(value, high) > 0 ? high : value);
  },
};

const mod: Builtin = {
  parameters: ["number", "divisor"],
  doc: "what is left of a division; it has the sign of the divisor",
  run: (args, context) => {
    const quantities = alike(args, context);
    if (quantities === null) return poison;
    const rest = arithmetic("mod", quantities[0]!, quantities[1]!);
    if (typeof rest !== "string") return number(rest);
    return context.machine.report("division-by-zero", "this divides by zero", args[1]!.site());
  },
};

const range: Builtin = {
  parameters: ["first", "last"],
  doc: "the whole numbers from the first to the last, both included",
  run: (args, context) => {
    const ends: number[] = [];
    for (const arg of args) {
      const quantity = plainOf(arg, context);
      const end = quantity === null ? null : asInteger(quantity);
      if (end === null) return quantity === null ? poison : mismatch(arg, "whole numbers", context);
      ends.push(end);
    }
    const [first, last] = ends as [number, number];
    const length = Math.max(0, last - first + 1);
    const { size } = context.machine.world.limits;
    if (length > size) {
      return limitExceeded(`this range has ${grouped(length, "element")}`, size, context);
    }
    if (!context.machine.charge(length)) return poison;
    const values: Value[] = new Array(length);
    for (let i = 0; i < length; i++) values[i] = number(plain(first + i));
    return listOf(values);
  },
};

const sum: Builtin = {
  parameters: ["list"],
  doc: "the sum of a list of numbers of one dimension; 0 for an empty list",
  run: ([arg], context) => {
    const list = listOfArgument(arg!, context);
    if (list === null || !context.machine.charge(list.length)) return poison;
    const values = toArray(list);
    if (values.some((value) => value._tag === "Poison")) return poison;
    const given = values.map((value): Given => ({ value, site: arg!.site, literal: false }));
    const quantities = alike(given, context);
    if (quantities === null) return poison;
    let total = quantities[0] ?? plain(0);
    for (let i = 1; i < quantities.length; i++) {
      const result = compute("+", total, quantities[i]!, context.machine);
      if (result === "too-long") {
        return limitExceeded("the sum has too many digits", context.machine.world.limits.digits, context);
      }
      if (typeof result === "string") return poison;
      total = result;
    }
    return number(total);
  },
};

export const numberBuiltins: Readonly<Record<string, Builtin>> = {
  abs,
  ceil: rounding("the least whole number that is not less", rational.ceiling),
  clamp,
  floor: rounding("the greatest whole number that is not greater", rational.floor),
  max: extreme("the greatest of some numbers, or of a list of them", (a, b) => rational.compare(a, b) > 0),
  min: extreme("the least of some numbers, or of a list of them", (a, b) => rational.compare(a, b) < 0),
  mod,
  range,
  round: rounding("the nearest whole number; halves go away from zero", rational.round),
  sum,
};
