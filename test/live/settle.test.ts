import test from "ava";
import fc from "fast-check";
import { ask, type Settling, settle, settled } from "../../src/live/policy/settling.ts";

const runs = Number(process.env.FUZZ_RUNS ?? 300);

interface Step {
  readonly after: number;
  readonly count: number;
}

/** The targets over time under a script of asks; one answer a step. */
const play = (script: readonly Step[], settleMs: number) => {
  let settling: Settling = settled(0);
  let now = 0;
  const seen: { readonly now: number; readonly count: number; readonly target: number }[] = [];
  for (const { after, count } of script) {
    now += after;
    const answer = settle(ask(settling, count, now), now, settleMs);
    settling = answer.settling;
    seen.push({ now, count, target: answer.target });
  }
  return seen;
};

const scripts = fc.array(
  fc.record({ after: fc.integer({ min: 0, max: 400 }), count: fc.integer({ min: 0, max: 9 }) }),
  {
    minLength: 1,
    maxLength: 60,
  },
);

test("the target is the most that was asked for within the settle time", (t) => {
  fc.assert(
    fc.property(scripts, fc.integer({ min: 0, max: 1_000 }), (script, settleMs) => {
      const seen = play(script, settleMs);
      for (const [i, { now, target }] of seen.entries()) {
        // Slowly and plainly: every ask until it was followed by another.
        let most = seen[i]!.count;
        for (let j = 0; j < i; j++) {
          const endedAt = seen[j + 1]!.now;
          if (endedAt + settleMs > now) most = Math.max(most, seen[j]!.count);
        }
        if (settleMs > now) most = Math.max(most, 0);
        t.is(target, most);
      }
    }),
    { numRuns: runs },
  );
});

test("it goes up at once and never asks for less than is asked", (t) => {
  t.notThrows(() =>
    fc.assert(
      fc.property(scripts, fc.integer({ min: 0, max: 1_000 }), (script, settleMs) =>
        play(script, settleMs).every(({ count, target }) => target >= count),
      ),
      { numRuns: runs },
    ),
  );
});

test("between a rise and a fall that follows lies the settle time, whatever the noise", (t) => {
  t.notThrows(() =>
    fc.assert(
      fc.property(scripts, fc.integer({ min: 1, max: 1_000 }), (script, settleMs) => {
        let roseAt = Number.NEGATIVE_INFINITY;
        let before = 0;
        for (const { now, target } of play(script, settleMs)) {
          if (target > before) roseAt = now;
          if (target < before && now - roseAt < settleMs) return false;
          before = target;
        }
        return true;
      }),
      { numRuns: runs },
    ),
  );
});

test("load that swings faster than the settle time moves nothing after the first rise", (t) => {
  t.notThrows(() =>
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 99 }),
        fc.integer({ min: 0, max: 5 }),
        fc.integer({ min: 1, max: 5 }),
        (period, low, swing) => {
          const script = Array.from({ length: 100 }, (_, i) => ({
            after: period,
            count: low + (i % 2) * swing,
          }));
          const targets = play(script, 100).map(({ target }) => target);
          return targets.slice(1).every((target) => target === low + swing);
        },
      ),
      { numRuns: runs },
    ),
  );
});

test("it tells when it will fall, and falls then", (t) => {
  let settling = ask(settled(3), 1, 100);
  const first = settle(settling, 100, 30);
  t.is(first.target, 3);
  t.is(first.fallsAt, 130);
  settling = first.settling;
  t.is(settle(settling, 129, 30).target, 3);
  const second = settle(settling, 130, 30);
  t.is(second.target, 1);
  t.is(second.fallsAt, null);
});

test("a shorter settle time counts at once for what was asked before", (t) => {
  const settling = ask(settled(3), 1, 100);
  t.is(settle(settling, 110, 30).target, 3);
  t.is(settle(settling, 110, 5).target, 1);
});
