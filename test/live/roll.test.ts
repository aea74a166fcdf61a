import test from "ava";
import fc from "fast-check";
import {
  type Decision,
  decide,
  type RolloutInstance,
  type UpdatePolicy,
} from "../../src/live/policy/rollout.ts";

const runs = Number(process.env.FUZZ_RUNS ?? 300);
const graceMs = 1_000;

const instance = (index: number, changes: Partial<RolloutInstance> = {}): RolloutInstance => ({
  index,
  current: true,
  ready: true,
  provedAt: 0,
  draining: null,
  ...changes,
});
const instances = (count: number, changes: Partial<RolloutInstance> = {}): RolloutInstance[] =>
  Array.from({ length: count }, (_, index) => instance(index, changes));
const decided = (
  target: number,
  all: readonly RolloutInstance[],
  { now = 0, reached = true, update = "roll" as UpdatePolicy } = {},
) => {
  const { minimum, draining, replace } = decide({ target, instances: all, reached, update, graceMs, now });
  return { minimum, draining: [...draining], replace: [...replace] };
};

test("where all is as it should be nothing is done", (t) => {
  t.deepEqual(decided(3, instances(3)), { minimum: 3, draining: [], replace: [] });
});

test("a roll of one: a second instance comes, then the first drains, is replaced, comes back, the second leaves", (t) => {
  const old = { current: false };
  t.deepEqual(decided(1, [instance(0, old)]), { minimum: 2, draining: [], replace: [] });
  t.deepEqual(decided(1, [instance(0, old), instance(1, { ready: false })]), {
    minimum: 2,
    draining: [],
    replace: [],
  });
  t.deepEqual(decided(1, [instance(0, old), instance(1)]), { minimum: 2, draining: [0], replace: [] });
  const busy = instance(0, { ...old, draining: { since: 0, open: 2 } });
  t.deepEqual(decided(1, [busy, instance(1)], { now: 10 }), { minimum: 2, draining: [0], replace: [] });
  t.deepEqual(decided(1, [busy, instance(1)], { now: graceMs }), { minimum: 2, draining: [0], replace: [0] });
  const idle = instance(0, { ...old, draining: { since: 0, open: 0 } });
  t.deepEqual(decided(1, [idle, instance(1)], { now: 10 }), { minimum: 2, draining: [0], replace: [0] });
  t.deepEqual(decided(1, [instance(0, { ready: false }), instance(1)]), {
    minimum: 2,
    draining: [],
    replace: [],
  });
  t.deepEqual(decided(1, [instance(0), instance(1)]), { minimum: 2, draining: [1], replace: [] });
  t.deepEqual(decided(1, [instance(0), instance(1, { draining: { since: 0, open: 0 } })]), {
    minimum: 1,
    draining: [1],
    replace: [],
  });
});

test("a successor that never answers stops the roll, and the old one stays", (t) => {
  const stuck = [instance(0, { current: false }), instance(1, { ready: false })];
  t.deepEqual(decided(1, stuck, { now: 1e9 }), { minimum: 2, draining: [], replace: [] });
});

test("where successors do not get ready, one that does not answer just now is kept as well", (t) => {
  const old = { current: false };
  const stuck = [instance(0, old), instance(1, { ...old, ready: false }), instance(2, { ready: false })];
  t.deepEqual(decided(2, stuck), { minimum: 3, draining: [], replace: [] });
  t.deepEqual(
    decided(2, stuck.slice(0, 2)),
    { minimum: 3, draining: [], replace: [] },
    "before there is a successor",
  );
  const proved = [...stuck.slice(0, 2), instance(2)];
  t.deepEqual(decided(2, proved).draining, [1], "then who is of no use goes first");
});

test("a successor in the first one's place that does not get ready keeps the one that came before it", (t) => {
  t.deepEqual(decided(1, [instance(0, { ready: false }), instance(1)], { now: 1e9 }), {
    minimum: 2,
    draining: [],
    replace: [],
  });
});

test("a successor that has only just become ready is not relied on yet", (t) => {
  const old = { current: false };
  const roll = (now: number) =>
    decide({
      target: 1,
      instances: [instance(0, old), instance(1, { provedAt: 100 })],
      reached: true,
      update: "roll",
      graceMs,
      now,
    });
  t.deepEqual([...roll(99).draining], []);
  t.is(roll(99).lookAt, 100);
  t.deepEqual([...roll(100).draining], [0]);
  t.deepEqual(decided(1, [instance(0, { provedAt: 100 }), instance(1)], { now: 99 }).draining, []);
  t.deepEqual(decided(1, [instance(0, { provedAt: 100 }), instance(1)], { now: 100 }).draining, [1]);
  t.deepEqual(
    decided(1, [instance(0), instance(1, { provedAt: 100 })], { now: 99 }).draining,
    [1],
    "nobody relies on it",
  );
  t.deepEqual([...roll(99).heldBack], [1], "nor does it get connections");
  t.deepEqual([...roll(100).heldBack], []);
  const needed = [instance(0, { ...old, ready: false }), instance(1, { provedAt: 100 })];
  t.is(
    decide({ target: 1, instances: needed, reached: true, update: "roll", graceMs, now: 0 }).heldBack.size,
    0,
  );
  const workers = [instance(0, { provedAt: 100 }), instance(1, old)];
  t.deepEqual(decided(2, workers, { now: 99, reached: false }).replace, []);
  t.deepEqual(decided(2, workers, { now: 100, reached: false }).replace, [1]);
});

test("the next text replaces at once what the last one did not get ready", (t) => {
  const old = { current: false };
  const stuck = [instance(0, old), instance(1, { ...old, ready: false, draining: { since: 0, open: 0 } })];
  t.deepEqual(decided(1, stuck), { minimum: 2, draining: [1], replace: [1] });
  // The one before it: what runs first is as it is wanted again.
  t.deepEqual(decided(1, [instance(0), stuck[1]!]), { minimum: 1, draining: [1], replace: [] });
});

test("what does not answer anyway is replaced at once", (t) => {
  const sick = [instance(0, { current: false, ready: false })];
  t.deepEqual(decided(1, sick).draining, [0]);
  const { draining, replace } = decided(1, [{ ...sick[0]!, draining: { since: 0, open: 0 } }]);
  t.deepEqual({ draining, replace }, { draining: [0], replace: [0] });
});

test("scaling down takes the last first, and only when it is drained", (t) => {
  t.deepEqual(decided(1, instances(3)), { minimum: 3, draining: [2, 1], replace: [] });
  const draining = [
    instance(0),
    instance(1, { draining: { since: 0, open: 0 } }),
    instance(2, { draining: { since: 0, open: 1 } }),
  ];
  t.deepEqual(decided(1, draining), { minimum: 3, draining: [1, 2], replace: [] });
  t.is(
    decide({ target: 1, instances: draining, reached: true, update: "roll", graceMs, now: 0 }).lookAt,
    graceMs,
  );
});

test("scaling up again takes back what was on its way out", (t) => {
  const leaving = [instance(0), instance(1, { draining: { since: 0, open: 3 } })];
  t.deepEqual(decided(2, leaving), { minimum: 2, draining: [], replace: [] });
});

test("scaling to nothing is possible", (t) => {
  t.deepEqual(decided(0, instances(1)).draining, [0]);
  t.is(decided(0, [instance(0, { draining: { since: 0, open: 0 } })]).minimum, 0);
});

test("what nobody reaches is replaced in its place, a quarter at a time", (t) => {
  const old = instances(8, { current: false });
  t.deepEqual(decided(8, old, { reached: false }), { minimum: 8, draining: [0, 1], replace: [0, 1] });
  const half = [instance(0), instance(1, { ready: false }), ...old.slice(2)];
  t.deepEqual(decided(8, half, { reached: false }).replace, [2], "one is not ready yet");
});

test("what nobody reaches is replaced no further while those that were do not get ready", (t) => {
  const stuck = [
    instance(0, { ready: false }),
    instance(1, { ready: false }),
    ...instances(8, { current: false }).slice(2),
  ];
  t.deepEqual(decided(8, stuck, { reached: false, now: 1e9 }), { minimum: 8, draining: [], replace: [] });
});

test("`replace`: no successor comes first; each drains, and is replaced when that is known", (t) => {
  const update = "replace";
  t.deepEqual(decided(1, [instance(0, { current: false })], { update }), {
    minimum: 1,
    draining: [0],
    replace: [],
  });
  const draining = (open: number | null): RolloutInstance[] => [
    instance(0, { current: false, draining: { since: 0, open } }),
  ];
  t.deepEqual(decided(1, draining(null), { update }), { minimum: 1, draining: [0], replace: [] });
  t.deepEqual(
    decided(1, draining(7), { update }),
    { minimum: 1, draining: [0], replace: [0] },
    "connections end with it",
  );
  t.deepEqual(decided(1, [instance(0, { ready: false })], { update }), {
    minimum: 1,
    draining: [],
    replace: [],
  });
  t.deepEqual(decided(8, instances(8, { current: false }), { update }).draining, [0, 1]);
  const stuck = [instance(0, { ready: false }), instance(1, { current: false })];
  t.deepEqual(decided(2, stuck, { update, now: 1e9 }).draining, [], "the first one does not get ready");
  const leaving = [instance(0), instance(1, { draining: { since: 0, open: 3 } })];
  t.deepEqual(
    decided(1, leaving, { update }),
    { minimum: 2, draining: [1], replace: [] },
    "who leaves is waited for",
  );
});

test("what nobody reaches leaves at once", (t) => {
  t.deepEqual(decided(1, instances(3), { reached: false }), { minimum: 1, draining: [], replace: [] });
});

/** A world that obeys decisions: instances start, get ready or do not, and lose their connections in time. */
interface World {
  instances: Map<number, { version: number; readyAt: number; draining: number | null; open: number | null }>;
  version: number;
  target: number;
  now: number;
  readonly reached: boolean;
  readonly update: UpdatePolicy;
  readonly provesMs: number;
}

const view = (world: World): RolloutInstance[] =>
  [...world.instances]
    .sort(([a], [b]) => a - b)
    .map(([index, { version, readyAt, draining, open }]) => ({
      index,
      current: version === world.version,
      ready: readyAt <= world.now,
      provedAt: readyAt + world.provesMs,
      draining: draining === null ? null : { since: draining, open },
    }));

const serving = (all: readonly RolloutInstance[], { draining, heldBack }: Decision): number =>
  all.filter(({ index, ready }) => ready && !draining.has(index) && !heldBack.has(index)).length;

const obey = (world: World, { minimum, draining, replace }: Decision, startMs: number): void => {
  for (const index of [...world.instances.keys()])
    if (index >= Math.max(minimum, world.target)) world.instances.delete(index);
  for (let index = 0; index < Math.max(minimum, world.target); index++) {
    const known = world.instances.get(index);
    if (known === undefined || replace.has(index)) {
      world.instances.set(index, {
        version: world.version,
        readyAt: world.now + startMs,
        draining: null,
        open: null,
      });
    } else if (!draining.has(index)) {
      known.draining = null;
    } else if (known.draining === null) {
      known.draining = world.now;
      known.open = null;
    } else {
      known.open = known.open === null ? 1 : Math.max(0, known.open - 1);
    }
  }
};

const scripts = fc.array(
  fc.record({
    steps: fc.integer({ min: 0, max: 12 }),
    target: fc.integer({ min: 0, max: 9 }),
    change: fc.boolean(),
    /** What is started from now on never gets ready. */
    bad: fc.boolean(),
    /** One of those that serve fails, and comes back. */
    fails: fc.option(fc.nat(9), { nil: null }),
  }),
  { minLength: 1, maxLength: 12 },
);

const must = (holds: boolean, what: string): void => {
  if (!holds) throw new Error(what);
};

test("no decision takes from service what is needed, none is stopped unless drained, few are tried at a time, and every roll ends", (t) => {
  const policies = fc.record({
    reached: fc.boolean(),
    update: fc.constantFrom<UpdatePolicy>("roll", "replace"),
    provesMs: fc.integer({ min: 0, max: 300 }),
  });
  fc.assert(
    fc.property(scripts, policies, fc.integer({ min: 0, max: 300 }), (script, policy, startMs) => {
      const world: World = { instances: new Map(), version: 0, target: 0, now: 0, ...policy };
      let readyAfter = startMs;
      const step = (): Decision => {
        const { target, now, reached, update } = world;
        const all = view(world);
        const before = all.filter(({ ready, draining }) => ready && draining === null).length;
        const decision = decide({ target, instances: all, reached, update, graceMs, now });
        const after = serving(all, decision);
        const atOnce = Math.max(1, Math.floor(target / 4));
        const needed = Math.min(before, target);
        if (reached && update === "roll") must(after >= needed, "too few are left in service");
        else {
          const staying = all.filter(
            ({ index, ready, draining }) => index < target && ready && draining === null,
          );
          const taken = staying.filter(({ index }) => decision.draining.has(index));
          must(taken.length <= atOnce || staying.length === 0, "too many are taken at once");
        }
        const stale = all.filter(({ index, current }) => index < target && !current).length;
        const keep = target + (reached && update === "roll" ? Math.min(stale, atOnce) : 0);
        if (before > 0) {
          const trials = all.filter(
            ({ index, current, ready, provedAt, draining }) =>
              index < keep &&
              (current ? !(ready && now >= provedAt) : decision.draining.has(index) && draining === null),
          );
          const taken = all.filter(
            ({ index, current, draining }) =>
              !current && draining === null && decision.draining.has(index) && index < target,
          );
          if (taken.length > 0) must(trials.length <= atOnce, "too many are tried at once");
        }
        for (const one of all) {
          const goes = one.index >= Math.max(decision.minimum, target) || decision.replace.has(one.index);
          if (!goes || !reached) continue;
          const isDrained =
            one.draining !== null && (one.draining.open === 0 || now >= one.draining.since + graceMs);
          must(
            isDrained || (update === "replace" && !one.current && one.draining !== null),
            "it is not drained",
          );
        }
        if (update === "replace")
          must(decision.minimum <= Math.max(target, world.instances.size), "no surge");
        obey(world, decision, readyAfter);
        world.now += 100;
        return decision;
      };
      for (const { steps, target, change, bad, fails } of script) {
        world.target = target;
        if (change) {
          world.version++;
          readyAfter = bad ? Number.POSITIVE_INFINITY : startMs;
        }
        const failed = world.instances.get(fails ?? -1);
        if (failed !== undefined && failed.readyAt <= world.now) failed.readyAt = world.now + startMs;
        for (let i = 0; i < steps; i++) step();
      }
      // The next good text ends it, whatever came before.
      world.version++;
      readyAfter = startMs;
      let rest = 400;
      while (rest-- > 0) step();
      const last = step();
      t.is(last.minimum, world.target);
      t.is(last.draining.size, 0);
      t.deepEqual(
        view(world).map(({ index, current }) => ({ index, current })),
        Array.from({ length: world.target }, (_, index) => ({ index, current: true })),
      );
    }),
    { numRuns: runs },
  );
});
