/** `after` where no two instances of an automaton are alike: each is told its number. */
import test, { type ExecutionContext } from "ava";
import { MemoryBase } from "../../runtime/memory/base.ts";
import { memoryMonitor } from "../../runtime/memory/monitor.ts";
import { MemoryWorld } from "../../runtime/memory/world.ts";
import type { Clock } from "../../src/core/clock.ts";
import type { OnHealth } from "../../src/core/monitor.ts";
import { instanceKey, processKey } from "../../src/core/resource.ts";
import { Orchestrator } from "../../src/live/runner/orchestrator.ts";
import { statusOf } from "../../src/live/status/report.ts";
import { Program } from "../../src/program/program.ts";
import { until } from "../until.ts";

const file = "s.arch";
const numbered = 'env { NUMBER = "${self.index}" }';

/** Workers that know their number start after a database. */
const text = (worker: string, workers = 2): string => `
automaton db { runs exec ["true"] restart never }
automaton worker { runs exec ["true", "${worker}"] ${numbered} after db instances ${workers} }
system s = [db, worker]
`;

const saved = { event: "applied", automaton: null, headline: file, causes: [] };

/** What is watched gets ready, but for the processes of `silent`. */
const monitorBut = (silent: ReadonlySet<string>) => (onHealth: OnHealth, clock: Clock) =>
  memoryMonitor((key, health, problem) => {
    if (!silent.has(key)) onHealth(key, health, problem);
  }, clock);

const enter = async (
  t: ExecutionContext,
  source: string,
  { world = new MemoryWorld(), silent = new Set<string>() } = {},
) => {
  const program = new Program({ file, text: source });
  t.deepEqual(program.start().diagnostics, []);
  const live = new Orchestrator({ program, base: new MemoryBase("s", world), monitor: monitorBut(silent) });
  t.teardown(() => live.stop());
  const started = live.start();
  // It lasts until all are ready.
  if (silent.size === 0) await started;
  return {
    world,
    live,
    pidOf: (automaton: string, index: number) =>
      world.system("s").processes.get(processKey(automaton, index))?.pid,
    save: (changed: string) => live.edit({ _tag: "Texts", texts: new Map([[file, changed]]) }, saved),
    reasonsOf: (automaton: string) =>
      statusOf({ program, state: live.state }, "s", "memory")
        .automata.find(({ name }) => name === automaton)!
        .instances.map(({ reason }) => reason),
  };
};

const dbFailed = "db.0 is stopped: ended by SIGKILL";

/** The database is lost for good. */
const loseDb = async ({ world, live }: Awaited<ReturnType<typeof enter>>): Promise<void> => {
  world.remove("s", processKey("db", 0));
  await until("the database has failed", () => live.state.problems.length > 0);
  await live.quiet();
};

for (const isTakenOver of [false, true])
  test(`each instance that ${isTakenOver ? "was taken over" : "was started"} comes back without what it started after`, async (t) => {
    let it = await enter(t, text("1"));
    await it.live.quiet();
    if (isTakenOver) {
      await it.live.stop();
      it = await enter(t, text("1"), it);
      await it.live.quiet();
    }
    await loseDb(it);
    t.deepEqual(it.live.state.problems, [dbFailed], "nothing was to be updated");
    for (const index of [0, 1, 0]) {
      const pid = it.pidOf("worker", index);
      it.world.remove("s", processKey("worker", index));
      await until(`worker.${index} is back`, () => ![pid, undefined].includes(it.pidOf("worker", index)));
      await it.live.quiet();
      t.deepEqual(it.live.state.problems, [dbFailed]);
      t.deepEqual(it.reasonsOf("worker"), [null, null]);
    }
  });

test("once one was started, those that come with a number of their own wait for nothing", async (t) => {
  const it = await enter(t, text("1", 1));
  await it.live.quiet();
  await loseDb(it);
  it.save(text("1", 3));
  await until("all run", () => [0, 1, 2].every((index) => it.pidOf("worker", index) !== undefined));
  await it.live.quiet();
  t.deepEqual(it.live.state.problems, [dbFailed]);
});

test("an update waits in every instance, and what it is taken back to does not", async (t) => {
  const it = await enter(t, text("1"));
  await it.live.quiet();
  const pids = [0, 1].map((index) => it.pidOf("worker", index));
  await loseDb(it);
  it.save(text("2"));
  await it.live.quiet();
  const waits = "worker is not updated: it waits for db, which failed: ended by SIGKILL";
  t.true(it.live.state.problems.includes(waits), it.live.state.problems.join("; "));
  it.save(text("1"));
  await it.live.quiet();
  t.deepEqual(it.live.state.problems, [dbFailed]);
  t.deepEqual(
    [0, 1].map((index) => it.pidOf("worker", index)),
    pids,
  );
});

test("an update of one instance alone waits like one of all", async (t) => {
  const only = (of: string) =>
    text("1").replace("${self.index}", `\${if self.index == 1 then "${of}" else "0"}`);
  const it = await enter(t, only("a"));
  await it.live.quiet();
  const pids = [0, 1].map((index) => it.pidOf("worker", index));
  await loseDb(it);
  it.save(only("b"));
  await it.live.quiet();
  const waits = "worker is not updated: it waits for db, which failed: ended by SIGKILL";
  t.true(it.live.state.problems.includes(waits), it.live.state.problems.join("; "));
  t.deepEqual(
    [0, 1].map((index) => it.pidOf("worker", index)),
    pids,
  );
  it.save(only("b").replace("restart never", 'env { AGAIN = "1" } restart never'));
  await until("the other one is updated", () => it.pidOf("worker", 1) !== pids[1]);
  await it.live.quiet();
  t.is(it.pidOf("worker", 0), pids[0]);
  t.deepEqual(it.live.state.problems, []);
});

test("a turn looks a few times at what others wait for, however many they are", async (t) => {
  const [instances, dependants] = [20, 10];
  const names = Array.from({ length: dependants }, (_, number) => `worker${number}`);
  const workers = names.map(
    (name) => `automaton ${name} { runs exec ["true"] ${numbered} after db instances ${instances} }`,
  );
  const source = `
automaton db { runs exec ["true"] instances ${instances} }
${workers.join("\n")}
system s = [db, ${names.join(", ")}]
`;
  const silent = new Set<string>([processKey("db", instances - 1)]);
  const { live } = await enter(t, source, { silent });
  const readyOnes = () =>
    [...live.state.processes.values()].filter(({ process }) => process?.phase === "ready");
  await until("all but one of the database are ready", () => readyOnes().length === instances - 1);
  await until("nothing is under way", () => live.state.flying.processes === 0 && !live.state.turn.isDue);

  const actual: ReadonlyMap<string, unknown> = live.state.sides.actual;
  let looks = 0;
  const get = actual.get.bind(actual);
  Object.assign(actual, {
    get: (key: string) => {
      if (key === instanceKey("db", 0)) looks++;
      return get(key);
    },
  });
  const turns = live.state.turn.count;
  live.take({ _tag: "TimerDue" });
  await until("a turn has passed", () => live.state.turn.count > turns);
  const passed = live.state.turn.count - turns;
  t.true(looks > 0);
  // It was once for each of the processes that wait, of which there are 200.
  t.true(looks <= 10 * passed, `${looks} looks in ${passed} turns`);
});
