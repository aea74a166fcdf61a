import test from "ava";
import fc from "fast-check";
import { noTrouble, type Patience, wrong } from "../../src/live/patience.ts";

const patience: Patience = { free: 2, firstMs: 100, longestMs: 1_000, forgiveMs: 500 };

test("the first tries are free, then waits double up to the longest", (t) => {
  const waits: number[] = [];
  let trouble = noTrouble;
  let now = 0;
  for (let i = 0; i < 8; i++) {
    trouble = wrong(trouble, now, patience);
    waits.push(trouble.until - now);
    now = trouble.until;
  }
  t.deepEqual(waits, [0, 0, 100, 200, 400, 800, 1_000, 1_000]);
});

test("calm forgives, and time spent waiting is no calm", (t) => {
  let trouble = noTrouble;
  for (let i = 0; i < 4; i++)
    trouble = wrong(trouble, trouble.until === Number.NEGATIVE_INFINITY ? 0 : trouble.until, patience);
  t.is(trouble.count, 4);
  t.is(wrong(trouble, trouble.until, patience).count, 5);
  t.is(wrong(trouble, trouble.until + 1_000, patience).count, 3);
  const later = wrong(trouble, trouble.until + 1e6, patience);
  t.is(later.until, trouble.until + 1e6);
});

test("tries are never hot: their rate is bounded, however fast things go wrong", (t) => {
  fc.assert(
    fc.property(fc.array(fc.integer({ min: 0, max: 50 }), { minLength: 200, maxLength: 400 }), (gaps) => {
      let trouble = noTrouble;
      let now = 0;
      let tries = 0;
      for (const gap of gaps) {
        now = Math.max(now + gap, trouble.until);
        trouble = wrong(trouble, now, patience);
        tries++;
      }
      return tries <= patience.free + 5 + now / Math.min(patience.forgiveMs, patience.firstMs);
    }),
    { numRuns: Number(process.env.FUZZ_RUNS ?? 200) },
  );
  t.pass();
});
