import test from "ava";
import fc from "fast-check";
import { type Decision, decide, type Seat } from "../../src/live/roll.ts";

const runs = Number(process.env.FUZZ_RUNS ?? 300);
const graceMs = 1_000;

const seat = (index: number, changes: Partial<Seat> = {}): Seat => ({
  index,
  current: true,
  ready: true,
  hopeless: false,
  out: null,
  ...changes,
});
const seats = (count: number, changes: Partial<Seat> = {}): Seat[] =>
  Array.from({ length: count }, (_, index) => seat(index, changes));
const decided = (target: number, all: readonly Seat[], now = 0, reached = true) => {
  const { hold, out, replace } = decide({ target, seats: all, reached, graceMs, now });
  return { hold, out: [...out], replace: [...replace] };
};

test("where all is as it should be nothing is done", (t) => {
  t.deepEqual(decided(3, seats(3)), { hold: 3, out: [], replace: [] });
});

test("a roll of one: a second instance comes, then the first goes out, is replaced, comes back, the second leaves", (t) => {
  const old = { current: false };
  t.deepEqual(decided(1, [seat(0, old)]), { hold: 2, out: [], replace: [] });
  t.deepEqual(decided(1, [seat(0, old), seat(1, { ready: false })]), { hold: 2, out: [], replace: [] });
  t.deepEqual(decided(1, [seat(0, old), seat(1)]), { hold: 2, out: [0], replace: [] });
  const busy = seat(0, { ...old, out: { since: 0, open: 2 } });
  t.deepEqual(decided(1, [busy, seat(1)], 10), { hold: 2, out: [0], replace: [] });
  t.deepEqual(decided(1, [busy, seat(1)], graceMs), { hold: 2, out: [0], replace: [0] });
  const idle = seat(0, { ...old, out: { since: 0, open: 0 } });
  t.deepEqual(decided(1, [idle, seat(1)], 10), { hold: 2, out: [0], replace: [0] });
  t.deepEqual(decided(1, [seat(0, { ready: false }), seat(1)]), { hold: 2, out: [], replace: [] });
  t.deepEqual(decided(1, [seat(0), seat(1)]), { hold: 2, out: [1], replace: [] });
  t.deepEqual(decided(1, [seat(0), seat(1, { out: { since: 0, open: 0 } })]), {
    hold: 1,
    out: [1],
    replace: [],
  });
});

test("a successor that never answers stops the roll, and the old one stays", (t) => {
  const stuck = [seat(0, { current: false }), seat(1, { ready: false, hopeless: true })];
  t.deepEqual(decided(1, stuck, 1e9), { hold: 2, out: [], replace: [] });
});

test("what does not answer anyway is replaced at once", (t) => {
  const sick = [seat(0, { current: false, ready: false, hopeless: true })];
  t.deepEqual(decided(1, sick).out, [0]);
  const { out, replace } = decided(1, [{ ...sick[0]!, out: { since: 0, open: 0 } }]);
  t.deepEqual({ out, replace }, { out: [0], replace: [0] });
});

test("scaling down takes the last first, and only when it is drained", (t) => {
  t.deepEqual(decided(1, seats(3)), { hold: 3, out: [2, 1], replace: [] });
  const draining = [
    seat(0),
    seat(1, { out: { since: 0, open: 0 } }),
    seat(2, { out: { since: 0, open: 1 } }),
  ];
  t.deepEqual(decided(1, draining), { hold: 3, out: [1, 2], replace: [] });
  t.is(decide({ target: 1, seats: draining, reached: true, graceMs, now: 0 }).lookAt, graceMs);
});

test("scaling up again takes back what was on its way out", (t) => {
  const leaving = [seat(0), seat(1, { out: { since: 0, open: 3 } })];
  t.deepEqual(decided(2, leaving), { hold: 2, out: [], replace: [] });
});

test("scaling to nothing is possible", (t) => {
  t.deepEqual(decided(0, seats(1)).out, [0]);
  t.is(decided(0, [seat(0, { out: { since: 0, open: 0 } })]).hold, 0);
});

test("what nobody reaches is replaced in its place, a quarter at a time", (t) => {
  const old = seats(8, { current: false });
  t.deepEqual(decided(8, old, 0, false), { hold: 8, out: [0, 1], replace: [0, 1] });
});

test("what nobody reaches leaves at once", (t) => {
  t.deepEqual(decided(1, seats(3), 0, false), { hold: 1, out: [], replace: [] });
});

/** A world that obeys decisions: instances start, get ready, and lose their connections in time. */
interface World {
  seats: Map<number, { version: number; readyAt: number; out: number | null; open: number }>;
  version: number;
  target: number;
  now: number;
}

const view = (world: World): Seat[] =>
  [...world.seats]
    .sort(([a], [b]) => a - b)
    .map(([index, { version, readyAt, out, open }]) => ({
      index,
      current: version === world.version,
      ready: readyAt <= world.now,
      hopeless: false,
      out: out === null ? null : { since: out, open },
    }));

const serving = (all: readonly Seat[], out: ReadonlySet<number>): number =>
  all.filter(({ index, ready }) => ready && !out.has(index)).length;

const obey = (world: World, { hold, out, replace }: Decision, startMs: number): void => {
  for (const index of [...world.seats.keys()])
    if (index >= Math.max(hold, world.target)) world.seats.delete(index);
  for (let index = 0; index < Math.max(hold, world.target); index++) {
    const known = world.seats.get(index);
    if (known === undefined || replace.has(index)) {
      world.seats.set(index, { version: world.version, readyAt: world.now + startMs, out: null, open: 1 });
    } else if (!out.has(index)) {
      known.out = null;
    } else if (known.out === null) {
      known.out = world.now;
      known.open = 1;
    } else {
      known.open = Math.max(0, known.open - 1);
    }
  }
};

const scripts = fc.array(
  fc.record({
    steps: fc.integer({ min: 0, max: 12 }),
    target: fc.integer({ min: 0, max: 9 }),
    change: fc.boolean(),
  }),
  { minLength: 1, maxLength: 12 },
);

test("no decision takes from service what is needed, none is stopped unless drained, and every roll ends", (t) => {
  fc.assert(
    fc.property(scripts, fc.integer({ min: 0, max: 300 }), (script, startMs) => {
      const world: World = { seats: new Map(), version: 0, target: 0, now: 0 };
      const step = (): Decision => {
        const all = view(world);
        const before = all.filter(({ ready, out }) => ready && out === null).length;
        const decision = decide({ target: world.target, seats: all, reached: true, graceMs, now: world.now });
        const after = serving(all, decision.out);
        t.true(after >= Math.min(before, world.target), "too few are left in service");
        for (const one of all) {
          const goes = one.index >= Math.max(decision.hold, world.target) || decision.replace.has(one.index);
          if (goes) t.true(one.out !== null && (one.out.open === 0 || world.now >= one.out.since + graceMs));
        }
        obey(world, decision, startMs);
        world.now += 100;
        return decision;
      };
      for (const { steps, target, change } of script) {
        world.target = target;
        if (change) world.version++;
        for (let i = 0; i < steps; i++) step();
      }
      let rest = 400;
      while (rest-- > 0) step();
      const last = step();
      t.is(last.hold, world.target);
      t.is(last.out.size, 0);
      t.deepEqual(
        view(world).map(({ index, current }) => ({ index, current })),
        Array.from({ length: world.target }, (_, index) => ({ index, current: true })),
      );
    }),
    { numRuns: runs },
  );
  t.pass();
});
