/**
 * What probes say of one instance, over time. Before it was first ready it is starting,
 * and only a long failure counts against it; later, one slow answer is not yet an
 * illness. Pure: the caller has the clock and the probes.
 */

export type Health =
  | { readonly _tag: "starting"; readonly since: number }
  | { readonly _tag: "ready"; readonly failures: number }
  | { readonly _tag: "unhealthy"; readonly failures: number; readonly why: string };

export interface Limits {
  /** Failures in a row after which a ready instance gets no new connections. */
  readonly unhealthyAfter: number;
  /** Failures in a row after which it is restarted. */
  readonly restartAfter: number;
  /** How long an instance may take to be ready for the first time, in milliseconds. */
  readonly startMs: number;
}

export const usualLimits = (everyMs: number): Limits => ({
  unhealthyAfter: 2,
  restartAfter: 4,
  startMs: Math.max(60_000, 10 * everyMs),
});

export type Verdict = { readonly ok: true } | { readonly ok: false; readonly why: string };

export interface Diagnosis {
  readonly health: Health;
  /** Why it should be restarted; null where it should not. */
  readonly restart: string | null;
}

export const probed = (health: Health, verdict: Verdict, now: number, limits: Limits): Diagnosis => {
  if (verdict.ok) return { health: { _tag: "ready", failures: 0 }, restart: null };
  switch (health._tag) {
    case "starting":
      return now - health.since < limits.startMs
        ? { health, restart: null }
        : { health: { _tag: "starting", since: now }, restart: `not ready for long: ${verdict.why}` };
    case "ready":
    case "unhealthy": {
      const failures = health.failures + 1;
      const next: Health =
        failures < limits.unhealthyAfter && health._tag === "ready"
          ? { _tag: "ready", failures }
          : { _tag: "unhealthy", failures, why: verdict.why };
      return { health: next, restart: failures % limits.restartAfter === 0 ? verdict.why : null };
    }
  }
};
