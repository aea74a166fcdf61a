/** How often instances are looked at: whether their programs listen. Pure: the caller has the clock. */

/** Between looks at whether a program listens, in milliseconds: often at first, and never more seldom than this. */
const firstLookMs = 2;
const lastLookMs = 1_000;
/** The looks at all instances together are at most one in so many milliseconds, however many there are. */
const budgetMs = 10;
/** A program that is taking its time is looked at again after a tenth of the time that it took so far. */
const share = 0.1;

/** Between looks at one that listens as it should, of so many that are looked at. */
export const restingLookMs = (watched: number): number => Math.max(lastLookMs, watched * budgetMs);

/** Until the next look at one that has not been listening for so long. */
export const waitingLookMs = (sinceMs: number, watched: number): number =>
  Math.min(restingLookMs(watched), Math.max(firstLookMs, sinceMs * share));

/** A listener may be closed and opened again: gone is what is gone at a second look, after so long. */
export const secondLookMs = 50;
