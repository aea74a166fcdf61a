/**
 * When an artifact that ended is started again: at once the first time, then later and
 * later, and at once again after it has run well for a while. Pure: time comes in.
 */
import type { RestartPolicy } from "../../src/core/resource.ts";
import type { Exit } from "../ffi/wait.ts";

/** How often the artifact of an instance has ended. */
export interface Backoff {
  /** Ends in a row, each too soon after its start. */
  readonly quickEnds: number;
  /** How often it has been started again, in all. */
  readonly restarts: number;
}

/** Of an artifact that has never ended. */
export const freshBackoff: Backoff = { quickEnds: 0, restarts: 0 };

/** What follows an end: a restart after some milliseconds, or none. */
export type Verdict =
  | { readonly _tag: "restart"; readonly afterMs: number; readonly backoff: Backoff }
  | { readonly _tag: "stay"; readonly backoff: Backoff };

/** Milliseconds before the second restart in a row; the first comes at once. */
export const firstDelayMs = 100;
/** Milliseconds before a restart, at most. */
export const longestDelayMs = 30_000;
/** An artifact that ran for so many milliseconds ran well: its end has nothing to do with earlier ones. */
export const healthyMs = 10_000;

/** 0, 100 ms, 200 ms, 400 ms, … 30 s. */
export const delayMs = (quickEnds: number): number =>
  quickEnds === 0 ? 0 : Math.min(longestDelayMs, firstDelayMs * 2 ** Math.min(quickEnds - 1, 30));

/** How an adopted process ended is not known: a failure is assumed. */
const isFailure = ({ code }: Exit): boolean => code !== 0;

/** Whether another is to be started after a process that ended so. */
export const wantsRestart = (policy: RestartPolicy, exit: Exit): boolean => {
  switch (policy) {
    case "always":
      return true;
    case "on-failure":
      return isFailure(exit);
    case "never":
      return false;
  }
};

/** What is to be done after an end, the process having run for `ranMs`. */
export const afterExit = (policy: RestartPolicy, backoff: Backoff, exit: Exit, ranMs: number): Verdict => {
  if (!wantsRestart(policy, exit)) return { _tag: "stay", backoff: { ...backoff, quickEnds: 0 } };
  const quickEnds = ranMs >= healthyMs ? 0 : backoff.quickEnds;
  return {
    _tag: "restart",
    afterMs: delayMs(quickEnds),
    backoff: { quickEnds: quickEnds + 1, restarts: backoff.restarts + 1 },
  };
};
