/**
 * How many instances there are to be, when what is asked for is noisy: as many as were
 * asked for at most within the last settle time. So it goes up at once, comes down only
 * after less has been asked for so long, and cannot flap: between a rise and a fall
 * that follows it lies at least the settle time. (The stabilization window of
 * Kubernetes' horizontal autoscaler, as a sliding-window maximum.)
 *
 * Pure: the caller has the clock. Amortized O(1) an answer.
 */

interface Ask {
  readonly count: number;
  /** When something else was asked for; infinite while it still is. */
  readonly endedAt: number;
}

/**
 * What was asked for and may still count: later entries ask for less than earlier ones,
 * and only the last is still asked for. Whatever was followed by as much or more is gone.
 */
export interface Settling {
  readonly asks: readonly Ask[];
}

/** Nothing has been asked for yet; `count` run, and count as asked for until now. */
export const settled = (count: number): Settling => ({
  asks: [{ count, endedAt: Number.POSITIVE_INFINITY }],
});

export const ask = ({ asks }: Settling, count: number, now: number): Settling => {
  const last = asks.at(-1)!;
  if (last.count === count) return { asks };
  const ended = [...asks.slice(0, -1), { ...last, endedAt: now }];
  while (ended.length > 0 && ended.at(-1)!.count <= count) ended.pop();
  return { asks: [...ended, { count, endedAt: Number.POSITIVE_INFINITY }] };
};

export interface SettlingTarget {
  readonly settling: Settling;
  readonly target: number;
  /** When the target falls if nothing else is asked for; null where it will not. */
  readonly fallsAt: number | null;
}

/** Forgets what was last asked for a settle time ago, and tells what still holds. */
export const settle = ({ asks }: Settling, now: number, settleMs: number): SettlingTarget => {
  const from = asks.findIndex(({ endedAt }) => endedAt + settleMs > now);
  const standing = from === 0 ? asks : asks.slice(from);
  const { count, endedAt } = standing[0]!;
  return {
    settling: { asks: standing },
    target: count,
    fallsAt: endedAt === Number.POSITIVE_INFINITY ? null : endedAt + settleMs,
  };
};
