/** In which order the processes of a system end: what was started after others (`after`) ends before them. */
import type { ProcessRecord } from "./record.ts";

/** Of which process it is, and after which automata it was started. */
type Noted = Pick<ProcessRecord, "automaton" | "after">;

/** How many automata stand before each in the longest chain of `after`; 0 where it waits for none. */
const depths = (records: readonly Noted[]): ((automaton: string) => number) => {
  const afterOf = new Map(records.map(({ automaton, after }) => [automaton, after ?? []] as const));
  const known = new Map<string, number>();
  const depthOf = (automaton: string): number => {
    const found = known.get(automaton);
    if (found !== undefined) return found;
    known.set(automaton, 0); // notes may be of different texts, which together go round in a circle
    const after = afterOf.get(automaton) ?? [];
    const depth = after.reduce((most, one) => Math.max(most, 1 + depthOf(one)), 0);
    known.set(automaton, depth);
    return depth;
  };
  return depthOf;
};

/**
 * Those that end before others, in groups: each ends when the one before it has. What is in none of them ends when all
 * have. Without any `after` there are none.
 */
export const endingOrder = <P extends { readonly automaton: string }>(
  running: readonly P[],
  records: readonly Noted[],
): readonly (readonly P[])[] => {
  if (records.every(({ after }) => after === undefined)) return [];
  const depthOf = depths(records);
  const groups: P[][] = [];
  for (const one of running) {
    const depth = depthOf(one.automaton);
    if (depth === 0) continue;
    groups[depth] ??= [];
    groups[depth].push(one);
  }
  return Object.values(groups).reverse();
};
