/** Exact numbers with a dimension, and the rules by which dimensions go together. */

import type { Rational } from "./number/rational.ts";
import * as rational from "./number/rational.ts";

export type Dimension = "plain" | "duration" | "size" | "rate";

/** In the dimension's base unit: nanoseconds, bytes, bits per second. */
export interface Quantity extends Rational {
  readonly dimension: Dimension;
}

/** Why an operation has no result. */
export type Refusal = "dimensions" | "zero";

export type Arithmetic = "+" | "-" | "*" | "/" | "mod";

const of = (dimension: Dimension, value: Rational | null): Quantity | Refusal =>
  value === null ? "zero" : { dimension, numerator: value.numerator, denominator: value.denominator };

/**
 * `+`, `-` and `mod` take two of one dimension. A dimension goes times and over a plain
 * number; the quotient of two of one dimension is plain. All else is refused.
 */
export const arithmetic = (op: Arithmetic, a: Quantity, b: Quantity): Quantity | Refusal => {
  const alike = a.dimension === b.dimension;
  switch (op) {
    case "+":
      return alike ? of(a.dimension, rational.add(a, b)) : "dimensions";
    case "-":
      return alike ? of(a.dimension, rational.subtract(a, b)) : "dimensions";
    case "mod":
      return alike ? of(a.dimension, rational.modulo(a, b)) : "dimensions";
    case "*":
      if (b.dimension === "plain") return of(a.dimension, rational.multiply(a, b));
      return a.dimension === "plain" ? of(b.dimension, rational.multiply(a, b)) : "dimensions";
    case "/":
      if (b.dimension === "plain") return of(a.dimension, rational.divide(a, b));
      return alike ? of("plain", rational.divide(a, b)) : "dimensions";
  }
};

/** The exact plain number of a double. */
export const plain = (value: number): Quantity => {
  const { numerator, denominator } = rational.fromDouble(value);
  return { dimension: "plain", numerator, denominator };
};

/** A whole plain number as a safe integer, else null. */
export const asInteger = (quantity: Quantity): number | null =>
  quantity.dimension === "plain" && quantity.denominator === 1 && typeof quantity.numerator === "number"
    ? quantity.numerator
    : null;

/** Milliseconds of a duration, else null. */
export const asMilliseconds = (quantity: Quantity): number | null =>
  quantity.dimension === "duration"
    ? rational.toDouble(rational.multiply(quantity, rational.ratio(1, 1_000_000)))
    : null;

export const dimensionNames: Readonly<Record<Dimension, string>> = {
  plain: "a plain number",
  duration: "a duration",
  size: "a size",
  rate: "a rate",
};
