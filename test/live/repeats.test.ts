/** What fails again and again is told less and less often, with how often it was. */
import test, { type ExecutionContext } from "ava";
import { MemoryBase } from "../../runtime/memory/base.ts";
import { memoryMonitor } from "../../runtime/memory/monitor.ts";
import type { Failure } from "../../src/core/base.ts";
import type { Monitor } from "../../src/core/monitor.ts";
import type { Operation } from "../../src/core/operation.ts";
import { isToldAgain, timesInARow } from "../../src/core/repeats.ts";
import { limitsKey, processKey } from "../../src/core/resource.ts";
import type { LiveEvent } from "../../src/live/control/messages.ts";
import { processState } from "../../src/live/loop/state.ts";
import { Orchestrator } from "../../src/live/runner/orchestrator.ts";
import { Program } from "../../src/program/program.ts";
import { VirtualClock } from "../simulation/clock.ts";

/** Enforces no limits, and counts the tries. */
class Unlimited extends MemoryBase {
  tries = 0;
  words = "there is no such controller";

  override async apply(operations: readonly Operation[]): Promise<readonly Failure[]> {
    const refused = operations.filter(({ key }) => key === limitsKey("a", 0));
    this.tries += refused.length;
    const failures = await super.apply(operations.filter((one) => !refused.includes(one)));
    const failure = { doing: "limit the memory of a.0", code: "cannot-enforce", message: this.words };
    return [...failures, ...refused.map(({ key }) => ({ ...failure, key }))];
  }
}

const scene = (t: ExecutionContext, text: string, monitor: typeof memoryMonitor = memoryMonitor) => {
  const program = new Program({ file: "s.arch", text });
  t.deepEqual(program.start().diagnostics, []);
  const clock = new VirtualClock();
  const base = new Unlimited("s");
  const live = new Orchestrator({ program, base, clock, monitor });
  const events: LiveEvent[] = [];
  live.journal.listen((event) => events.push(event));
  t.teardown(() => live.stop());
  void live.start();
  return { clock, base, live, events };
};

test("it is told the first time, the second, the fourth, …", (t) => {
  t.deepEqual(Array.from({ length: 20 }, (_, i) => i + 1).filter(isToldAgain), [1, 2, 4, 8, 16]);
  t.deepEqual([1, 2].map(timesInARow), ["", ", 2 times in a row"]);
});

test("limits that cannot be enforced are tried less and less often, and told with a count", async (t) => {
  const { clock, base, events } = scene(
    t,
    'automaton a { limits { memory = 10MiB } runs exec ["true"] }\nsystem s = a\n',
  );
  await clock.runUntil(600_000);
  t.true(base.tries >= 16 && base.tries <= 40, `${base.tries} tries`);
  const failed = (): readonly string[] =>
    events.flatMap(({ event, text }) => (event === "failed" ? [text] : []));
  const said = "the limits of a.0: limit the memory of a.0: there is no such controller";
  t.deepEqual(
    failed().slice(0, 5),
    [1, 2, 4, 8, 16].map((times) => said + timesInARow(times)),
  );
  t.true(failed().length <= 6);
  // Other words are news.
  base.words = "the disk is full";
  await clock.runUntil(640_000);
  t.is(failed().at(-1), "the limits of a.0: limit the memory of a.0: the disk is full");
});

test("what does not get ready in its time waits longer and longer, says so, and is told with a count", async (t) => {
  const never = (...of: Parameters<typeof memoryMonitor>): Monitor => ({
    ...memoryMonitor(...of),
    age: () => 0,
    watch: () => {},
    starting: () => {},
    forget: () => {},
    hubChanged: () => {},
    lastLines: () => [],
    measure: () => [],
    openConnections: (instances) => instances.map(() => 0),
    close: async () => {},
  });
  const { clock, live, events } = scene(
    t,
    'automaton a { start within 1s runs exec ["true"] }\nsystem s = a\n',
    never,
  );
  await clock.runUntil(120_000);
  const told = (kind: string): readonly (readonly string[])[] =>
    events.flatMap(({ event, causes }) => (event === kind ? [causes] : []));
  const said = "a.0: not ready within 1s";
  t.deepEqual(
    told("unhealthy"),
    [1, 2, 4, 8].map((times) => [said + timesInARow(times)]),
  );
  t.is(told("restarted").length, 4);
  const state = processState(live.state, processKey("a", 0))!;
  t.true(state.backoff.quickEnds > 8, `${state.backoff.quickEnds}`);
  t.is(state.phase, "backoff");
  t.regex(live.state.problems[0] ?? "", /^a\.0 is backoff: not ready within 1s, \d+ times in a row$/);
});
