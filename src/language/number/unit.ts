/** The units of numbers: `2.5MiB` as a quantity, and a quantity in its fittest unit. */
import type { Dimension, Quantity } from "../quantity.ts";
import { isShort, parseDecimal, showDecimal } from "./decimal.ts";
import { absolute, compare, divide, multiply, type Rational, ratio, whole } from "./rational.ts";

interface Unit {
  readonly name: string;
  readonly dimension: Dimension;
  /** How many of the dimension's base unit it is: nanoseconds, bytes, bits per second. */
  readonly scale: Rational;
}

const unit = (name: string, dimension: Dimension, scale: number): Unit => ({
  name,
  dimension,
  scale: whole(scale),
});

/** Of each dimension in rising order. */
const units: readonly Unit[] = [
  unit("ns", "duration", 1),
  unit("us", "duration", 1_000),
  unit("ms", "duration", 1_000_000),
  unit("s", "duration", 1_000_000_000),
  unit("m", "duration", 60_000_000_000),
  unit("h", "duration", 3_600_000_000_000),
  unit("B", "size", 1),
  unit("KB", "size", 1_000),
  unit("KiB", "size", 1_024),
  unit("MB", "size", 1_000_000),
  unit("MiB", "size", 1_048_576),
  unit("GB", "size", 1_000_000_000),
  unit("GiB", "size", 1_073_741_824),
  unit("Kbps", "rate", 1_000),
  unit("Mbps", "rate", 1_000_000),
  unit("Gbps", "rate", 1_000_000_000),
  { name: "%", dimension: "plain", scale: ratio(1, 100) },
];

const byName = new Map(units.map((one) => [one.name, one]));

/** The names that may stand behind a number. */
export const unitNames: readonly string[] = units.map((one) => one.name);

/** A number as written; null where there is no such unit. */
export const parseQuantity = (digits: string, name: string | null): Quantity | null => {
  const value = parseDecimal(digits);
  if (name === null) return { dimension: "plain", ...value };
  const found = byName.get(name);
  return found === undefined ? null : { dimension: found.dimension, ...multiply(value, found.scale) };
};

/**
 * As one would write it: of the units in which the number is at least one, that which
 * needs the fewest characters, the larger of two that need as many.
 */
export const showQuantity = (quantity: Quantity): string => {
  if (quantity.dimension === "plain") return showDecimal(quantity);
  const fitting = units.filter((one) => one.dimension === quantity.dimension);
  const least = fitting[0]!;
  if (quantity.numerator === 0) return `0${quantity.dimension === "duration" ? "s" : least.name}`;
  let best: string | null = null;
  let rounded = "";
  for (const one of fitting) {
    if (one !== least && compare(absolute(quantity), one.scale) < 0) continue;
    const count = divide(quantity, one.scale)!;
    const text = showDecimal(count) + one.name;
    rounded = text;
    if (isShort(count) && (best === null || text.length <= best.length)) best = text;
  }
  return best ?? rounded;
};
