import test from "ava";
import fc from "fast-check";
import type { Int, Rational } from "../../../src/language/number/rational.ts";
import * as rational from "../../../src/language/number/rational.ts";

const runs = { numRuns: Number(process.env.FUZZ_RUNS ?? 300) };

/** Small, around the border of what a double holds, and far beyond it. */
const anyInt: fc.Arbitrary<bigint> = fc.oneof(
  fc.bigInt({ min: -50n, max: 50n }),
  fc.bigInt({ min: 2n ** 53n - 5n, max: 2n ** 53n + 5n }),
  fc.bigInt({ min: -(2n ** 27n), max: 2n ** 27n }),
  fc.bigInt({ min: -(2n ** 130n), max: 2n ** 130n }),
);
const anyRational: fc.Arbitrary<Rational> = fc
  .tuple(anyInt, anyInt)
  .map(([n, d]) => rational.ratio(n, d === 0n ? 1n : d));

const narrow = (value: Int): boolean =>
  typeof value === "number"
    ? Number.isSafeInteger(value) && !Object.is(value, -0)
    : value > 2n ** 53n - 1n || value < 1n - 2n ** 53n;

const gcd = (a: bigint, b: bigint): bigint => (b === 0n ? (a < 0n ? -a : a) : gcd(b, a % b));

const canonical = (r: Rational): boolean =>
  narrow(r.numerator) &&
  narrow(r.denominator) &&
  r.denominator > 0 &&
  gcd(BigInt(r.numerator), BigInt(r.denominator)) === 1n;

const is = (n: bigint, d: bigint, r: Rational): boolean =>
  canonical(r) && BigInt(r.numerator) * d === n * BigInt(r.denominator);

const parts = (r: Rational): [bigint, bigint] => [BigInt(r.numerator), BigInt(r.denominator)];

test("arithmetic is that of fractions of big integers, in lowest terms", (t) => {
  fc.assert(
    fc.property(anyRational, anyRational, (a, b) => {
      const [an, ad] = parts(a);
      const [bn, bd] = parts(b);
      t.true(is(an * bd + bn * ad, ad * bd, rational.add(a, b)));
      t.true(is(an * bd - bn * ad, ad * bd, rational.subtract(a, b)));
      t.true(is(an * bn, ad * bd, rational.multiply(a, b)));
      const quotient = rational.divide(a, b);
      t.true(bn === 0n ? quotient === null : is(an * bd, ad * bn, quotient!));
      t.is(
        Math.sign(rational.compare(a, b)),
        Number(an * bd - bn * ad > 0n) - Number(an * bd - bn * ad < 0n),
      );
      t.is(rational.same(a, b), an * bd === bn * ad);
    }),
    runs,
  );
});

test("the laws of a field hold exactly", (t) => {
  fc.assert(
    fc.property(anyRational, anyRational, anyRational, (a, b, c) => {
      t.deepEqual(rational.add(a, rational.add(b, c)), rational.add(rational.add(a, b), c));
      t.deepEqual(
        rational.multiply(a, rational.add(b, c)),
        rational.add(rational.multiply(a, b), rational.multiply(a, c)),
      );
      t.deepEqual(rational.subtract(rational.add(a, b), b), a);
      if (b.numerator !== 0) t.deepEqual(rational.multiply(rational.divide(a, b)!, b), a);
    }),
    runs,
  );
});

test("rounding brackets the number, and modulo takes the sign of the divisor", (t) => {
  fc.assert(
    fc.property(anyRational, anyRational, (a, b) => {
      const [low, high, near] = [rational.floor(a), rational.ceiling(a), rational.round(a)];
      for (const one of [low, high, near]) t.true(canonical(one) && rational.isWhole(one));
      t.true(rational.compare(low, a) <= 0 && rational.compare(a, high) <= 0);
      t.true(rational.compare(rational.subtract(high, low), rational.whole(1)) <= 0);
      const off = rational.absolute(rational.subtract(near, a));
      t.true(rational.compare(off, rational.ratio(1, 2)) <= 0);
      const rest = rational.modulo(a, b);
      if (rest === null) return t.is(b.numerator, 0);
      t.true(rational.isWhole(rational.divide(rational.subtract(a, rest), b)!));
      t.true(rational.compare(rational.absolute(rest), rational.absolute(b)) < 0);
      return t.true(rest.numerator === 0 || rest.numerator > 0 === b.numerator > 0);
    }),
    runs,
  );
  t.deepEqual(rational.round(rational.ratio(-5, 2)), rational.whole(-3));
});

test("doubles go there and back", (t) => {
  fc.assert(
    fc.property(fc.double({ noNaN: true, noDefaultInfinity: true }), (value) => {
      const exact = rational.fromDouble(value);
      t.true(canonical(exact));
      if (Math.abs(value) > 1e-290)
        t.true(Math.abs(rational.toDouble(exact) - value) <= Math.abs(value) * 2 ** -51);
    }),
    runs,
  );
  t.is(rational.toDouble(rational.ratio(2n ** 2000n, 2n ** 2001n + 2n)), 0.5);
});

test("the number of digits is told to within three", (t) => {
  fc.assert(
    fc.property(fc.bigInt({ min: 2n ** 53n, max: 2n ** 4000n }), (value) => {
      const told = rational.digits(rational.whole(value));
      const real = value.toString().length;
      t.true(told >= real - 1 && told <= real + 3, `${told} for ${real}`);
    }),
    runs,
  );
});
