/** The order of `<`: numbers of one dimension by size, strings by their characters. */
import { compare } from "./number/rational.ts";
import type { Value } from "./value.ts";

/** By code points, so that the order is that of UTF-8 too. */
export const compareTexts = (a: string, b: string): number => {
  const length = Math.min(a.length, b.length);
  for (let i = 0; i < length; i++) {
    const [x, y] = [a.charCodeAt(i), b.charCodeAt(i)];
    if (x === y) continue;
    // Surrogates stand for code points beyond all others.
    const [left, right] = [x >= 0xd800 && x < 0xe000, y >= 0xd800 && y < 0xe000];
    return left === right ? x - y : left ? 1 : -1;
  }
  return a.length - b.length;
};

/** By code units: of names, which are in ASCII, the same order, and quicker. */
export const byText = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);

/** Negative, zero or positive; null where there is no order between the two. */
export const compareValues = (a: Value, b: Value): number | null => {
  if (a._tag === "Quantity" && b._tag === "Quantity") {
    return a.quantity.dimension === b.quantity.dimension ? compare(a.quantity, b.quantity) : null;
  }
  return a._tag === "String" && b._tag === "String" ? compareTexts(a.text, b.text) : null;
};
