import { setTimeout as sleep } from "node:timers/promises";
import test, { type ExecutionContext } from "ava";
import { MemoryBase } from "../../runtime/memory/base.ts";
import { MemoryWorld } from "../../runtime/memory/world.ts";
import { Journal } from "../../src/live/journal.ts";
import { Turns } from "../../src/live/turns.ts";
import { Reconciler } from "../../src/reconcile.ts";

const turnsOf = (t: ExecutionContext, work: () => void, isKept = () => true) => {
  const reconciler = new Reconciler(new MemoryBase("s", new MemoryWorld()));
  const nothing = (): void => {};
  const turns = new Turns({ journal: new Journal(), reconciler, isKept, work, rest: nothing, wake: nothing });
  t.teardown(() => turns.close());
  return turns;
};

test("all that comes in at once is one turn, and it comes before anything else", async (t) => {
  const seen: string[] = [];
  const turns = turnsOf(t, () => seen.push("turn"));
  setImmediate(() => seen.push("others"));
  for (let i = 0; i < 5; i++) turns.soon();
  t.true(turns.isDue);
  await sleep(5);
  t.deepEqual(seen, ["turn", "others"]);
  t.false(turns.isDue);
});

test("turns that lead to turns for ever leave room for everything else", async (t) => {
  const turns: Turns = turnsOf(t, () => turns.soon());
  turns.soon();
  await sleep(20); // would never come back
  const { count } = turns;
  t.true(count > 100, `${count} turns`);
  turns.close();
  await sleep(5);
  t.true(turns.count <= count + 1);
});

test("a system that is somebody else's has no turns", async (t) => {
  const turns = turnsOf(
    t,
    () => t.fail(),
    () => false,
  );
  turns.soon();
  await sleep(5);
  t.is(turns.count, 0);
});

test("what waits wakes in its time, and only the last time that was said counts", async (t) => {
  const seen: number[] = [];
  const turns = turnsOf(t, () => seen.push(turns.count));
  const now = performance.now();
  turns.sleepUntil(now + 5, now);
  turns.sleepUntil(now + 30, now);
  await sleep(15);
  t.deepEqual(seen, []);
  await sleep(60);
  t.deepEqual(seen, [1]);
  turns.sleepUntil(Number.POSITIVE_INFINITY, performance.now());
});
