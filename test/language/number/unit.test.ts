import test from "ava";
import fc from "fast-check";
import { parseDecimal, showDecimal } from "../../../src/language/number/decimal.ts";
import { ratio, same } from "../../../src/language/number/rational.ts";
import { parseQuantity, showQuantity, unitNames } from "../../../src/language/number/unit.ts";
import { arithmetic, asMilliseconds, type Quantity } from "../../../src/language/quantity.ts";

const runs = { numRuns: Number(process.env.FUZZ_RUNS ?? 300) };

const read = (text: string): Quantity => {
  const [, digits, unit] = /^([\d.]+)(.*)$/.exec(text)!;
  return parseQuantity(digits!, unit === "" ? null : unit!)!;
};

test("a number is shown as one would write it", (t) => {
  const shown = (text: string): string => showQuantity(read(text));
  t.is(shown("1.50"), "1.5");
  t.is(shown("2500ms"), "2.5s");
  t.is(shown("90s"), "90s");
  t.is(shown("120s"), "2m");
  t.is(shown("150s"), "2.5m", "of two as short the larger unit");
  t.is(shown("3600s"), "1h");
  t.is(shown("1024B"), "1KiB");
  t.is(shown("1000B"), "1KB");
  t.is(shown("1.5MiB"), "1.5MiB");
  t.is(shown("0ms"), "0s");
  t.is(shown("0.5Kbps"), "0.5Kbps");
  t.is(shown("50%"), "0.5");
});

test("an endless decimal is rounded at fifteen significant digits", (t) => {
  t.is(showDecimal(ratio(1, 3)), "0.333333333333333");
  t.is(showDecimal(ratio(-2, 3)), "-0.666666666666667");
  t.is(showDecimal(ratio(9, 7)), "1.28571428571429");
  t.is(showDecimal(ratio(100, 7)), "14.2857142857143");
  t.is(showDecimal(ratio(2_000_000, 3)), "666666.666666667");
  t.is(showDecimal(ratio(10n ** 20n, 3n)), "33333333333333300000");
  t.is(showDecimal(ratio(1n, 3n * 10n ** 20n)), "0.00000000000000000000333333333333333");
  t.is(showDecimal(ratio(999_999_999_999_999_9n, 3n)), "3333333333333333");
  t.is(showDecimal(ratio(29_999_999_999_999_999n, 30_000_000_000_000_001n)), "1");
});

test("a finite decimal is read and shown exactly", (t) => {
  fc.assert(
    fc.property(fc.bigInt({ min: 0n, max: 10n ** 40n }), fc.integer({ min: 0, max: 25 }), (n, places) => {
      const padded = n.toString().padStart(places + 1, "0");
      const text = places === 0 ? padded : `${padded.slice(0, -places)}.${padded.slice(-places)}`;
      const value = parseDecimal(text);
      t.true(same(value, ratio(n, 10n ** BigInt(places))));
      t.true(same(parseDecimal(showDecimal(value)), value));
    }),
    runs,
  );
});

test("whatever is shown exactly reads as the same quantity", (t) => {
  fc.assert(
    fc.property(fc.integer({ min: 0, max: 10 ** 7 }), fc.constantFrom(...unitNames), (n, unit) => {
      const quantity = parseQuantity((n / 100).toString(), unit)!;
      t.deepEqual(read(showQuantity(quantity)), quantity);
    }),
    runs,
  );
});

test("dimensions go together as the rules say", (t) => {
  t.deepEqual(arithmetic("+", read("500ms"), read("2s")), read("2.5s"));
  t.deepEqual(arithmetic("+", read("0.1"), read("0.2")), read("0.3"));
  t.is(arithmetic("+", read("1s"), read("1MiB")), "dimensions");
  t.is(arithmetic("-", read("1s"), read("1")), "dimensions");
  t.deepEqual(arithmetic("*", read("2"), read("1s")), read("2s"));
  t.deepEqual(arithmetic("*", read("1s"), read("50%")), read("500ms"));
  t.is(arithmetic("*", read("1s"), read("1s")), "dimensions");
  t.deepEqual(arithmetic("/", read("1s"), read("4")), read("250ms"));
  t.deepEqual(arithmetic("/", read("1m"), read("1s")), read("60"));
  t.is(arithmetic("/", read("1"), read("1s")), "dimensions");
  t.is(arithmetic("/", read("1s"), read("0s")), "zero");
  t.is(arithmetic("mod", read("5s"), read("0s")), "zero");
  t.deepEqual(arithmetic("mod", read("5s"), read("2s")), read("1s"));
});

test("durations are told in milliseconds", (t) => {
  t.is(asMilliseconds(read("1.5s")), 1500);
  t.is(asMilliseconds(read("1us")), 0.001);
  t.is(asMilliseconds(read("1B")), null);
});
