/** How many instances there are to be, and when to look again: settling and rollout together. */
import test from "ava";
import type { RolloutInstance } from "../../../src/live/policy/rollout.ts";
import { type ScaleInput, scale } from "../../../src/live/policy/scaling.ts";
import { settled } from "../../../src/live/policy/settling.ts";

const instance = (index: number, more: Partial<RolloutInstance> = {}): RolloutInstance => ({
  ...{ index, current: true, ready: true, provedAt: 0, draining: null },
  ...more,
});
const instances = (count: number): readonly RolloutInstance[] =>
  Array.from({ length: count }, (_, index) => instance(index));

const input = (more: Partial<ScaleInput>): ScaleInput => ({
  ...{ asked: 1, settleMs: 30_000, settling: null, instances: instances(1), reached: true, update: "roll" },
  ...{ graceMs: 10_000 },
  ...more,
});

test("five that are found running, and one that is asked for: held for the settle time", (t) => {
  const taken = input({ asked: 1, settling: settled(5), instances: instances(5) });
  const first = scale(taken, 1_000);
  t.deepEqual([first.target, first.minimum, first.draining.size], [5, 5, 0]);
  t.is(first.lookAt, 31_000);
  t.false(first.atRest);
  const before = scale({ ...taken, settling: first.settling }, 30_999);
  t.is(before.target, 5);
  const after = scale({ ...taken, settling: before.settling }, 31_000);
  t.is(after.target, 1);
  t.deepEqual([...after.draining].sort(), [1, 2, 3, 4]);
  t.deepEqual(after.drainings.get(4), { since: 31_000, open: null });
});

test("what is asked for first counts as it is: nothing settles before", (t) => {
  const first = scale(input({ asked: 2, instances: instances(2) }), 1_000);
  t.deepEqual([first.target, first.lookAt, first.atRest], [2, null, true]);
});

test("more is run at once, and without settling less too", (t) => {
  t.is(scale(input({ asked: 3, settling: settled(1) }), 1_000).target, 3);
  t.is(
    scale(input({ asked: 1, settling: settled(3), settleMs: 0, instances: instances(3) }), 1_000).target,
    1,
  );
});

test("since when one is draining is remembered", (t) => {
  const draining = { since: 400, open: 2 };
  const decided = scale(input({ instances: [instance(0), instance(1, { draining })] }), 1_000);
  t.deepEqual(decided.drainings, new Map([[1, draining]]));
  t.is(decided.lookAt, 10_400, "when the grace ends");
});

test("it is at rest when nothing is held, draining, held back, stale or about to fall", (t) => {
  t.true(scale(input({}), 1_000).atRest);
  const rows: readonly (readonly [string, Partial<ScaleInput>])[] = [
    ["more run than are asked for", { instances: instances(2) }],
    ["one runs something else", { instances: [instance(0, { current: false })] }],
    ["less is asked for and settles", { settling: settled(2), instances: instances(2) }],
  ];
  for (const [what, more] of rows) t.false(scale(input(more), 1_000).atRest, what);
  t.deepEqual(scale(input({ instances: [instance(0, { current: false })] }), 1_000).stale, new Set([0]));
});
