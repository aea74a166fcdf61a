import test from "ava";
import fc from "fast-check";
import { distance, nearest } from "../../src/core/nearest.ts";

test("a slip finds the name that was meant", (t) => {
  const names = ["store", "storefront", "cart", "catalogue"];
  t.is(nearest("stroe", names), "store");
  t.is(nearest("Cart", names), "cart");
  t.is(nearest("catalog", names), "catalogue");
  t.is(nearest("ab", ["xy", "ac"]), "ac");
  t.is(nearest("clok", ["Clock", "clock"]), "clock");
  t.is(nearest("Clok", ["clock", "Clock"]), "Clock");
});

test("what is no slip finds nothing", (t) => {
  t.is(nearest("queue", ["store", "cart"]), null);
  t.is(nearest("x", ["yz"]), null);
  t.is(nearest("store", ["store"]), null);
  t.is(nearest("store", []), null);
});

test("the distance is symmetric, zero on equals alone, and one for a single edit", (t) => {
  const word = fc.string({ maxLength: 8 });
  t.notThrows(() =>
    fc.assert(
      fc.property(word, word, fc.nat(7), (a, b, at) => {
        const cut = a.slice(0, at) + a.slice(at + 1);
        return (
          distance(a, b) === distance(b, a) &&
          (distance(a, b) === 0) === (a === b) &&
          (cut === a || distance(a, cut) === 1)
        );
      }),
    ),
  );
});
