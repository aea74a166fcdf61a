/**
 * When an instance counts as ready that the program gives no way to ask (no `health`).
 * Pure: the caller has the clock.
 *
 * With ports it is ready while it listens on all of them; without, once it has run for a
 * while. One that keeps ending has to run longer each time, so that none is called ready
 * that is about to end again.
 */
import { healthyMs } from "../../../runtime/process/backoff.ts";

/** So long has a program to run that listens nowhere, before it counts as running. In milliseconds. */
export const steadyMs = 1_000;

/** The same for one that has ended so often in a row, each time soon after its start. */
export const steadyAfterMs = (quickEnds: number): number =>
  Math.min(healthyMs, steadyMs * 2 ** Math.min(quickEnds, 30));

/** Of one that has not become ready after so long it is told why. */
export const lateMs = 10_000;

/** One that has not become ready after so long is a problem of the system; it is waited for all the same. */
export const overdueMs = 30_000;
