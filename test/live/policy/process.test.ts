/** What becomes of one process: restarts, waits, readiness; one rule a test. */
import test from "ava";
import type { Health } from "../../../src/core/monitor.ts";
import type { Probe, Process, RestartPolicy } from "../../../src/core/resource.ts";
import {
  adopted,
  checked,
  describeEnd,
  desire,
  ended,
  gone,
  isFailed,
  isSettled,
  mayStart,
  newChance,
  notReadyInTime,
  type ProcessState,
  restartUnhealthy,
  started,
  starting,
  startLimitAt,
  startRefused,
} from "../../../src/live/policy/process.ts";
import { process } from "../../reconcile/system.ts";

const running = { pid: 7, startTime: 1, spec: "one" };
const crash = { code: 1, signal: null };
const well = { code: 0, signal: null };
const probe: Probe = { how: { _tag: "tcp" }, number: 1, everyMs: 1_000, timeoutMs: 100 };

const wanted = (restart: RestartPolicy = "always", spec = "one", asks: Probe | null = null): Process => ({
  ...process("a", 0, spec),
  care: { restart, probe: asks },
});

/** A process that runs since `at`. */
const runs = (of = wanted(), at = 0): ProcessState => started(starting(desire(null, of), at), running, false);
const healthOf = (tag: Health["_tag"]): Health => ({ _tag: tag, failures: 0 });
const ready = healthOf("ready");

test("a crash loop is started again at once, then no sooner than after 100, 200, 400 ms and so on, up to 30 s", (t) => {
  let state = runs();
  let now = 0;
  const waits: number[] = [];
  for (let i = 0; i < 12; i++) {
    now += 5;
    state = ended(state, crash, now);
    waits.push(state.startAt - now);
    t.false(mayStart(state, state.startAt - 1), `try ${i}`);
    t.true(mayStart(state, state.startAt), `try ${i}`);
    now = state.startAt;
    state = started(starting(state, now), running, false);
  }
  t.deepEqual(waits, [0, 100, 200, 400, 800, 1_600, 3_200, 6_400, 12_800, 25_600, 30_000, 30_000]);
  t.is(state.backoff.restarts, 12);
});

test("what ran for ten seconds ran well: its end has nothing to do with earlier ones", (t) => {
  let state = ended(ended(ended(runs(), crash, 1), crash, 2), crash, 3);
  t.is(state.startAt, 203);
  state = started(starting(state, 1_000), running, false);
  t.is(ended(state, crash, 1_000 + 9_999).startAt, 1_000 + 9_999 + 400);
  const after = ended(state, crash, 1_000 + 10_000);
  t.is(after.startAt, 1_000 + 10_000);
  t.is(after.phase, "waiting");
  t.is(after.backoff.restarts, 4, "restarts are counted all the same");
});

test("how it ended decides, by its policy, whether it is started again", (t) => {
  const rows: readonly (readonly [RestartPolicy, typeof crash, boolean])[] = [
    ["always", well, true],
    ["always", crash, true],
    ["on-failure", well, false],
    ["on-failure", crash, true],
    ["never", well, false],
    ["never", crash, false],
  ];
  for (const [policy, how, again] of rows) {
    const state = ended(runs(wanted(policy)), how, 5);
    t.is(state.phase, again ? "waiting" : "stopped", `${policy}, ${how.code}`);
    t.is(mayStart(state, 1e9), again);
    t.is(state.running, null);
    t.is(state.problem, `exited with ${how.code}`);
    t.is(state.backoff.restarts, again ? 1 : 0);
  }
});

test("a new command is a new chance, and its restarts are counted on", (t) => {
  const crashed = ended(ended(ended(runs(), crash, 1), crash, 2), crash, 3);
  t.true(isFailed(crashed));
  const fresh = desire(crashed, wanted("always", "two"));
  t.deepEqual(fresh.backoff, { quickEnds: 0, restarts: 3 });
  t.deepEqual([fresh.phase, fresh.startAt, fresh.problem], ["waiting", 0, null]);
  t.true(mayStart(fresh, 3));
  t.false(isFailed(fresh));
});

test("another care is no new command: all that is known stays", (t) => {
  const crashed = ended(ended(runs(), crash, 1), crash, 2);
  const same = desire(crashed, wanted("never"));
  t.deepEqual({ ...same, process: crashed.process }, crashed);
  t.is(same.process.care.restart, "never");
});

test("what runs goes on as it was while another command is wanted of it", (t) => {
  const serving = checked(runs(), ready, null, 5);
  const changed = desire(serving, wanted("always", "two"));
  t.deepEqual([changed.phase, changed.running, changed.startedAt], ["ready", running, 0]);
  t.is(changed.provedAt, serving.provedAt);
  t.is(desire(null, wanted()).phase, "waiting");
});

test("found in service and not yet well, it stays in service until the probes are sure", (t) => {
  const found = adopted(desire(null, wanted()), running, true, 50);
  t.is(found.phase, "ready");
  t.is(found.provedAt, 50, "it is relied on at once");
  t.is(found.startedAt, 50);
  const still = checked(found, healthOf("starting"), "no answer yet", 60);
  t.deepEqual([still.phase, still.problem], ["ready", "no answer yet"]);
  t.is(checked(still, healthOf("unhealthy"), "no answer", 70).phase, "unhealthy");
  t.is(checked(still, healthOf("ready"), null, 70).problem, null);
  t.is(adopted(desire(null, wanted()), running, false, 50).phase, "starting");
});

test("it is relied on when it has been ready for a second, longer the more often it ended soon", (t) => {
  t.is(checked(runs(), ready, null, 500).provedAt, 500 + 1_000);
  const again = (ends: number): ProcessState => {
    let state = runs();
    for (let i = 0; i < ends; i++) state = started(starting(ended(state, crash, i), i), running, false);
    return checked(state, ready, null, 500);
  };
  t.is(again(1).provedAt, 500 + 2_000);
  t.is(again(3).provedAt, 500 + 8_000);
  t.is(again(9).provedAt, 500 + 10_000);
  const serving = checked(runs(), ready, null, 500);
  t.is(checked(serving, ready, null, 900).provedAt, 1_500, "that it still is proves nothing anew");
});

test("a probe says nothing of what does not run", (t) => {
  const down = ended(runs(), crash, 5);
  t.is(checked(down, ready, null, 6), down);
});

test("what is unhealthy is ended and started again by its policy, if the program said how to ask", (t) => {
  const sick = (restart: RestartPolicy, asks: Probe | null): ProcessState =>
    checked(runs(wanted(restart, "one", asks)), healthOf("unhealthy"), "no answer", 5);
  t.is(restartUnhealthy(sick("always", null), 5), null);
  t.is(restartUnhealthy(sick("never", probe), 5), null);
  const once = restartUnhealthy(sick("on-failure", probe), 5)!;
  t.is(once.startAt, 5);
  t.deepEqual(once.backoff, { quickEnds: 1, restarts: 1 });
  const twice = restartUnhealthy(once, 6)!;
  t.is(twice.startAt, 6 + 100);
  t.is(restartUnhealthy(ended(sick("always", probe), crash, 6), 7), null, "it does not run");
  const late = restartUnhealthy(
    checked(runs(wanted("always", "one", probe)), healthOf("unhealthy"), "", 10_000),
    10_000,
  )!;
  t.deepEqual(late.backoff, { quickEnds: 1, restarts: 1 });
});

test("what we end is to be started again as soon as possible", (t) => {
  t.deepEqual([gone(runs()).phase, gone(runs()).running], ["waiting", null]);
  const down = ended(ended(runs(), crash, 1), crash, 2);
  t.is(gone(down), down, "it had ended before, and waits");
});

test("a start that was refused is no end, and waits", (t) => {
  const refused = startRefused(starting(desire(null, wanted()), 5), "no such command");
  t.deepEqual([refused.phase, refused.running, refused.problem], ["backoff", null, "no such command"]);
  t.is(refused.backoff.quickEnds, 0);
  t.false(isFailed(refused));
});

test("it has failed after three quick ends in a row, or when it is unhealthy, or will not be started", (t) => {
  let state = runs();
  const failed: boolean[] = [];
  for (let i = 1; i <= 4; i++) {
    state = ended(state, crash, i);
    failed.push(isFailed(state));
  }
  t.deepEqual(failed, [false, false, true, true]);
  t.true(isFailed(checked(runs(), healthOf("unhealthy"), null, 5)));
  t.true(isFailed(ended(runs(wanted("never")), crash, 5)));
  t.false(isFailed(ended(runs(wanted("never")), well, 5)));
  t.false(isFailed(runs()));
  t.false(isFailed(checked(runs(), ready, null, 5)));
});

test("there is nothing to wait for when it is ready, or has ended for good", (t) => {
  t.true(isSettled(checked(runs(), ready, null, 5)));
  t.true(isSettled(ended(runs(wanted("never")), well, 5)));
  for (const state of [runs(), desire(null, wanted()), ended(runs(), crash, 5)]) t.false(isSettled(state));
  t.false(isSettled(checked(runs(), healthOf("unhealthy"), null, 5)));
});

test("how it ended, in words", (t) => {
  t.is(describeEnd({ code: 3, signal: null }), "exited with 3");
  t.is(describeEnd({ code: null, signal: "SIGKILL" }), "ended by SIGKILL");
  t.is(
    describeEnd({ code: null, signal: null }),
    "ended while nobody supervised the system, so how is not known",
  );
  const left = (...names: string[]): string => describeEnd({ code: 0, signal: null, left: names });
  t.is(left(), "exited with 0");
  t.is(
    left("nginx", "nginx"),
    "exited with 0, and left nginx running in the background: keep it in the foreground (-g 'daemon off;')",
  );
  t.is(
    left("php-fpm8.2", "a", "b", "c"),
    "exited with 0, and left php-fpm8.2, a, b running in the background: keep it in the foreground (--nodaemonize)",
  );
  t.is(left("own"), "exited with 0, and left own running in the background: keep it in the foreground");
});

test("what is not ready within its time is told and started anew, later and later; `restart never` leaves it", (t) => {
  const limited = (restart: RestartPolicy): Process => ({
    ...wanted(restart),
    care: { restart, probe: null, startMs: 60_000 },
  });
  let state = checked(
    runs(limited("on-failure"), 1_000),
    healthOf("starting"),
    "nothing listens on 80 yet",
    2_000,
  );
  t.is(startLimitAt(state), 61_000);
  const first = notReadyInTime(state, "1m", 61_000);
  t.true(first.again);
  t.like(first.state, {
    phase: "unhealthy",
    problem: "not ready within 1m: nothing listens on 80 yet",
    startAt: 61_000,
  });
  state = started(starting(gone(first.state), 61_000), running, false);
  t.is(startLimitAt(state), 121_000);
  t.is(notReadyInTime(state, "1m", 121_000).state.startAt, 121_100, "a minute of waiting was no good run");
  t.is(startLimitAt(checked(state, ready, null, 70_000)), Number.POSITIVE_INFINITY, "it was in time");
  t.is(startLimitAt(runs(wanted())), Number.POSITIVE_INFINITY, "it has no limit");

  const left = notReadyInTime(runs(limited("never")), "1m", 60_000);
  t.false(left.again);
  t.true(isFailed(left.state));
  t.is(checked(left.state, healthOf("starting"), "still", 61_000).phase, "unhealthy");
  t.is(checked(left.state, ready, null, 61_000).phase, "ready");
});

test("a new chance: what waits for its next start is started at once, and what runs well or has ended for good stays", (t) => {
  let waits = runs();
  for (let i = 0; i < 6; i++) waits = ended(started(starting(waits, 1), running, false), crash, 2);
  t.is(waits.phase, "backoff");
  const given = newChance(waits);
  t.is(given.phase, "waiting");
  t.true(mayStart(given, 2));
  t.deepEqual(given.backoff, { quickEnds: 0, restarts: 6 }, "restarts are counted on");
  t.is(newChance(startRefused(runs(), "no such command")).phase, "waiting");
  const well = checked(runs(), ready, null, 5);
  t.is(newChance(well), well);
  const over = ended(runs(wanted("never")), crash, 5);
  t.is(newChance(over), over);
});
