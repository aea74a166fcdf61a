/**
 * Backoff of what goes wrong again and again: how long to wait before the next try.
 * A few tries are free; each further one waits twice as long as the one before, up to a
 * bound; time in which nothing goes wrong forgives. Pure: the caller has the clock.
 */

/** How long is waited, and what is forgiven. */
export interface BackoffPolicy {
  /** Tries that wait for nothing. */
  readonly free: number;
  /** The wait after them, in milliseconds. */
  readonly firstMs: number;
  readonly longestMs: number;
  /** Each such stretch of calm forgives one try. */
  readonly forgiveMs: number;
}

/** How often something went wrong, and until when it waits. */
export interface BackoffState {
  /** How often it went wrong, less what was forgiven. */
  readonly count: number;
  /** Nothing is to be tried before. In milliseconds of the caller's clock. */
  readonly until: number;
}

/** Nothing has gone wrong. */
export const noBackoff: BackoffState = { count: 0, until: Number.NEGATIVE_INFINITY };

/** How often it went wrong, less what was forgiven until now. Calm counts from the end of a wait: what only waits has not been seen to go well. */
export const failuresNow = (
  { count, until }: BackoffState,
  now: number,
  { forgiveMs }: BackoffPolicy,
): number => Math.max(0, count - Math.max(0, now - until) / forgiveMs);

/** It went wrong once more. */
export const failedAgain = (backoff: BackoffState, now: number, policy: BackoffPolicy): BackoffState => {
  const count = failuresNow(backoff, now, policy) + 1;
  const beyond = count - policy.free;
  const wait = beyond <= 0 ? 0 : Math.min(policy.firstMs * 2 ** (Math.ceil(beyond) - 1), policy.longestMs);
  return { count, until: now + wait };
};

/** An operation that the world refused. */
export const afterRefusal: BackoffPolicy = { free: 0, firstMs: 50, longestMs: 30_000, forgiveMs: 10_000 };
/** What is repaired, and taken away again. */
export const afterRepair: BackoffPolicy = { free: 100, firstMs: 100, longestMs: 5_000, forgiveMs: 100 };
