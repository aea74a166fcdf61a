import test from "ava";
import { type Health, probed, usualLimits, type Verdict } from "../../src/live/health.ts";

const limits = usualLimits(1_000);
const good: Verdict = { ok: true };
const bad: Verdict = { ok: false, why: "refused" };
const starting: Health = { _tag: "starting", since: 0 };

/** The states after each verdict, a second apart. */
const play = (first: Health, verdicts: readonly Verdict[]) => {
  let health = first;
  return verdicts.map((verdict, i) => {
    const said = probed(health, verdict, i * 1_000, limits);
    health = said.health;
    return `${health._tag}${said.restart === null ? "" : " restart"}`;
  });
};

test("an instance is ready with its first good answer", (t) => {
  t.deepEqual(play(starting, [bad, bad, good]), ["starting", "starting", "ready"]);
});

test("one slow answer is no illness; several are, and one good answer heals", (t) => {
  t.deepEqual(play(starting, [good, bad, good, bad, bad, good]), [
    "ready",
    "ready",
    "ready",
    "ready",
    "unhealthy",
    "ready",
  ]);
});

test("what fails on and on is restarted", (t) => {
  t.deepEqual(play(starting, [good, bad, bad, bad, bad]), [
    "ready",
    "ready",
    "unhealthy",
    "unhealthy",
    "unhealthy restart",
  ]);
});

test("what never gets ready is restarted after a long time only", (t) => {
  const { startMs } = limits;
  t.is(probed(starting, bad, startMs - 1, limits).restart, null);
  t.is(probed(starting, bad, startMs, limits).restart, "not ready for long: refused");
});
