/**
 * Which instances of an automaton stay, go, or are replaced, so that those who use it
 * notice nothing. A decision follows from how things stand alone, so an orchestrator
 * that takes over in the middle of a roll goes on where the last one died.
 *
 * What must hold: by its own doing no decision leaves fewer ready instances in service
 * than are asked for; nobody is stopped who may still have connections, but for the
 * grace; what was taken out comes back if the reason is gone. Pure: the caller has the
 * clock.
 */

/** An instance that exists. */
export interface Seat {
  readonly index: number;
  /** It runs what is wanted of it now; else its process must be replaced. */
  readonly current: boolean;
  /** It answers. */
  readonly ready: boolean;
  /** It will not answer again before something changes. */
  readonly hopeless: boolean;
  /** It gets no new connections, by decision; null: it gets them when it is ready. */
  readonly out: Out | null;
}

export interface Out {
  readonly since: number;
  /** Connections still open, counted after it was taken out; null: not counted yet. */
  readonly open: number | null;
}

export interface Stance {
  /** How many are asked for. */
  readonly target: number;
  readonly seats: readonly Seat[];
  /** Whether there is somebody to notice: instances that others reach are replaced after their successors. */
  readonly reached: boolean;
  /** How long open connections may take to finish, in milliseconds. */
  readonly graceMs: number;
  readonly now: number;
}

export interface Decision {
  /** How many instances there must be at least. */
  readonly hold: number;
  /** These get no new connections. */
  readonly out: ReadonlySet<number>;
  /** The processes of these may be replaced now. */
  readonly replace: ReadonlySet<number>;
  /** When to look again at the latest; null: when something changes. */
  readonly lookAt: number | null;
}

/** So many are replaced at a time: a quarter, as is usual. */
const atATime = (target: number): number => Math.max(1, Math.floor(target / 4));

const isDrained = ({ out }: Seat, { reached, graceMs, now }: Stance): boolean =>
  !reached || (out !== null && (out.open === 0 || now >= out.since + graceMs));

/** Who is out: those who are to go or to be replaced, as far as the rest can do without them. */
const takeOut = (stance: Stance, keep: number): ReadonlySet<number> => {
  const { target, seats, reached } = stance;
  const mustGo = ({ index, current }: Seat): boolean => (reached && index >= keep) || !current;
  const givenUp = seats.filter(({ index, hopeless }) => index < target && hopeless).length;
  const needed = target - givenUp;
  let serving = seats.filter(({ ready, out }) => ready && out === null).length;
  let missing = seats.filter(
    (seat) => seat.index < target && !seat.hopeless && !(seat.ready && seat.out === null),
  ).length;
  const out = new Set<number>();
  for (const seat of seats) {
    if (seat.out === null) continue;
    if (mustGo(seat)) out.add(seat.index);
    else if (seat.ready) serving++;
  }
  const candidates = seats.filter((seat) => seat.out === null && mustGo(seat));
  // What goes for good goes first, the last come first.
  candidates.sort(
    (a, b) =>
      Number(b.index >= keep) - Number(a.index >= keep) ||
      (a.index >= keep ? b.index - a.index : a.index - b.index),
  );
  for (const { index, ready } of candidates) {
    const spare = !ready || (reached ? serving > needed : index >= keep || missing < atATime(target));
    if (!spare) continue;
    out.add(index);
    if (!ready) continue;
    serving--;
    if (index < target) missing++;
  }
  return out;
};

export const decide = (stance: Stance): Decision => {
  const { target, seats, reached, graceMs } = stance;
  const stale = seats.filter(({ index, current }) => index < target && !current).length;
  // Successors first: they are further instances until the roll is through.
  const keep = target + (reached ? Math.min(stale, atATime(target)) : 0);
  const out = takeOut(stance, keep);
  const replace = new Set<number>();
  let hold = keep;
  let lookAt: number | null = null;
  for (const seat of seats) {
    const { index, current } = seat;
    if (!reached && index >= keep) continue; // it may go at once
    const isOut = out.has(index);
    const drained = isOut && isDrained(seat, stance);
    if (drained && !current && index < keep) replace.add(index);
    if (!drained && index >= keep) hold = Math.max(hold, index + 1);
    if (isOut && !drained && seat.out !== null) {
      lookAt = Math.min(lookAt ?? Number.POSITIVE_INFINITY, seat.out.since + graceMs);
    }
  }
  return { hold, out, replace, lookAt };
};
