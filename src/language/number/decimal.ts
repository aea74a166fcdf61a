/** Rationals as decimal text: read exactly, written exactly where that is finite and short. */
import { type Int, type Rational, ratio, whole } from "./rational.ts";

/** `12.50` → 25/2. The text is digits with at most one point between them. */
export const parseDecimal = (text: string): Rational => {
  const point = text.indexOf(".");
  if (point < 0) return text.length <= 15 ? whole(Number(text)) : whole(BigInt(text));
  const fraction = text.slice(point + 1);
  const scaled = text.slice(0, point) + fraction;
  if (scaled.length <= 15) return ratio(Number(scaled), 10 ** fraction.length);
  return ratio(BigInt(scaled), 10n ** BigInt(fraction.length));
};

/** Beyond so many places a finite decimal is rounded like an infinite one. */
const maxPlaces = 30;
const significant = 15;

/** How many places the decimal has; null where it never ends or has too many. */
const placesOf = (denominator: Int): number | null => {
  let rest = BigInt(denominator);
  let [twos, fives] = [0, 0];
  while (rest % 2n === 0n && twos <= maxPlaces) [rest, twos] = [rest / 2n, twos + 1];
  while (rest % 5n === 0n && fives <= maxPlaces) [rest, fives] = [rest / 5n, fives + 1];
  const places = Math.max(twos, fives);
  return rest === 1n && places <= maxPlaces ? places : null;
};

/** `digits` with a point before the last `places`, without trailing zeros behind it. */
const pointed = (digits: string, places: number): string => {
  if (places <= 0) return digits + "0".repeat(-places);
  const padded = digits.padStart(places + 1, "0");
  const fraction = padded.slice(-places).replace(/0+$/, "");
  const integer = padded.slice(0, -places);
  return fraction === "" ? integer : `${integer}.${fraction}`;
};

const roundedQuotient = (n: bigint, d: bigint): bigint => (2n * n + d) / (2n * d);

/** Rounded at 15 significant digits. */
const rounded = (n: bigint, d: bigint): string => {
  // Places such that the scaled quotient has 15 digits; the estimate is off by one at most.
  let places = significant - (n.toString().length - d.toString().length);
  const scaled = (): bigint =>
    places >= 0
      ? roundedQuotient(n * 10n ** BigInt(places), d)
      : roundedQuotient(n, d * 10n ** BigInt(-places));
  while (scaled().toString().length > significant) places--;
  return pointed(scaled().toString(), places);
};

/** Exact where the decimal ends within 30 places, else rounded at 15 significant digits. Never an exponent. */
export const showDecimal = (value: Rational): string => {
  if (value.denominator === 1) return value.numerator.toString();
  const negative = value.numerator < 0;
  const numerator = BigInt(value.numerator);
  const n = negative ? -numerator : numerator;
  const d = BigInt(value.denominator);
  const places = placesOf(value.denominator);
  const text =
    places === null ? rounded(n, d) : pointed(((n * 10n ** BigInt(places)) / d).toString(), places);
  return negative ? `-${text}` : text;
};

/** Whether `showDecimal` writes the number exactly. */
export const isShort = (value: Rational): boolean =>
  value.denominator === 1 || placesOf(value.denominator) !== null;
