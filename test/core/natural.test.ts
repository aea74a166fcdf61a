import test from "ava";
import fc from "fast-check";
import { compareNames } from "../../src/core/natural.ts";

test("numbers in names count as numbers", (t) => {
  const names = ["s10", "s2", "s", "a.10", "a.9", "s02", "s1b", "s1a", "S3", "10", "9", "s2x10", "s2x9"];
  t.deepEqual(names.toSorted(compareNames), [
    "9",
    "10",
    "S3",
    "a.9",
    "a.10",
    "s",
    "s1a",
    "s1b",
    "s02",
    "s2",
    "s2x9",
    "s2x10",
    "s10",
  ]);
  t.true(compareNames("n9007199254740993", "n9007199254740992") > 0);
});

test("it is an order, in which only equal names are equal", (t) => {
  const name = fc.string({ maxLength: 6, unit: fc.constantFrom("a", "b", "0", "1", "9", ".", "_") });
  t.notThrows(() =>
    fc.assert(
      fc.property(name, name, name, (a, b, c) => {
        const [ab, ba, bc, ac] = [
          compareNames(a, b),
          compareNames(b, a),
          compareNames(b, c),
          compareNames(a, c),
        ];
        return ab === -ba && (ab === 0) === (a === b) && !(ab < 0 && bc < 0 && ac >= 0);
      }),
      { numRuns: 5_000 },
    ),
  );
});
