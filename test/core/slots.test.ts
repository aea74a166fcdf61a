import test from "ava";
import fc from "fast-check";
import { Slots } from "../../src/core/slots.ts";

const names = Array.from({ length: 40 }, (_, i) => `n${i}`);
const assignment = (slots: Slots): (number | null | undefined)[] => names.map((name) => slots.slot(name));
const from = (identities: Iterable<string>, size: number): Slots => {
  const slots = new Slots({ size });
  for (const name of identities) slots.claim(name, name, new Set());
  return slots;
};
const steps = fc.array(fc.record({ name: fc.constantFrom(...names), come: fc.boolean() }), {
  maxLength: 120,
  size: "max",
});

test("the assignment depends on who is there, not on how they came", (t) => {
  fc.assert(
    fc.property(steps, fc.constantFrom(20, 45, 97), (history, size) => {
      const slots = new Slots({ size });
      const present = new Set<string>();
      for (const { name, come } of history) {
        const before = assignment(slots);
        const moved = new Set<string>([name]);
        if (come) slots.claim(name, name, moved);
        else slots.release(name, moved);
        if (come) present.add(name);
        else present.delete(name);
        const after = assignment(slots);
        names.forEach((each, i) => {
          if (before[i] !== after[i]) t.true(moved.has(each), `${each} moved untold`);
        });
      }
      t.deepEqual(assignment(slots), assignment(from([...present].sort(), size)));
      const held = assignment(slots).filter((slot) => typeof slot === "number");
      t.is(new Set(held).size, held.length);
    }),
    { numRuns: 300 },
  );
});

test("rolling back restores the assignment", (t) => {
  fc.assert(
    fc.property(steps, steps, (first, second) => {
      const slots = new Slots({ size: 45 });
      const run = (history: typeof first): void => {
        for (const { name, come } of history) {
          if (come) slots.claim(name, name, new Set());
          else slots.release(name, new Set());
        }
      };
      run(first);
      slots.commit();
      const before = assignment(slots);
      run(second);
      slots.rollback();
      t.deepEqual(assignment(slots), before);
    }),
  );
});

test("what is pinned keeps its slot, and a newcomer probes", (t) => {
  const slots = new Slots({ size: 2 });
  slots.adopt([{ identity: "old", slot: 1 }], new Set());
  t.is(slots.claim("old", "old", new Set()), 1);
  const moved = new Set<string>();
  for (const name of names.slice(0, 5)) slots.claim(name, name, moved);
  t.is(slots.slot("old"), 1);
  t.false(moved.has("old"));
});

test("once adopted, what is committed never moves, and is given back as it was", (t) => {
  fc.assert(
    fc.property(steps, steps, fc.constantFrom(20, 45), (first, second, size) => {
      const slots = from(
        first.map(({ name }) => name),
        size,
      );
      slots.adopt([], new Set());
      let committed = assignment(slots);
      for (const [i, { name, come }] of second.entries()) {
        const moved = new Set<string>();
        if (come) slots.claim(name, name, moved);
        else slots.release(name, moved);
        const isKept = i % 3 !== 0;
        if (isKept) slots.commit();
        else slots.rollback();
        const now = assignment(slots);
        names.forEach((each, at) => {
          // Who found no room may find some later.
          if (typeof committed[at] === "number" && (!isKept || each !== name))
            t.is(now[at], committed[at], each);
        });
        committed = now;
      }
      const held = committed.filter((slot) => typeof slot === "number");
      t.is(new Set(held).size, held.length);
    }),
    { numRuns: 300 },
  );
});
