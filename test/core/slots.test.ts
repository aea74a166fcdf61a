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

test("of a space of one slot, whoever has it when it is committed keeps it", (t) => {
  for (const [first, second] of [
    ["a", "b"],
    ["b", "a"],
  ] as const) {
    const slots = new Slots({ size: 1 });
    // It had the slot in the world; that is over when it has had it here and given it back.
    slots.adopt([{ identity: first, slot: 0 }], new Set());
    slots.claim(first, first, new Set());
    slots.commit();
    slots.release(first, new Set());
    slots.commit();
    t.is(slots.claim(second, second, new Set()), 0);
    slots.commit();
    const moved = new Set<string>();
    t.is(slots.claim(first, first, moved), null, `${first} comes back`);
    slots.commit();
    t.is(slots.slot(second), 0);
    t.deepEqual([...moved], []);
  }
});

test("what is pinned and does not ask leaves the slot to others until it does", (t) => {
  for (const [pinned, other] of [
    ["a", "b"],
    ["b", "a"],
  ] as const) {
    const slots = new Slots({ size: 1 });
    slots.claim(other, other, new Set());
    slots.commit();
    slots.adopt([{ identity: pinned, slot: 0 }], new Set());
    t.is(slots.slot(other), 0);
    t.is(slots.slot(pinned), undefined);
    t.is(slots.claim(other, other, new Set()), 0, "to ask again changes nothing");
  }
});

test("a slot that an identity never asks for is not adopted", (t) => {
  const forbidden = (slot: number): boolean => slot !== 7;
  const slots = new Slots({ size: 10, forbidden });
  slots.adopt([{ identity: "a", slot: 3 }], new Set());
  t.is(slots.claim("a", "a", new Set()), 7);
});

test("whoever waits moves in when the slot is given back, and is told", (t) => {
  for (const [first, second] of [
    ["a", "b"],
    ["b", "a"],
  ] as const) {
    const slots = new Slots({ size: 1 });
    slots.claim(first, "owner of first", new Set());
    const moved = new Set<string>();
    slots.claim(second, "owner of second", moved);
    const holder = slots.slot("a") === 0 ? "a" : "b";
    const waiting = holder === "a" ? "b" : "a";
    t.is(slots.slot(waiting), null);
    t.deepEqual([...moved], holder === second ? ["owner of first"] : []);
    moved.clear();
    slots.release(holder, moved);
    t.is(slots.slot(waiting), 0);
    t.is(slots.slot(holder), undefined);
    t.deepEqual([...moved], [waiting === first ? "owner of first" : "owner of second"]);
  }
});
