import test from "ava";
import fc from "fast-check";
import { Bounded } from "../../src/inspector/bounded.ts";

test("the last are kept, and what is left out is counted", (t) => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 5 }), fc.nat(40), (most, count) => {
      const bounded = new Bounded<number>(most);
      for (let i = 0; i < count; i++) bounded.push(i);
      const taken = bounded.take();
      if (count === 0) return taken === null;
      const left = Math.max(0, count - most);
      t.deepEqual(taken, { items: Array.from({ length: count - left }, (_, i) => left + i), missed: left });
      return bounded.take() === null;
    }),
  );
});

test("what is cleared is not missed", (t) => {
  const bounded = new Bounded<number>(1);
  for (const i of [1, 2, 3]) bounded.push(i);
  bounded.clear();
  t.is(bounded.take(), null);
  bounded.push(4);
  t.deepEqual(bounded.take(), { items: [4], missed: 0 });
});
