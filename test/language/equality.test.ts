import test from "ava";
import fc from "fast-check";
import { equal, identical } from "../../src/language/equality.ts";
import { plain } from "../../src/language/quantity.ts";
import { join, listOf, withSite } from "../../src/language/rope.ts";
import { number, poison, record, text, truth, type Value } from "../../src/language/value.ts";

const runs = { numRuns: Number(process.env.FUZZ_RUNS ?? 300) };
const site = { module: "m", declaration: "d", at: 1 };

const { value: anyValue } = fc.letrec<{ value: Value }>((tie) => ({
  value: fc.oneof(
    { maxDepth: 4 },
    fc.integer({ min: 0, max: 3 }).map((n) => number(plain(n))),
    fc.constantFrom("a", "b").map(text),
    fc.boolean().map(truth),
    fc.array(tie("value"), { maxLength: 4 }).map((values) => listOf(values)),
    fc
      .dictionary(fc.constantFrom("x", "y"), tie("value"), { maxKeys: 2 })
      .map((fields) => record(Object.entries(fields))),
  ),
}));

/** The same value, rebuilt: nothing is shared. */
const rebuilt = (value: Value): Value => {
  if (value._tag === "List") return listOf(value.children.map(rebuilt));
  if (value._tag === "Record")
    return record([...value.fields].reverse().map(([name, field]) => [name, rebuilt(field)]));
  return structuredClone(value);
};

test("both equalities are reflexive, see through copies, and agree on plain data", (t) => {
  fc.assert(
    fc.property(anyValue, anyValue, (a, b) => {
      t.true(identical(a, a));
      t.true(identical(a, rebuilt(a)));
      t.is(equal(a, rebuilt(a)), true);
      t.is(identical(a, b), equal(a, b) === true);
      t.is(identical(a, b), identical(b, a));
      t.is(identical(a, b), JSON.stringify(flat(a)) === JSON.stringify(flat(b)));
    }),
    runs,
  );
});

/** Injective for the values made here. */
const flat = (value: Value): unknown => {
  if (value._tag === "List") return value.children.map(flat);
  if (value._tag === "Record")
    return { record: [...value.fields].map(([name, field]) => [name, flat(field)]) };
  if (value._tag === "Quantity") return Number(value.quantity.numerator);
  return value._tag === "String" ? value.text : value._tag === "Bool" && value.value;
};

test("a list's site and shape count for what is identical, not for what is equal", (t) => {
  const values = Array.from({ length: 100 }, (_, i) => number(plain(i)));
  const [whole, pieces] = [listOf(values), join(listOf(values.slice(0, 7)), listOf(values.slice(7)))];
  t.is(equal(whole, pieces), true);
  t.false(identical(whole, pieces));
  t.is(equal(whole, withSite(whole, site)), true);
  t.false(identical(whole, withSite(whole, site)));
  t.true(identical(withSite(whole, site), withSite(whole, { ...site })));
  t.is(equal(whole, join(pieces, listOf([text("more")]))), false);
});

test("what failed is equal to nothing, and said to be so", (t) => {
  t.is(equal(listOf([poison]), listOf([text("a")])), "poison");
  t.true(identical(poison, { _tag: "Poison" }));
});

test("deep values are compared without the call stack", (t) => {
  const deep = (): Value => {
    let value: Value = text("bottom");
    for (let i = 0; i < 100_000; i++) value = listOf([value]);
    return value;
  };
  t.true(identical(deep(), deep()));
  t.is(equal(deep(), listOf([deep()])), false);
});

test("values that share their parts are compared in time of what they share", (t) => {
  const doubled = (): Value => {
    let value: Value = text("bottom");
    for (let i = 0; i < 200; i++) value = listOf([value, value]);
    return value;
  };
  t.true(identical(doubled(), doubled()));
  t.is(equal(doubled(), doubled()), true);
});

test("a comparison that may not go on says so", (t) => {
  let allowed = 10;
  const values = Array.from({ length: 100 }, (_, i) => number(plain(i)));
  const spend = (count: number): boolean => {
    allowed -= count;
    return allowed >= 0;
  };
  t.is(equal(listOf(values), listOf(values.map(rebuilt)), spend), "too-much");
  t.is(allowed, -1);
});
