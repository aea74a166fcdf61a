/** What a row of probes says of an instance. Pure. */
import type { Health } from "../../src/core/monitor.ts";

/** The health of an instance that has not been probed since its start. */
export const unprobed: Health = { _tag: "starting", failures: 0 };

/** One failure may be chance: this many in a row are not. */
export const failuresAllowed = 3;
/** A program may take its time to start. */
export const failuresAllowedAtStart = 60;

/** The health after one more probe. Well once is well again. */
export const afterProbe = (health: Health, succeeded: boolean): Health => {
  if (succeeded) return { _tag: "ready", failures: 0 };
  const failures = health.failures + 1;
  switch (health._tag) {
    case "starting":
      return failures < failuresAllowedAtStart
        ? { _tag: "starting", failures }
        : { _tag: "unhealthy", failures };
    case "ready":
      return failures < failuresAllowed ? { _tag: "ready", failures } : { _tag: "unhealthy", failures };
    case "unhealthy":
      return { _tag: "unhealthy", failures };
  }
};

const soonestMs = 50;

/**
 * Until the next probe: as the program says, but while an instance starts, soon at
 * first and then less and less often.
 */
export const nextProbeMs = (health: Health, everyMs: number): number =>
  health._tag === "starting" ? Math.min(everyMs, soonestMs * 1.5 ** Math.min(health.failures, 40)) : everyMs;
