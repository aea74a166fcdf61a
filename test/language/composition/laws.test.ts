import test, { type ExecutionContext } from "ava";
import * as fc from "fast-check";
import { sameComposition } from "../../../src/language/composition/meaning.ts";
import { holds } from "../cases.ts";
import {
  arrowOf,
  asComposition,
  automaton,
  expressions,
  type Made,
  objectOf,
  of,
  overlayOf,
  plainPool,
  pool,
  selectOf,
  told,
  unionOf,
} from "./graphs.ts";

const compositions = (count: number): fc.Arbitrary<readonly Made[]> =>
  fc.oneof(pool, plainPool).chain((all) =>
    fc.array(fc.oneof(expressions(all), fc.constantFrom(...all).map(of)), {
      minLength: count,
      maxLength: count,
    }),
  );

const same = (a: Made, b: Made): boolean => sameComposition(asComposition(a.value), asComposition(b.value));

/** Holds a law: both sides say the same, where nothing is wrong with either; or always. */
const law = (
  t: ExecutionContext,
  count: number,
  sides: (...parts: readonly Made[]) => readonly [Made, Made],
  always = false,
): void => {
  let met = 0;
  const says = ({ text, value }: Made): string => `${text} says ${told(asComposition(value)).join("; ")}`;
  const agree = fc.property(compositions(count), (parts) => {
    const [left, right] = sides(...parts);
    if (!always && !(left.fine && right.fine)) return;
    met++;
    if (!same(left, right)) throw new Error(`${says(left)}, but ${says(right)}`);
  });
  holds(t, agree, () => [met]);
};

const nothing = overlayOf();

test("overlay is associative", (t) => {
  law(t, 3, (x, y, z) => [overlayOf(overlayOf(x!, y!), z!), overlayOf(x!, overlayOf(y!, z!))], true);
  law(t, 3, (x, y, z) => [overlayOf(x!, y!, z!), overlayOf(x!, overlayOf(y!, z!))], true);
});

test("overlay is commutative", (t) => {
  law(t, 2, (x, y) => [overlayOf(x!, y!), overlayOf(y!, x!)], true);
});

test("overlay is idempotent", (t) => {
  law(t, 1, (x) => [overlayOf(x!, x!), x!], true);
});

test("[] is the unit of overlay", (t) => {
  law(t, 1, (x) => [overlayOf(x!, nothing), x!], true);
  law(t, 1, (x) => [overlayOf(nothing, x!), x!], true);
});

for (const op of ["=>", "->"] as const) {
  test(`${op} is associative`, (t) => {
    law(t, 3, (x, y, z) => [arrowOf(arrowOf(x!, y!, op), z!, op), arrowOf(x!, arrowOf(y!, z!, op), op)]);
  });

  test(`${op} distributes over overlay on both sides`, (t) => {
    law(t, 3, (x, y, z) => [
      arrowOf(overlayOf(x!, y!), z!, op),
      overlayOf(arrowOf(x!, z!, op), arrowOf(y!, z!, op)),
    ]);
    law(t, 3, (x, y, z) => [
      arrowOf(x!, overlayOf(y!, z!), op),
      overlayOf(arrowOf(x!, y!, op), arrowOf(x!, z!, op)),
    ]);
  });
}

test("union is associative, however many", (t) => {
  law(t, 3, (x, y, z) => [unionOf(unionOf(x!, y!), z!), unionOf(x!, unionOf(y!, z!))]);
  law(t, 3, (x, y, z) => [unionOf(x!, y!, z!), unionOf(x!, unionOf(y!, z!))]);
});

test("union is commutative", (t) => {
  law(t, 2, (x, y) => [unionOf(x!, y!), unionOf(y!, x!)]);
});

test("union of a provider with itself is the provider", (t) => {
  const idempotent = fc.property(pool, ([x]) => {
    const one = of(x!);
    const twice = unionOf(one, one);
    return twice.fine && same(twice, one);
  });
  holds(t, idempotent);
  const one = unionOf(of(automaton("b", { p: "P" })), of(automaton("c", { p: "P" })));
  t.true(same(unionOf(one, one), one));
});

test("x(r = y) has the wires of x.r => y, with x as both faces", (t) => {
  let met = 0;
  const wiresAlike = fc.property(compositions(2), ([x, y]) => {
    const object = objectOf(x!, "r", y!);
    const wire = arrowOf(selectOf(x!, "r"), y!);
    if (!object.fine || !wire.fine) return object.fine === wire.fine || !x!.fine || !y!.fine;
    met++;
    const [a, b] = [asComposition(object.value), asComposition(wire.value)];
    t.deepEqual(told(a), told(b));
    const self = asComposition(x!.value);
    return sameComposition({ ...a, facts: self.facts }, self);
  });
  holds(t, wiresAlike, () => [met]);
});

test("operations on the same operands give the same object", (t) => {
  law(t, 2, (x, y) => {
    const [one, other] = [arrowOf(x!, y!), arrowOf(x!, y!)];
    if (one.fine) t.is(asComposition(one.value), asComposition(other.value));
    return [one, other];
  });
});
