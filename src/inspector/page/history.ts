/** What the page saw of each automaton over time, as far back as it has been open. */

/** One moment. */
export interface Moment {
  /** Seconds since 1970. */
  readonly time: number;
  readonly count: number;
  readonly ready: number;
  /** What is measured of it: `connections`, `cpu`, … */
  readonly observed: Readonly<Record<string, number>>;
}

/** Moments of one automaton; the oldest go. */
const most = 2_000;
/** Automata of which moments are kept. */
const mostAutomata = 20_000;

const moments = new Map<string, Moment[]>();

/** Notes how an automaton stands now. */
export const noteMoment = (name: string, moment: Moment): void => {
  const known = moments.get(name) ?? [];
  if (known.length === 0) moments.set(name, known);
  known.push(moment);
  if (known.length >= 2 * most) known.splice(0, known.length - most);
  if (moments.size > mostAutomata) moments.delete(moments.keys().next().value!);
};

/** How an automaton stood, the oldest first; each moment holds until the next. */
export const momentsOf = (name: string): readonly Moment[] => moments.get(name) ?? [];
