import test from "ava";
import fc from "fast-check";
import { assign, slotCountFor, slotCounts } from "../../../runtime/netns/slots.ts";

const upTo = (count: number): number[] => Array.from({ length: count }, (_, index) => index);
const counts = (owners: Uint16Array, endpoints: number): number[] => {
  const load = new Array<number>(endpoints).fill(0);
  for (const owner of owners) load[owner]! += 1;
  return load;
};

test("no two endpoints differ by more than one slot, whichever there are", (t) => {
  fc.assert(
    fc.property(fc.uniqueArray(fc.nat({ max: 60 }), { minLength: 1, maxLength: 40 }), (set) => {
      const ordinals = set.sort((a, b) => a - b);
      for (const slots of [64, 1024]) {
        if (ordinals.length > slots) continue;
        const load = counts(assign(slots, ordinals), ordinals.length);
        t.true(Math.max(...load) - Math.min(...load) <= 1);
      }
    }),
  );
});

test("an endpoint more takes its share, and no other slot moves", (t) => {
  for (let count = 1; count < 40; count += 1) {
    const [before, after] = [assign(1024, upTo(count)), assign(1024, upTo(count + 1))];
    const moved = [...before].filter((owner, slot) => owner !== after[slot]).length;
    t.is(moved, Math.floor(1024 / (count + 1)));
    t.is([...after].filter((owner) => owner === count).length, moved);
  }
});

test("an endpoint that goes gives away its own slots alone", (t) => {
  fc.assert(
    fc.property(fc.integer({ min: 2, max: 16 }), fc.nat(), (count, which) => {
      const gone = which % count;
      const before = assign(64, upTo(count));
      const left = upTo(count).filter((ordinal) => ordinal !== gone);
      const after = assign(64, left);
      for (const [slot, owner] of before.entries()) {
        if (owner !== gone) t.is(left[after[slot]!], owner);
      }
    }),
  );
});

test("one endpoint has all, and none is asked for", (t) => {
  t.deepEqual([...new Set(assign(1, [7]))], [0]);
  t.deepEqual([...new Set(assign(64, [5]))], [0]);
});

test("every endpoint has four slots or more, as long as there are slots", (t) => {
  for (const endpoints of [2, 16, 17, 256, 257, 1024, 1025, 4096])
    t.true(slotCountFor(endpoints) / endpoints >= 4);
  t.deepEqual([slotCountFor(0), slotCountFor(1)], [1, 1]);
  t.deepEqual([...slotCounts], [1, 64, 1024, 4096, 16384]);
});
