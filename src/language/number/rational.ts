/**
 * Exact rational numbers. An integer is a `number` where it is safe and a `bigint`
 * beyond, never both, so that equal rationals have `===` parts. Small numbers, nearly
 * all there are, never touch a bigint.
 */

/** A `number` iff it is a safe integer; never -0. */
export type Int = number | bigint;

/** In lowest terms; the denominator is positive. */
export interface Rational {
  readonly numerator: Int;
  readonly denominator: Int;
}

const narrow = (value: bigint): Int =>
  value >= -9007199254740991n && value <= 9007199254740991n ? Number(value) : value;

const gcdNumber = (a: number, b: number): number => {
  let [x, y] = [Math.abs(a), b];
  while (y !== 0) [x, y] = [y, x % y];
  return x;
};

const gcdBig = (a: bigint, b: bigint): bigint => {
  let [x, y] = [a < 0n ? -a : a, b];
  while (y !== 0n) {
    if (y <= 9007199254740991n) return BigInt(gcdNumber(Number(y), Number(x % y)));
    [x, y] = [y, x % y];
  }
  return x;
};

/** `numerator / denominator` in lowest terms; the denominator is not zero. */
export const ratio = (numerator: Int, denominator: Int): Rational => {
  if (typeof numerator === "number" && typeof denominator === "number") {
    const divisor = gcdNumber(numerator, Math.abs(denominator)) * (denominator < 0 ? -1 : 1);
    // `+ 0` turns -0 into 0.
    return { numerator: numerator / divisor + 0, denominator: denominator / divisor };
  }
  const [n, d] = [BigInt(numerator), BigInt(denominator)];
  const divisor = gcdBig(n, d < 0n ? -d : d) * (d < 0n ? -1n : 1n);
  return { numerator: narrow(n / divisor), denominator: narrow(d / divisor) };
};

export const whole = (value: Int): Rational => ({
  numerator: typeof value === "bigint" ? narrow(value) : value,
  denominator: 1,
});

/** The exact value of the shortest decimal that denotes a finite double. */
export const fromDouble = (value: number): Rational => {
  if (Number.isSafeInteger(value)) return { numerator: value + 0, denominator: 1 };
  const [mantissa = "0", exponent = "0"] = value.toString().split("e");
  const [integer = "0", fraction = ""] = mantissa.split(".");
  const power = Number(exponent) - fraction.length;
  const digits = BigInt(integer + fraction);
  return power >= 0 ? whole(digits * 10n ** BigInt(power)) : ratio(digits, 10n ** BigInt(-power));
};

const linear = (a: Rational, b: Rational, sign: 1 | -1): Rational => {
  const { numerator: an, denominator: ad } = a;
  const { numerator: bn, denominator: bd } = b;
  if (typeof an === "number" && typeof ad === "number" && typeof bn === "number" && typeof bd === "number") {
    if (ad === 1 && bd === 1) {
      const sum = an + sign * bn;
      if (Number.isSafeInteger(sum)) return { numerator: sum, denominator: 1 };
    } else {
      const [left, right, below] = [an * bd, bn * ad, ad * bd];
      const sum = left + sign * right;
      if (
        Number.isSafeInteger(left) &&
        Number.isSafeInteger(right) &&
        Number.isSafeInteger(below) &&
        Number.isSafeInteger(sum)
      ) {
        return ratio(sum, below);
      }
    }
  }
  const [n1, d1, n2, d2] = [BigInt(an), BigInt(ad), BigInt(bn), BigInt(bd)];
  return ratio(n1 * d2 + BigInt(sign) * n2 * d1, d1 * d2);
};

export const add = (a: Rational, b: Rational): Rational => linear(a, b, 1);
export const subtract = (a: Rational, b: Rational): Rational => linear(a, b, -1);

const product = (a: Int, b: Int): Int => {
  if (typeof a === "number" && typeof b === "number") {
    const result = a * b;
    if (Number.isSafeInteger(result)) return result + 0;
  }
  return narrow(BigInt(a) * BigInt(b));
};

export const multiply = (a: Rational, b: Rational): Rational =>
  a.denominator === 1 && b.denominator === 1
    ? { numerator: product(a.numerator, b.numerator), denominator: 1 }
    : ratio(product(a.numerator, b.numerator), product(a.denominator, b.denominator));

/** Null where `b` is zero. */
export const divide = (a: Rational, b: Rational): Rational | null =>
  b.numerator === 0 ? null : ratio(product(a.numerator, b.denominator), product(a.denominator, b.numerator));

export const negate = (a: Rational): Rational => ({
  numerator: typeof a.numerator === "number" ? 0 - a.numerator : -a.numerator,
  denominator: a.denominator,
});

/** Negative, zero or positive, as `a` is less than, equal to or greater than `b`. */
export const compare = (a: Rational, b: Rational): number => {
  const left = product(a.numerator, b.denominator);
  const right = product(b.numerator, a.denominator);
  return left < right ? -1 : left > right ? 1 : 0;
};

export const same = (a: Rational, b: Rational): boolean =>
  a.numerator === b.numerator && a.denominator === b.denominator;

export const isWhole = (a: Rational): boolean => a.denominator === 1;

/** The greatest whole number that is not greater. */
export const floor = (a: Rational): Rational => {
  const { numerator, denominator } = a;
  if (denominator === 1) return a;
  if (typeof numerator === "number" && typeof denominator === "number") {
    // The quotient as a double may round up to the next integer; the remainder is exact.
    const rest = numerator % denominator;
    const toward = (numerator - rest) / denominator;
    return whole((rest < 0 ? toward - 1 : toward) + 0);
  }
  const [n, d] = [BigInt(numerator), BigInt(denominator)];
  const rest = n % d;
  return whole((n - (rest < 0n ? rest + d : rest)) / d);
};

export const ceiling = (a: Rational): Rational => negate(floor(negate(a)));

/** The nearest whole number; halves go away from zero. */
export const round = (a: Rational): Rational => {
  const half = { numerator: 1, denominator: 2 };
  return a.numerator < 0 ? ceiling(subtract(a, half)) : floor(add(a, half));
};

export const absolute = (a: Rational): Rational => (a.numerator < 0 ? negate(a) : a);

/** `a - b·⌊a / b⌋`: its sign is that of `b`. Null where `b` is zero. */
export const modulo = (a: Rational, b: Rational): Rational | null => {
  const quotient = divide(a, b);
  return quotient === null ? null : subtract(a, multiply(b, floor(quotient)));
};

/** The nearest double, within an ulp. */
export const toDouble = (a: Rational): number => {
  const { numerator, denominator } = a;
  if (typeof numerator === "number" && typeof denominator === "number") return numerator / denominator;
  const [n, d] = [BigInt(numerator), BigInt(denominator)];
  // Scale so that the whole quotient has at least 64 bits, more than a double keeps.
  const shift = BigInt(Math.max(0, 64 + bits(denominator) - bits(numerator)));
  const quotient = Number((n << shift) / d);
  const exponent = Number(shift);
  const first = Math.min(exponent, 1000);
  return quotient / 2 ** first / 2 ** (exponent - first);
};

/** The length of an integer in binary, to within 3 bits. */
export const bits = (value: Int): number => {
  if (typeof value === "number") return value === 0 ? 1 : Math.floor(Math.log2(Math.abs(value))) + 1;
  return (value < 0n ? -value : value).toString(16).length * 4;
};

/** About how many decimal digits the number takes; 16 at most where no bigint is in it. */
export const digits = (a: Rational): number =>
  typeof a.numerator === "number" && typeof a.denominator === "number"
    ? 16
    : Math.ceil(Math.max(bits(a.numerator), bits(a.denominator)) * 0.30103);
