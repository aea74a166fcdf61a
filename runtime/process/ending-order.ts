/** In which order the processes of a system end: what was started after others (`after`) ends before them, and all else at once. */
import { setTimeout as sleep } from "node:timers/promises";
import type { ProcessRecord } from "./record.ts";

/** Of which process it is, and after which automata it was started. */
type Noted = Pick<ProcessRecord, "automaton" | "after">;

/** All automata that each was started after, also by way of others. */
const predecessors = (records: readonly Noted[]): ((automaton: string) => ReadonlySet<string>) => {
  const afterOf = new Map<string, readonly string[]>();
  for (const { automaton, after = [] } of records)
    afterOf.set(automaton, [...(afterOf.get(automaton) ?? []), ...after]);
  return (automaton) => {
    const found = new Set(afterOf.get(automaton));
    for (const one of found) for (const next of afterOf.get(one) ?? []) found.add(next);
    return found;
  };
};

/**
 * By each automaton that must wait for others to end: these others. What is in no relation to anything stands nowhere here,
 * nor does a circle, which notes of different texts may form together.
 */
export const endsAfter = (
  running: Iterable<string>,
  records: readonly Noted[],
): ReadonlyMap<string, ReadonlySet<string>> => {
  const waits = new Map<string, Set<string>>();
  if (records.every(({ after }) => after === undefined)) return waits;
  const before = predecessors(records);
  const names = new Set(running);
  for (const later of names)
    for (const earlier of before(later)) {
      if (!names.has(earlier) || before(earlier).has(later)) continue;
      const known = waits.get(earlier);
      if (known === undefined) waits.set(earlier, new Set([later]));
      else known.add(later);
    }
  return waits;
};

/** So long processes end in the order of their `after`, in milliseconds; then nothing waits for others any more. */
const orderedMs = 60_000;

interface Running {
  readonly automaton: string;
}

/** Those that have to end in an order, or by a signal of their own. */
export const endedSingly = <P extends Running>(
  running: readonly P[],
  records: readonly (Noted & Pick<ProcessRecord, "stop">)[],
): readonly P[] => {
  const names = running.map(({ automaton }) => automaton);
  const named = new Set([...endsAfter(names, records)].flatMap(([name, others]) => [name, ...others]));
  for (const { automaton, stop } of records) if (stop !== undefined) named.add(automaton);
  return running.filter(({ automaton }) => named.has(automaton));
};

/** Ends each when those that were started after it have ended. That one cannot be ended holds up no other. */
export const endInOrder = async <P extends Running>(
  running: readonly P[],
  records: readonly Noted[],
  end: (one: P) => Promise<void>,
  mostMs = orderedMs,
): Promise<void> => {
  const names = running.map(({ automaton }) => automaton);
  const waits = endsAfter(names, records);
  const limit = new AbortController();
  const late = sleep(mostMs, undefined, { signal: limit.signal }).catch(() => {});
  const endings = new Map<string, Promise<unknown>>();
  const endOf = (automaton: string): Promise<unknown> => {
    const known = endings.get(automaton);
    if (known !== undefined) return known;
    const others = [...(waits.get(automaton) ?? [])].map(endOf);
    const ending = Promise.race([Promise.all(others), late]).then(() =>
      Promise.allSettled(running.filter((each) => each.automaton === automaton).map(end)),
    );
    endings.set(automaton, ending);
    return ending;
  };
  await Promise.all(names.map(endOf));
  limit.abort();
};
