/** `schedule`: a job runs when the clock says so, once for each time, whoever keeps the system. */
import test, { type ExecutionContext } from "ava";
import { MemoryBase } from "../../runtime/memory/base.ts";
import { memoryMonitor } from "../../runtime/memory/monitor.ts";
import { MemoryWorld } from "../../runtime/memory/world.ts";
import { restartedCell } from "../../src/core/cell-key.ts";
import { processKey } from "../../src/core/resource.ts";
import { NotedInputs } from "../../src/live/ledger/inputs.ts";
import { Orchestrator } from "../../src/live/runner/orchestrator.ts";
import { statusOf } from "../../src/live/status/report.ts";
import { Program } from "../../src/program/program.ts";
import { ProcessClock, VirtualClock } from "../simulation/clock.ts";
import { MemoryLedger } from "../simulation/ledger.ts";

const file = "s.arch";
const [second, minute, hour] = [1_000, 60_000, 3_600_000];
const key = processKey("backup", 0);

const text = (schedule: string, more = ""): string => `
automaton backup { runs once exec ["true"] schedule "${schedule}" ${more} }
automaton web { runs exec ["sleep", "1"] }
system s = [backup, web]
`;

/** What outlives orchestrators. A virtual clock begins at midnight of a Tuesday, UTC. */
const place = () => ({
  clock: new VirtualClock(),
  world: new MemoryWorld(),
  ledger: new MemoryLedger(),
  /** How long each run takes, in milliseconds, and how it ends. */
  run: { takes: 10 * second, code: 0 },
  /** When each of them began. */
  began: new Map<number, number>(),
  /** Why nothing can be noted. */
  full: null as string | null,
});
type Place = ReturnType<typeof place>;

/** An orchestrator for a place. `die` ends it as SIGKILL would. */
const enter = async (t: ExecutionContext, at: Place, source: string, { byClock = true } = {}) => {
  const program = new Program({ file, text: source, keepSystem: true });
  t.deepEqual(program.start().diagnostics, []);
  const inputs = new NotedInputs(at.ledger);
  await inputs.restore(program);
  const clock = new ProcessClock(at.clock);
  const base = new MemoryBase("s", at.world);
  const live: Orchestrator = new Orchestrator({
    program,
    base,
    clock,
    byClock,
    monitor: (onHealth, itsClock) => ({
      ...memoryMonitor(onHealth, itsClock, (job) => {
        const { pid } = at.world.system("s").processes.get(job)!;
        if (!at.began.has(pid)) at.began.set(pid, at.clock.now());
        at.clock.after(at.run.takes, () => {
          if (at.world.system("s").processes.get(job)?.pid === pid) at.world.exit("s", job, at.run.code);
        });
      }),
      age: ({ pid }) => at.clock.now() - (at.began.get(pid) ?? 0),
    }),
    noteSchedule: async (automaton, scheduled) => {
      if (clock.isDead) return new Promise<never>(() => {});
      if (at.full === null)
        await inputs.note(`scheduled ${automaton}`, scheduled === null ? "" : JSON.stringify(scheduled));
      return at.full;
    },
  });
  t.teardown(() => clock.die());
  const events: string[] = [];
  live.journal.listen(({ event, text: words }) => events.push(`${event}: ${words}`));
  void live.start();
  await at.clock.runUntil(at.clock.now() + second);
  return {
    live,
    events,
    die: () => clock.die(),
    runs: () =>
      events
        .filter((one) => one.startsWith("scheduled: "))
        .map((one) => one.replace(/: \d+ operation.*/, "")),
    of: (event: string) => events.filter((one) => one.startsWith(`${event}: `)),
    save: (changed: string) =>
      live.edit(
        { _tag: "Texts", texts: new Map([[file, changed]]) },
        { event: "applied", automaton: null, headline: file, causes: [] },
      ),
    pid: () => at.world.system("s").processes.get(key)?.pid,
    job: () => {
      const status = statusOf({ program, state: live.state }, "s", "memory");
      const job = status.automata.find(({ name }) => name === "backup")!.instances[0]!;
      return { ...job, system: status.state, problems: status.problems };
    },
  };
};

const pass = ({ clock }: Place, milliseconds: number): Promise<void> =>
  clock.runUntil(clock.now() + milliseconds);
const begins = (time: string): string => `scheduled: backup runs by its schedule: it is ${time}`;

test("it runs at each of its times, and between them nothing is amiss", async (t) => {
  const at = place();
  const it = await enter(t, at, text("*/5 * * * *"));
  t.like(it.job(), {
    state: "scheduled",
    reason: null,
    next: "2030-01-01T00:05:00.000Z",
    last: null,
    system: "converged",
  });
  t.deepEqual(it.job().schedule, { cron: "*/5 * * * *", zone: "UTC" });
  t.is(it.pid(), undefined);
  await pass(at, 5 * minute);
  t.like(it.job(), { state: "running", next: "2030-01-01T00:10:00.000Z", system: "converged", problems: [] });
  t.not(it.pid(), undefined);
  await pass(at, minute);
  t.like(it.job(), { state: "done", reason: null, system: "converged" });
  t.like(it.job().last, { code: 0, signal: null });
  t.is(Date.parse(it.job().last!.ended!) - Date.parse(it.job().last!.began), 10 * second);
  await pass(at, 10 * minute);
  t.deepEqual(it.runs(), [begins("00:05"), begins("00:10"), begins("00:15")]);
  t.deepEqual(it.of("converged").length, 1, "a run is no change of the system");
});

test("a time at which the last run still goes is left out, and that is told", async (t) => {
  const at = place();
  at.run.takes = 7 * minute;
  const it = await enter(t, at, text("*/5 * * * *"));
  await pass(at, 21 * minute);
  t.deepEqual(it.runs(), [begins("00:05"), begins("00:15")]);
  t.deepEqual(it.of("skipped"), [
    "skipped: backup does not run at 00:10: its last run still goes",
    "skipped: backup does not run at 00:20: its last run still goes",
  ]);
});

test("a run that fails is told, and does not end the schedule", async (t) => {
  const at = place();
  at.run.code = 3;
  const it = await enter(t, at, text("*/5 * * * *"));
  await pass(at, 6 * minute);
  t.like(it.job(), { state: "failed", system: "converged", problems: [], next: "2030-01-01T00:10:00.000Z" });
  t.is(it.job().reason, "exited with 3; `architect restart backup` runs it again");
  t.deepEqual(it.of("exit"), ["exit: backup.0 exited with 3"]);
  at.run.code = 0;
  await pass(at, 5 * minute);
  t.like(it.job(), { state: "done", reason: null });
  t.is(it.runs().length, 2);
});

test("on-failure tries again until the next time", async (t) => {
  const at = place();
  at.run = { takes: 20 * second, code: 1 };
  const it = await enter(t, at, text("*/5 * * * *", "restart on-failure"));
  await pass(at, 6 * minute);
  t.true(it.of("exit").length > 1);
  at.run.code = 0;
  await pass(at, 30 * second);
  const { length } = it.of("exit");
  t.is(it.job().state, "done");
  await pass(at, 2 * minute);
  t.is(it.of("exit").length, length);
  t.is(it.runs().length, 1);
});

test("whoever takes over runs nothing twice, and knows how the last run went", async (t) => {
  const at = place();
  const source = text("*/5 * * * *");
  const first = await enter(t, at, source);
  await pass(at, 6 * minute);
  const { last } = first.job();
  first.die();
  const second_ = await enter(t, at, source);
  t.like(second_.job(), { state: "done", next: "2030-01-01T00:10:00.000Z", system: "converged" });
  t.deepEqual(second_.job().last, last);
  await pass(at, 5 * minute);
  t.deepEqual(second_.runs(), [begins("00:10")]);
});

test("a run that goes while its orchestrator dies is not run again, nor is what ended meanwhile", async (t) => {
  const at = place();
  at.run.takes = 2 * minute;
  const source = text("*/5 * * * *");
  const first = await enter(t, at, source);
  await pass(at, 5 * minute);
  const pid = first.pid();
  t.not(pid, undefined);
  first.die();
  const next = await enter(t, at, source);
  t.is(next.pid(), pid);
  t.is(next.job().state, "running");
  next.die();
  await pass(at, 3 * minute);
  const third = await enter(t, at, source);
  t.is(third.job().state, "done");
  t.like(third.job().last, { began: "2030-01-01T00:05:00.000Z", ended: null, code: 0, signal: null });
  t.deepEqual(third.of("exit"), ["exit: backup.0 exited with 0 while nobody supervised the system"]);
  await pass(at, minute);
  t.deepEqual(third.runs(), []);
});

test("how a run ended while nobody supervised is noted once, and a failure is told", async (t) => {
  const at = place();
  const source = text("*/5 * * * *");
  const first = await enter(t, at, source);
  await pass(at, 6 * minute);
  at.run = { takes: minute, code: 3 };
  await pass(at, 4 * minute + 30 * second);
  first.die();
  await pass(at, minute);
  const next = await enter(t, at, source);
  t.like(next.job(), { state: "failed", next: "2030-01-01T00:15:00.000Z" });
  t.like(next.job().last, { began: "2030-01-01T00:10:00.000Z", ended: null, code: 3 });
  t.deepEqual(next.of("exit"), ["exit: backup.0 exited with 3 while nobody supervised the system"]);
  next.die();
  const third = await enter(t, at, source);
  t.deepEqual(third.job().last, next.job().last);
  t.deepEqual(third.of("exit"), [], "it is told once");
});

test("a run that was taken over began when it was started", async (t) => {
  const at = place();
  at.run.takes = 3 * minute;
  const source = text("*/5 * * * *");
  const first = await enter(t, at, source);
  await pass(at, 6 * minute);
  first.die();
  const next = await enter(t, at, source);
  await pass(at, 3 * minute);
  t.like(next.job(), { state: "done" });
  const { began, ended } = next.job().last!;
  t.is(Date.parse(ended!) - Date.parse(began), 3 * minute);
});

test("an end that nobody saw is the end of that run, also with on-failure", async (t) => {
  for (const isFound of [false, true]) {
    const at = place();
    at.run.takes = 2 * minute;
    const source = text("*/5 * * * *", "restart on-failure");
    const first = await enter(t, at, source);
    await pass(at, 5 * minute);
    const model = at.world.system("s");
    const gone = model.processes.get(key)!;
    if (isFound) first.die();
    at.world.exit("s", key, null);
    t.is(model.ended.get(key)?.spec, gone.spec);
    const it = isFound ? await enter(t, at, source) : first;
    await pass(at, minute);
    t.is(model.processes.get(key), undefined);
    t.like(it.job(), { state: "scheduled", reason: null, system: "converged" });
    t.like(it.job().last, { began: "2030-01-01T00:05:00.000Z", code: null, signal: null });
    t.is(it.of("exit").length, 1);
    await pass(at, 4 * minute);
    t.deepEqual(it.runs().at(-1), begins("00:10"));
  }
});

test("times that were missed are made up for by one run, at once", async (t) => {
  const at = place();
  const source = text("0 * * * *");
  const first = await enter(t, at, source);
  await pass(at, 90 * minute);
  t.is(first.runs().length, 1);
  first.die();
  await pass(at, 5 * hour);
  const next = await enter(t, at, source);
  t.deepEqual(next.runs(), ["scheduled: backup runs now, instead of at 02:00 and 4 times after that"]);
  await pass(at, 30 * minute);
  t.deepEqual(next.runs().slice(1), [begins("07:00")]);
});

test("what was noted and not begun is begun by whoever comes next", async (t) => {
  const at = place();
  const source = text("*/5 * * * *");
  const first = await enter(t, at, source);
  // It dies when the run is noted, before it hears of it.
  const note = at.ledger.compareAndSet.bind(at.ledger);
  at.ledger.compareAndSet = async (...entry) => {
    const revision = await note(...entry);
    if (revision !== null && at.clock.now() > 4 * minute) first.die();
    return revision;
  };
  await pass(at, 5 * minute);
  t.is(first.pid(), undefined);
  const next = await enter(t, at, source);
  t.not(next.pid(), undefined);
  t.deepEqual(next.runs(), [], "it is no other run");
  t.like(next.job(), { state: "running", next: "2030-01-01T00:10:00.000Z" });
});

test("another program waits for the next time, and another schedule counts from now", async (t) => {
  const at = place();
  const it = await enter(t, at, text("*/5 * * * *"));
  await pass(at, 6 * minute);
  it.save(text("*/5 * * * *", 'env { VERSION = "2" }'));
  await pass(at, minute);
  t.is(it.runs().length, 1);
  await pass(at, 3 * minute);
  t.is(at.world.system("s").processes.get(key)?.process.env.VERSION, "2");
  it.save(text("0 0 * * *"));
  await pass(at, 12 * hour);
  t.is(it.runs().length, 2, "midnight is over");
  t.is(it.job().next, "2030-01-02T00:00:00.000Z");
  await pass(at, 12 * hour);
  t.deepEqual(it.runs().at(-1), begins("00:00"));
});

test("an edit leaves a run alone that goes", async (t) => {
  const at = place();
  at.run.takes = 3 * minute;
  const it = await enter(t, at, text("*/5 * * * *"));
  await pass(at, 5 * minute);
  const pid = it.pid();
  it.save(text("*/7 * * * *", 'env { VERSION = "2" }'));
  await pass(at, minute);
  t.is(it.pid(), pid);
  await pass(at, minute);
  t.deepEqual(it.of("skipped"), ["skipped: backup does not run at 00:07: its last run still goes"]);
});

test("a schedule that goes and comes again begins anew", async (t) => {
  const at = place();
  const it = await enter(t, at, text("*/5 * * * *"));
  await pass(at, 6 * minute);
  it.save('automaton web { runs exec ["sleep", "1"] }\nsystem s = [web]\n');
  await pass(at, 20 * minute);
  it.save(text("*/5 * * * *"));
  await pass(at, minute);
  t.is(it.runs().length, 1);
  t.like(it.job(), { state: "scheduled", next: "2030-01-01T00:30:00.000Z", last: null });
});

test("who does not run by the clock notes what is scheduled, and runs nothing", async (t) => {
  const at = place();
  const source = text("*/5 * * * *");
  const it = await enter(t, at, source, { byClock: false });
  await pass(at, 12 * minute);
  t.deepEqual(it.runs(), []);
  t.like(it.job(), { state: "scheduled", next: null, system: "converged" });
  it.die();
  const next = await enter(t, at, source);
  t.deepEqual(next.runs(), ["scheduled: backup runs now, instead of at 00:05 and 1 time after that"]);
});

test("a run that cannot be noted is run all the same, and that is told", async (t) => {
  const at = place();
  const it = await enter(t, at, text("*/5 * * * *"));
  at.full = "no space left on device";
  await pass(at, 5 * minute);
  t.not(it.pid(), undefined);
  t.deepEqual(it.of("failed"), [
    "failed: the run of backup is not noted (no space left on device): another orchestrator might run it again",
  ]);
});

test("times are those of the time zone, in which clocks are put forward", async (t) => {
  const at = place();
  // Sunday, 31 March 2030: in Berlin there is no time between 2 and 3 o'clock.
  await pass(at, Date.UTC(2030, 2, 30, 12) - at.clock.wallTime());
  const it = await enter(t, at, text("30 2 * * *", 'env { TZ = "Europe/Berlin" }'));
  t.is(it.job().next, "2030-03-31T01:00:00.000Z");
  t.is(it.job().schedule?.zone, "Europe/Berlin");
  await pass(at, 24 * hour);
  t.deepEqual(it.runs(), [begins("03:00")]);
  t.is(it.job().next, "2030-04-01T00:30:00.000Z");
});

test("a clock that is put back a little runs nothing twice; further back it is taken as corrected", async (t) => {
  const at = place();
  const it = await enter(t, at, text("*/5 * * * *"));
  const wall = at.clock.wallTime.bind(at.clock);
  await pass(at, 6 * minute);
  at.clock.wallTime = () => wall() - 4 * minute;
  await pass(at, 6 * minute);
  t.deepEqual(it.runs(), [begins("00:05")]);
  await pass(at, 3 * minute);
  t.deepEqual(it.runs(), [begins("00:05"), begins("00:10")]);
  at.clock.wallTime = () => wall() - 10 * hour;
  await pass(at, 6 * minute);
  t.is(it.runs().length, 3);
});

test("a clock that is put forward makes up for what it left out by one run", async (t) => {
  const at = place();
  const it = await enter(t, at, text("*/5 * * * *"));
  const wall = at.clock.wallTime.bind(at.clock);
  at.clock.wallTime = () => wall() + 17 * minute;
  await pass(at, 40 * second);
  t.deepEqual(it.runs(), ["scheduled: backup runs now, instead of at 00:05 and 2 times after that"]);
});

test("a restart that is asked for runs it now, before its first time too", async (t) => {
  const at = place();
  const it = await enter(t, at, text("*/5 * * * *"));
  const restart = (count: number) =>
    it.live.edit(
      { _tag: "Cells", settings: [[restartedCell("backup"), count]] },
      { event: "restarted", automaton: "backup", headline: "backup is restarted", causes: [] },
    );
  restart(1);
  await pass(at, second);
  t.like(it.job(), { state: "running", next: "2030-01-01T00:05:00.000Z" });
  await pass(at, minute);
  t.is(it.job().state, "done");
  await pass(at, 5 * minute);
  t.deepEqual(it.runs(), [begins("00:05")]);
  restart(2);
  await pass(at, second);
  t.is(it.job().state, "running");
  await pass(at, minute);
  t.is(it.of("exit").length, 3);
});

test("a job that ran once waits for the clock from then on; without a schedule it is a job again", async (t) => {
  const at = place();
  const plain = text("@daily").replace('schedule "@daily"', "");
  const it = await enter(t, at, plain);
  await pass(at, minute);
  t.like(it.job(), { state: "done", system: "converged" });
  t.is(it.job().next, undefined);
  it.save(text("*/5 * * * *"));
  await pass(at, minute);
  t.like(it.job(), { state: "scheduled", system: "converged", next: "2030-01-01T00:05:00.000Z" });
  await pass(at, 4 * minute);
  t.deepEqual(it.runs(), [begins("00:05")]);
  it.save(plain);
  await pass(at, 10 * minute);
  t.like(it.job(), { state: "done", system: "converged" });
  t.is(it.of("exit").length, 3, "it is another job now");
  t.is(it.runs().length, 1);
});
