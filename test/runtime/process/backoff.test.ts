import test from "ava";
import fc from "fast-check";
import {
  afterExit,
  type Backoff,
  delayMs,
  firstDelayMs,
  freshBackoff,
  healthyMs,
  longestDelayMs,
} from "../../../runtime/process/backoff.ts";

const runs = { numRuns: Number(process.env.FUZZ_RUNS ?? 300) };
const exits = fc.record({ code: fc.option(fc.nat(255)), signal: fc.option(fc.constant("SIGKILL")) });
const crash = { code: 1, signal: null };

test("the first restart is at once, the next wait 100 ms, twice as long each, at most 30 s", (t) => {
  t.deepEqual(
    Array.from({ length: 12 }, (_, index) => delayMs(index)),
    [0, 100, 200, 400, 800, 1600, 3200, 6400, 12_800, 25_600, 30_000, 30_000],
  );
});

test("whatever happens, delays stay in bounds and quick ends never shorten them", (t) => {
  const property = fc.property(
    fc.array(fc.tuple(exits, fc.nat(2 * healthyMs)), { maxLength: 60 }),
    (history) => {
      let backoff: Backoff = freshBackoff;
      let lastMs = -1;
      for (const [index, [exit, ranMs]] of history.entries()) {
        const verdict = afterExit("always", backoff, exit, ranMs);
        if (verdict._tag !== "restart") return false;
        const { afterMs } = verdict;
        if (!(afterMs === 0 || (afterMs >= firstDelayMs && afterMs <= longestDelayMs))) return false;
        if (ranMs >= healthyMs ? afterMs !== 0 : afterMs < lastMs) return false;
        if (verdict.backoff.restarts !== index + 1) return false;
        lastMs = afterMs;
        backoff = verdict.backoff;
      }
      return true;
    },
  );
  t.notThrows(() => fc.assert(property, runs));
});

test("an endless row of crashes never starts more than a few in a minute", (t) => {
  let backoff: Backoff = freshBackoff;
  let now = 0;
  let starts = 0;
  for (; now < 60_000; starts++) {
    const verdict = afterExit("always", backoff, crash, 5);
    if (verdict._tag === "stay") return t.fail();
    now += 5 + verdict.afterMs;
    backoff = verdict.backoff;
  }
  t.true(starts < 13, `${starts}`);
});

test("policies: always, only after failures, never; an unknown end is a failure", (t) => {
  const tag = (policy: "always" | "on-failure" | "never", code: number | null, signal: string | null) =>
    afterExit(policy, freshBackoff, { code, signal }, 1)._tag;
  t.deepEqual(
    [tag("always", 0, null), tag("always", 1, null), tag("always", null, null)],
    ["restart", "restart", "restart"],
  );
  t.deepEqual(
    [
      tag("on-failure", 0, null),
      tag("on-failure", 2, null),
      tag("on-failure", null, "SIGSEGV"),
      tag("on-failure", null, null),
    ],
    ["stay", "restart", "restart", "restart"],
  );
  t.deepEqual([tag("never", 1, null), tag("never", null, "SIGKILL")], ["stay", "stay"]);
});
