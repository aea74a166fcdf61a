/**
 * Patience with what goes wrong again and again: how long to wait before the next try.
 * A few tries are free; each further one waits twice as long as the one before, up to a
 * bound; time in which nothing goes wrong forgives. Pure: the caller has the clock.
 */

export interface Patience {
  /** Tries that wait for nothing. */
  readonly free: number;
  /** The wait after them, in milliseconds. */
  readonly firstMs: number;
  readonly longestMs: number;
  /** Each such stretch of calm forgives one try. */
  readonly forgiveMs: number;
}

export interface Trouble {
  /** How often it went wrong, less what was forgiven. */
  readonly count: number;
  /** Nothing is to be tried before. In milliseconds of the caller's clock. */
  readonly until: number;
}

export const noTrouble: Trouble = { count: 0, until: Number.NEGATIVE_INFINITY };

/** Calm counts from the end of a wait: whoever only waits has not been seen to go well. */
export const forgiven = ({ count, until }: Trouble, now: number, { forgiveMs }: Patience): number =>
  Math.max(0, count - Math.max(0, now - until) / forgiveMs);

/** It went wrong once more. */
export const wrong = (trouble: Trouble, now: number, patience: Patience): Trouble => {
  const count = forgiven(trouble, now, patience) + 1;
  const beyond = count - patience.free;
  const wait =
    beyond <= 0 ? 0 : Math.min(patience.firstMs * 2 ** (Math.ceil(beyond) - 1), patience.longestMs);
  return { count, until: now + wait };
};

/** An operation that the world refused. */
export const afterRefusal: Patience = { free: 0, firstMs: 50, longestMs: 30_000, forgiveMs: 10_000 };
/** What is repaired, and taken away again. */
export const afterRepair: Patience = { free: 100, firstMs: 100, longestMs: 5_000, forgiveMs: 100 };
/** A process that ends by itself. */
export const afterExit: Patience = { free: 3, firstMs: 100, longestMs: 30_000, forgiveMs: 10_000 };
