import { setTimeout as sleep } from "node:timers/promises";
import test, { type ExecutionContext } from "ava";
import { systemClock } from "../../runtime/clock.ts";
import { MemoryBase } from "../../runtime/memory/base.ts";
import { memoryMonitor } from "../../runtime/memory/monitor.ts";
import { observedCell } from "../../src/core/cell-key.ts";
import type { Clock } from "../../src/core/clock.ts";
import { Scheduler } from "../../src/live/loop/scheduler.ts";
import { Orchestrator } from "../../src/live/runner/orchestrator.ts";
import { Program } from "../../src/program/program.ts";
import { until } from "../until.ts";

const nothing = (): void => {};

const schedulerOf = (t: ExecutionContext, onTurn: () => void, onTimer = nothing): Scheduler => {
  const scheduler = new Scheduler(systemClock, onTurn, onTimer);
  t.teardown(() => scheduler.close());
  return scheduler;
};

const orchestratorOf = async (t: ExecutionContext, isKept = () => true): Promise<Orchestrator> => {
  const program = new Program({ file: "s.arch", text: 'automaton a { runs exec ["true"] }\nsystem s = a' });
  t.deepEqual(program.start().diagnostics, []);
  const live = new Orchestrator({ program, base: new MemoryBase("s"), monitor: memoryMonitor, isKept });
  t.teardown(() => live.stop());
  return live;
};

test("all that comes in at once is one turn, and it comes before anything else", async (t) => {
  const live = await orchestratorOf(t);
  await live.start();
  await live.quiet();
  await sleep(5);
  const before = live.state.turn.count;
  const seen: number[] = [];
  setImmediate(() => seen.push(live.state.turn.count));
  for (let i = 0; i < 5; i++) live.take({ _tag: "TimerDue" });
  t.true(live.state.turn.isDue);
  await until("the immediate has run", () => seen.length > 0);
  t.deepEqual(seen, [before + 1]);
  t.false(live.state.turn.isDue);
});

test("turns that lead to turns for ever leave room for everything else", async (t) => {
  let count = 0;
  const scheduler: Scheduler = schedulerOf(t, () => {
    count++;
    scheduler.soon();
  });
  scheduler.soon();
  await sleep(20); // would never come back
  const before = count;
  t.true(before > 100, `${before} turns`);
  scheduler.close();
  await sleep(5);
  t.true(count <= before + 1);
});

test("a system that is another's has no turns", async (t) => {
  const live = await orchestratorOf(t, () => false);
  live.take({ _tag: "TimerDue" });
  t.true(live.state.turn.isDue);
  await sleep(5);
  t.is(live.state.turn.count, 0);
});

test("what waits wakes in its time, and only the last time that was named counts", async (t) => {
  const seen: number[] = [];
  const scheduler = schedulerOf(t, nothing, () => seen.push(seen.length + 1));
  const now = performance.now();
  scheduler.wakeAt(now + 5);
  scheduler.wakeAt(now + 30);
  await sleep(15);
  t.deepEqual(seen, []);
  await sleep(60);
  t.deepEqual(seen, [1]);
  scheduler.wakeAt(null);
});

test("what comes due between an early timer and its turn is decided on in that turn", async (t) => {
  let now = 1_000;
  let timer = (): void => {};
  const clock: Clock = {
    ...systemClock,
    now: () => now,
    after: (_, call) => {
      timer = call;
      return nothing;
    },
  };
  const program = new Program({
    file: "s.arch",
    text: 'automaton a { runs exec ["true"] instances 1 + self.connections settle 1s }\nsystem s = a',
  });
  t.deepEqual(program.start().diagnostics, []);
  const live = new Orchestrator({ program, base: new MemoryBase("s"), monitor: memoryMonitor, clock });
  t.teardown(() => live.stop());
  await live.start();
  for (const connections of [2, 0]) {
    live.observe([[observedCell("a", "connections"), connections]]);
    await sleep(5);
  }
  t.is(live.state.automata.get("a")?.target, 3);
  now += 999.99;
  timer();
  now += 0.02;
  await sleep(5);
  t.is(live.state.automata.get("a")?.target, 1);
});
