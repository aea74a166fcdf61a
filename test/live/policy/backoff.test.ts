import test from "ava";
import fc from "fast-check";
import { type BackoffPolicy, failedAgain, noBackoff } from "../../../src/live/policy/backoff.ts";

const policy: BackoffPolicy = { free: 2, firstMs: 100, longestMs: 1_000, forgiveMs: 500 };

test("the first tries are free, then waits double up to the longest", (t) => {
  const waits: number[] = [];
  let backoff = noBackoff;
  let now = 0;
  for (let i = 0; i < 8; i++) {
    backoff = failedAgain(backoff, now, policy);
    waits.push(backoff.until - now);
    now = backoff.until;
  }
  t.deepEqual(waits, [0, 0, 100, 200, 400, 800, 1_000, 1_000]);
});

test("calm forgives, and time spent waiting is no calm", (t) => {
  let backoff = noBackoff;
  for (let i = 0; i < 4; i++)
    backoff = failedAgain(backoff, backoff.until === Number.NEGATIVE_INFINITY ? 0 : backoff.until, policy);
  t.is(backoff.count, 4);
  t.is(failedAgain(backoff, backoff.until, policy).count, 5);
  t.is(failedAgain(backoff, backoff.until + 1_000, policy).count, 3);
  const later = failedAgain(backoff, backoff.until + 1e6, policy);
  t.is(later.until, backoff.until + 1e6);
});

test("tries are never hot: their rate is bounded, however fast things go wrong", (t) => {
  t.notThrows(() =>
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 0, max: 50 }), { minLength: 200, maxLength: 400 }), (gaps) => {
        let backoff = noBackoff;
        let now = 0;
        let tries = 0;
        for (const gap of gaps) {
          now = Math.max(now + gap, backoff.until);
          backoff = failedAgain(backoff, now, policy);
          tries++;
        }
        return tries <= policy.free + 5 + now / Math.min(policy.forgiveMs, policy.firstMs);
      }),
      { numRuns: Number(process.env.FUZZ_RUNS ?? 200) },
    ),
  );
});
