import { setTimeout as sleep } from "node:timers/promises";
import test, { type ExecutionContext } from "ava";
import { systemClock } from "../../runtime/clock.ts";
import { MemoryBase } from "../../runtime/memory/base.ts";
import { memoryMonitor } from "../../runtime/memory/monitor.ts";
import { MemoryWorld } from "../../runtime/memory/world.ts";
import type { BaseCase, Failure } from "../../src/core/base.ts";
import { observedCell } from "../../src/core/cell-key.ts";
import type { Cancel, Clock } from "../../src/core/clock.ts";
import type { Monitor, OnHealth } from "../../src/core/monitor.ts";
import { type Operation, subject } from "../../src/core/operation.ts";
import { hubKey, instanceKey, processKey, serviceKey } from "../../src/core/resource.ts";
import { plain } from "../../src/language/quantity.ts";
import type { LiveEvent } from "../../src/live/control/messages.ts";
import { describeStep } from "../../src/live/loop/describe.ts";
import { Orchestrator } from "../../src/live/runner/orchestrator.ts";
import { Program } from "../../src/program/program.ts";
import { plan } from "../../src/reconcile.ts";
import { until } from "../until.ts";

const shop = (instances: string, mark = "1", more = "") => `
protocol Web = mu t. &{ get: ?String . !Bytes . t, quit: end }
automaton store { provides kv: Web on tcp 6379 runs exec ["true", "${mark}"] instances ${instances} }
automaton front { provides web: Web on tcp 8080 requires kv: Web runs exec ["true"] }
system shop = [front => store, publish(front.web, 8080) ${more}]
`;

/** The system's clock, on which an hour goes by only when it is told to. */
const clockWithHours = (): { readonly clock: Clock; readonly anHourLater: () => void } => {
  const hourMs = 3_600_000;
  let hours = 0;
  const later = new Set<() => void>();
  const after = (milliseconds: number, call: () => void): Cancel => {
    if (milliseconds < hourMs / 2) return systemClock.after(milliseconds, call);
    const once = (): void => void (later.delete(once) && call());
    later.add(once);
    return () => void later.delete(once);
  };
  const anHourLater = (): void => {
    hours += 1;
    for (const call of [...later]) call();
  };
  return { clock: { ...systemClock, now: () => systemClock.now() + hours * hourMs, after }, anHourLater };
};

/** A base case that writes down what is done, and refuses what it is told to. */
class Recording extends MemoryBase {
  readonly done: string[] = [];
  refuse: (operation: Operation) => boolean = () => false;

  override async apply(
    ...[operations, onProgress]: Parameters<BaseCase["apply"]>
  ): Promise<readonly Failure[]> {
    const refused = operations.filter((one) => this.refuse(one));
    const failures = await super.apply(
      operations.filter((one) => !refused.includes(one)),
      onProgress,
    );
    for (const { op, key } of operations) this.done.push(`${op} ${key}`);
    const told = refused.map(({ key }) => ({
      key,
      doing: "try it",
      code: "EIO",
      message: "it does not work",
    }));
    return [...failures, ...told];
  }

  /** So often the world cannot be read. */
  unreadable = 0;

  override observe(): ReturnType<BaseCase["observe"]> {
    if (this.unreadable === 0) return super.observe();
    this.unreadable--;
    return Promise.reject(new Error("it changes too fast"));
  }

  take(): string[] {
    return this.done.splice(0);
  }
}

interface Stage {
  readonly world: MemoryWorld;
  readonly base: Recording;
  readonly program: Program;
  readonly live: Orchestrator;
  readonly events: LiveEvent[];
}

const stage = async (
  t: ExecutionContext,
  text: string,
  monitor: (onHealth: OnHealth, clock: Clock) => Monitor = memoryMonitor,
  world = new MemoryWorld(),
  onDecision: (line: string) => void = () => {},
  clock: Clock = systemClock,
): Promise<Stage> => {
  const program = new Program({ file: "shop.arch", text });
  t.deepEqual(program.start().diagnostics, []);
  const base = new Recording(program.system!, world);
  const live: Orchestrator = new Orchestrator({
    program,
    base,
    monitor,
    clock,
    onStep: (input, effects) => describeStep(input, effects, live.state).forEach(onDecision),
  });
  const events: LiveEvent[] = [];
  live.journal.listen((event) => events.push(event));
  t.teardown(() => live.stop());
  await live.start();
  await live.quiet();
  return { world, base, program, live, events };
};

const saved = { event: "applied", automaton: null, headline: "shop.arch", causes: ["shop.arch was saved"] };
const update = async ({ live }: Stage, text: string) => {
  const { diagnostics, done } = live.edit({ _tag: "Texts", texts: new Map([["shop.arch", text]]) }, saved);
  const { operations, failures } = await done;
  return { diagnostics, operations: operations.map(({ op, key }) => `${op} ${key}`), failures };
};

/** As long as a slow machine may take. */
const slowMs = 60_000;

const converged = async (t: ExecutionContext, { live, base, program }: Stage) => {
  await live.quiet();
  t.deepEqual(live.state.problems, []);
  t.is(live.state.convergence, "converged");
  t.deepEqual(plan(program.resources(), (await base.observe()).resources), []);
};

test("a system is brought up, and every process takes connections once it is ready", async (t) => {
  const it = await stage(t, shop("2"));
  await converged(t, it);
  const store = it.world.system("shop").resources.get(serviceKey("store.kv"));
  t.is(store?.kind === "service" && store.endpoints.length, 2);
});

test("what is there already is taken over, and nothing is done", async (t) => {
  const world = new MemoryWorld();
  const first = await stage(t, shop("2"), memoryMonitor, world);
  await first.live.stop();
  const pids = [...world.system("shop").processes.values()].map(({ pid }) => pid);
  const second = await stage(t, shop("2"), memoryMonitor, world);
  t.deepEqual(second.base.take(), []);
  t.deepEqual(
    [...world.system("shop").processes.values()].map(({ pid }) => pid),
    pids,
  );
  await converged(t, second);
});

test("an edit does what it changes, in its order", async (t) => {
  const it = await stage(t, shop("1"));
  it.base.take();
  await update(it, shop("2"));
  await it.live.quiet();
  t.deepEqual(it.base.take(), [
    "create instance/store/1",
    "create process/store/1",
    "update service/store.kv",
  ]);
  await converged(t, it);
});

test("a text with errors changes nothing, and the next good one goes on", async (t) => {
  const it = await stage(t, shop("1"));
  it.base.take();
  const bad = await update(it, shop('"many"'));
  t.is(bad.diagnostics[0]?.code, "type-mismatch");
  t.deepEqual(it.base.take(), []);
  t.deepEqual((await update(it, shop("1"))).diagnostics, []);
  t.deepEqual(it.base.take(), []);
  await converged(t, it);
});

test("scaling down takes an instance out of service before it ends", async (t) => {
  const it = await stage(t, shop("3"));
  it.base.take();
  await update(it, shop("2"));
  await it.live.quiet();
  t.deepEqual(it.base.take(), [
    "update service/store.kv",
    "delete process/store/2",
    "delete instance/store/2",
  ]);
  await converged(t, it);
});

test("whoever is to leave by an edit leaves when the last connection to it has ended", async (t) => {
  let open = 1;
  const it = await stage(t, shop("3"), (onHealth, clock) => ({
    ...memoryMonitor(onHealth, clock),
    openConnections: (instances) => instances.map(() => open),
  }));
  it.base.take();
  await update(it, shop("1"));
  const areOut = () => it.live.state.automata.get("store")?.scaling?.draining.size === 2;
  await until("two are out of service", areOut);
  await sleep(300);
  t.deepEqual(it.base.take(), ["update service/store.kv"]);
  open = 0;
  await it.live.quiet();
  t.deepEqual(it.base.take().sort(), [
    "delete instance/store/1",
    "delete instance/store/2",
    "delete process/store/1",
    "delete process/store/2",
  ]);
  await converged(t, it);
});

test("what vanishes comes back, and the cause is told", async (t) => {
  const it = await stage(t, shop("1"));
  it.base.take();
  it.world.remove("shop", instanceKey("front", 0));
  await it.live.quiet();
  t.deepEqual(it.base.take().sort(), [
    "create instance/front/0",
    "create process/front/0",
    "delete process/front/0",
    "update service/front.web",
    "update service/front.web",
  ]);
  await converged(t, it);
  const repaired = it.events.find(({ event }) => event === "repaired");
  t.deepEqual(repaired?.causes, ["instance/front/0 vanished"]);
  t.regex(repaired?.text ?? "", /^front\.0 is repaired: \d+ operations? \(.*\) in [\d.]+ m?s$/);
});

test("a process that ends is started again", async (t) => {
  const it = await stage(t, shop("1"));
  const { pid } = it.world.system("shop").processes.get(processKey("store", 0))!;
  it.world.remove("shop", processKey("store", 0));
  await it.live.quiet();
  t.not(it.world.system("shop").processes.get(processKey("store", 0))?.pid, pid);
  await converged(t, it);
  t.truthy(
    it.events.find(({ event, causes }) => event === "restarted" && causes[0] === "store.0 ended by SIGKILL"),
  );
});

test("every decision is told with its cause, if someone asks", async (t) => {
  const lines: string[] = [];
  const it = await stage(t, shop("1"), memoryMonitor, new MemoryWorld(), (line) => lines.push(line));
  lines.length = 0;
  it.world.remove("shop", processKey("store", 0));
  await it.live.quiet();
  t.regex(lines[0]!, /^exit: the process of store\.0 \(pid \d+\)$/);
  const cause = "because store.0 ended by SIGKILL → store.0 is restarted";
  t.true(lines.includes(`  store: 1 instance, ${cause}`));
  t.true(lines.includes(`  perform create process/store/0 (+1 ~0 -0), ${cause}`));
});

test("a changed command rolls: the successor is ready before the first leaves", async (t) => {
  const it = await stage(t, shop("1"));
  it.base.take();
  await update(it, shop("1", "2"));
  await it.live.quiet();
  t.deepEqual(it.base.take(), [
    "create instance/store/1",
    "create process/store/1",
    "update service/store.kv", // 1 comes in when it has proved to be ready, and only then 0 goes out
    "update process/store/0",
    "update service/store.kv", // 0 comes back, 1 goes out
    "delete process/store/1",
    "delete instance/store/1",
  ]);
  await converged(t, it);
  t.truthy(it.events.find(({ event }) => event === "rolled"));
});

test("a successor that cannot be started stops the roll, and what ran goes on", async (t) => {
  const it = await stage(t, shop("1"));
  it.base.take();
  it.base.refuse = ({ key, op }) => op === "create" && key === processKey("store", 1);
  const { pid } = it.world.system("shop").processes.get(processKey("store", 0))!;
  await update(it, shop("1", "2"));
  await it.live.quiet();
  t.is(it.live.state.convergence, "degraded");
  t.is(it.world.system("shop").processes.get(processKey("store", 0))?.pid, pid);
  const store = it.world.system("shop").resources.get(serviceKey("store.kv"));
  t.deepEqual(store?.kind === "service" && store.endpoints.map(({ instance }) => instance), [
    instanceKey("store", 0),
  ]);
  // Taken back, everything is as before.
  it.base.refuse = () => false;
  await update(it, shop("1"));
  await converged(t, it);
  t.is(it.world.system("shop").processes.get(processKey("store", 0))?.pid, pid);
});

test("what is refused is tried again, later and later, told as degraded, and recovers", async (t) => {
  const it = await stage(t, shop("1"));
  it.base.take();
  let works = false;
  it.base.refuse = ({ key }) => !works && key === instanceKey("store", 1);
  const { failures } = await update(it, shop("2"));
  t.deepEqual(
    failures.map(({ key }) => key),
    [instanceKey("store", 1)],
  );
  t.is(it.live.state.convergence, "degraded");
  t.regex(it.live.state.problems[0] ?? "", /store\.1: try it: it does not work/);
  await new Promise((resolve) => setTimeout(resolve, 400));
  const tries = it.base.done.filter((one) => one === "create instance/store/1").length;
  t.true(tries >= 1 && tries <= 4, `${tries} tries`);
  await until(
    "it is tried again",
    () => it.base.done.filter((one) => one === "create instance/store/1").length > tries,
    slowMs,
  );
  t.is(
    it.events.filter(({ event }) => event === "repaired").length,
    0,
    "a look that finds nothing is silent",
  );
  works = true;
  await until("it has converged", () => it.live.state.convergence === "converged", slowMs);
  await converged(t, it);
  t.truthy(it.events.find(({ event }) => event === "recovered"));
});

test("a world that cannot be read just now is read a little later", async (t) => {
  const it = await stage(t, shop("1"));
  it.base.take();
  it.base.unreadable = 2;
  it.world.system("shop").resources.delete(instanceKey("store", 0)); // and nobody tells
  await it.live.lookAgain("somebody said so");
  await it.live.quiet();
  t.deepEqual(
    it.events.filter(({ event }) => event === "failed").map(({ text, causes }) => [text, causes]),
    Array.from({ length: 2 }, () => ["look at shop: it changes too fast", ["somebody said so"]]),
  );
  t.true(it.base.take().includes("create instance/store/0"));
  await converged(t, it);
});

test("where something is refused again and again, the world is read anew", async (t) => {
  const it = await stage(t, shop("1"));
  it.world.system("shop").resources.delete(hubKey); // and nobody tells
  const { failures } = await update(it, shop("2"));
  t.deepEqual([...new Set(failures.map(({ message }) => message))], ["the hub is missing"]);
  t.is(it.live.state.convergence, "degraded");
  await until("it has converged", () => it.live.state.convergence === "converged", slowMs);
  await converged(t, it);
  t.deepEqual(it.base.done.filter((one) => one === "create hub").length, 2);
});

test("an input that is measured scales up at once, and down after the settle time", async (t) => {
  const { clock, anHourLater } = clockWithHours();
  const text = shop("clamp(ceil(self.connections / 50), 1, 4) settle 1h");
  const it = await stage(t, text, memoryMonitor, new MemoryWorld(), () => {}, clock);
  it.base.take();
  it.live.observe([[observedCell("store", "connections"), 120]]);
  await it.live.quiet();
  t.deepEqual(
    it.base.take().filter((one) => one.startsWith("create process")),
    ["create process/store/1", "create process/store/2"],
  );
  it.live.observe([[observedCell("store", "connections"), 10]]);
  await it.live.quiet();
  t.deepEqual(it.base.take(), []);
  anHourLater();
  const ended = (): readonly string[] => it.base.done.filter((one) => one.startsWith("delete process"));
  await until("both have ended", () => ended().length === 2, slowMs);
  t.deepEqual([...ended()].sort(), ["delete process/store/1", "delete process/store/2"]);
  await converged(t, it);
  t.truthy(it.events.find(({ event, text }) => event === "scaled" && text.startsWith("store scales 1 → 3")));
});

test("fewer that a person asks for are fewer at once, whatever load settles; a `settle` of inputs alone is theirs", async (t) => {
  const { clock, anHourLater } = clockWithHours();
  const text = (most: string, store: string) => shop(store.replace("MOST", most));
  const scaled = 'clamp(ceil(self.connections / 50), 1, input("most", MOST)) settle 1h';
  const it = await stage(t, text("8", scaled), memoryMonitor, new MemoryWorld(), () => {}, clock);
  const count = (): number =>
    [...it.world.system("shop").processes.keys()].filter((key) => key.startsWith("process/store/")).length;
  const set = (value: number) =>
    it.live.edit(
      { _tag: "Input", name: "most", value: { _tag: "Quantity", quantity: plain(value) } },
      { ...saved, event: "set" },
    );
  it.live.observe([[observedCell("store", "connections"), 220]]);
  await it.live.quiet();
  t.is(count(), 5);
  set(3);
  await until("three are left", () => count() === 3, slowMs);
  it.live.observe([[observedCell("store", "connections"), 60]]);
  await it.live.quiet();
  t.is(count(), 3, "load settles");
  set(4);
  await it.live.quiet();
  t.is(count(), 3, "more are allowed, and load settles still");
  await update(it, text("8", "clamp(ceil(self.connections / 90), 1, 2) settle 1h"));
  await until("one is left", () => count() === 1, slowMs);

  await update(it, text("3", 'input("many", MOST) settle 1h'));
  await until("three run", () => count() === 3, slowMs);
  it.live.edit({ _tag: "Input", name: "many", value: { _tag: "Quantity", quantity: plain(2) } }, saved);
  await it.live.quiet();
  t.is(count(), 3, "that is what it says");
  anHourLater();
  await until("two are left", () => count() === 2, slowMs);
});

test("an automaton that goes leaves nothing, and one that comes renumbers nothing", async (t) => {
  const it = await stage(t, shop("1"));
  it.base.take();
  await update(
    it,
    `${shop("1", "1", ", other")}\nautomaton other { provides p: Web on tcp 1 runs exec ["true"] }`,
  );
  await it.live.quiet();
  t.true(it.base.take().every((one) => one.includes("other")));
  await update(it, shop("1"));
  await converged(t, it);
  t.true(it.base.take().every((one) => one.includes("other")));
});

test("a process that is found running in an instance that is gone is watched once that is there again", async (t) => {
  const world = new MemoryWorld();
  const first = await stage(t, shop("1"), memoryMonitor, world);
  await first.live.stop();
  const { resources, processes } = world.system("shop");
  for (const key of [...resources.keys()]) if (!key.startsWith("hosts/")) resources.delete(key);
  const pids = [...processes.values()].map(({ pid }) => pid);
  const second = await stage(t, shop("1"), memoryMonitor, world);
  await converged(t, second);
  t.deepEqual(
    [...processes.values()].map(({ pid }) => pid),
    pids,
  );
});

test("what was refused and comes about all the same is no problem any more", async (t) => {
  const it = await stage(t, shop("1"));
  it.base.refuse = ({ key }) => key === instanceKey("store", 1);
  await update(it, shop("2"));
  t.is(it.live.state.convergence, "degraded");
  const wanted = it.live.state.sides.desired.get(instanceKey("store", 1))!;
  it.world.system("shop").resources.set(wanted.key, wanted);
  await it.live.lookAgain("someone made it");
  await until("it has converged", () => it.live.state.convergence === "converged", slowMs);
  await converged(t, it);
});

test("a process that is wanted again before it could be ended goes on", async (t) => {
  const it = await stage(t, shop("2"));
  const key = processKey("store", 1);
  const { pid } = it.world.system("shop").processes.get(key)!;
  it.base.refuse = (operation) => operation.op === "delete" && operation.key === key;
  await update(it, shop("1"));
  await until("ending it is refused", () => it.live.state.convergence === "degraded", slowMs);
  await update(it, shop("2"));
  await converged(t, it);
  t.is(it.world.system("shop").processes.get(key)?.pid, pid);
});

test("everything goes with the system", async (t) => {
  const it = await stage(t, shop("2"));
  t.deepEqual(await it.live.remove(), []);
  t.is((await it.base.observe()).resources.size, 0);
});

test("a batch of operations never has one whose needs are missing", async (t) => {
  const it = await stage(t, shop("1"));
  it.base.refuse = ({ key }) => key === instanceKey("store", 1);
  it.base.take();
  await update(it, shop("2"));
  t.false(it.base.take().includes("create process/store/1"));
  t.is(subject([...it.live.state.sides.diff.values()][0]!).automaton, "store");
});

test("that the end of a job could not be noted is told with it", async (t) => {
  const it = await stage(t, shop("1"));
  const key = processKey("store", 0);
  const pid = it.world.system("shop").processes.get(key)?.pid ?? 0;
  const unnoted = "no space left on device";
  it.live.take({
    _tag: "ProcessExited",
    event: { _tag: "exit", key, pid, code: 0, signal: null, unnoted },
  });
  t.is(
    it.events.find(({ event }) => event === "exit")?.text,
    "store.0 exited with 0; that could not be noted (no space left on device), so another orchestrator would run it again",
  );
});
