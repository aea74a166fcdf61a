/** What a row of probes says of an instance. Pure. */
import type { Health } from "../../src/core/monitor.ts";
import type { Care } from "../../src/core/resource.ts";

/** The health of an instance that has not been probed since its start. */
export const unprobed: Health = { _tag: "starting", failures: 0 };

/** One failure may be chance: this many in a row are not. */
export const failuresAllowed = 3;
/** A program may take its time to start. */
export const failuresAllowedAtStart = 60;

/** How many answers in a row it takes. */
export interface Thresholds {
  /** Failures that make a ready instance unhealthy. */
  readonly failures: number;
  /** Failures that make one unhealthy that was never ready; infinite where its start has a limit of its own. */
  readonly failuresAtStart: number;
  /** Successes that make it ready. */
  readonly successes: number;
}

/** The thresholds of an instance, as it is to be looked after. */
export const thresholdsOf = ({ probe, startMs }: Pick<Care, "probe" | "startMs">): Thresholds => {
  const { failures = failuresAllowed, successes = 1 } = probe ?? {};
  const failuresAtStart =
    startMs === undefined ? Math.max(failuresAllowedAtStart, failures) : Number.POSITIVE_INFINITY;
  return { failures, failuresAtStart, successes };
};

/** The health after one more probe. */
export const afterProbe = (health: Health, succeeded: boolean, thresholds: Thresholds): Health => {
  if (succeeded) {
    const successes = health._tag === "ready" ? thresholds.successes : (health.successes ?? 0) + 1;
    return successes >= thresholds.successes
      ? { _tag: "ready", failures: 0 }
      : { _tag: health._tag, failures: 0, successes };
  }
  const failures = health.failures + 1;
  switch (health._tag) {
    case "starting":
      return failures < thresholds.failuresAtStart
        ? { _tag: "starting", failures }
        : { _tag: "unhealthy", failures };
    case "ready":
      return failures < thresholds.failures ? { _tag: "ready", failures } : { _tag: "unhealthy", failures };
    case "unhealthy":
      return { _tag: "unhealthy", failures };
  }
};

const soonestMs = 50;

/**
 * Until the next probe: as the program says, but while an instance starts and does not answer,
 * soon at first and then less and less often.
 */
export const nextProbeMs = (health: Health, everyMs: number): number =>
  health._tag === "starting" && (health.successes ?? 0) === 0
    ? Math.min(everyMs, soonestMs * 1.5 ** Math.min(health.failures, 40))
    : everyMs;
