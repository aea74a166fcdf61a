/** Whether automata can be started in the order that they ask for: what is missing, and what waits for itself. */
import { predecessorText } from "../clause-text.ts";
import type { Problem, Site } from "../problem.ts";
import { timetableOf } from "../timetable.ts";
import type { AutomatonValue, Predecessor } from "../value.ts";

/** The automata of a system by name. */
type Automata = ReadonlyMap<string, AutomatonValue>;

/** So many mistakes are told. */
const told = 60;

/** What an automaton is to be started after and is not in the system, at the system's own place. */
export const missingPredecessors = (automata: Automata, site: Site): readonly Problem[] => {
  const problems: Problem[] = [];
  for (const { name, after } of automata.values())
    for (const one of after) {
      if (automata.has(one.automaton) || problems.length >= told) continue;
      problems.push({
        code: "unsatisfied-requirement",
        message: `\`${name}\` starts after \`${predecessorText(one)}\`, and \`${one.automaton}\` is not in this system`,
        site,
        hints: [
          { message: "it is said here", site: one.site },
          { message: `put \`${one.automaton}\` into the system, or leave it out of \`after\`` },
        ],
      });
    }
  return problems;
};

/** What an automaton is to be started after and runs by the clock, at the system's own place. */
export const scheduledPredecessors = (automata: Automata, site: Site): readonly Problem[] => {
  const problems: Problem[] = [];
  for (const { name, after } of automata.values())
    for (const one of after) {
      const before = automata.get(one.automaton);
      if (before === undefined || timetableOf(before) === null || problems.length >= told) continue;
      problems.push({
        code: "type-mismatch",
        message: `\`${name}\` starts after \`${predecessorText(one)}\`, which runs again and again by the clock and is never done`,
        site,
        hints: [
          { message: "it is said here", site: one.site },
          { message: "a job without `schedule` runs once, and others can start after it" },
        ],
      });
    }
  return problems;
};

/** A step of a cycle: an automaton, and what it says that leads on to the next. */
export interface Link {
  readonly name: string;
  readonly to: Predecessor;
}

/** One on the way through what automata start after. */
interface Visit {
  readonly name: string;
  readonly after: readonly Predecessor[];
  next: number;
}

/** A cycle of automata that start after each other, by name; null where there is none. */
export const cycleIn = (
  predecessors: ReadonlyMap<string, readonly Predecessor[]>,
): readonly Link[] | null => {
  const done = new Set<string>();
  for (const [root, first] of predecessors) {
    if (done.has(root)) continue;
    const way: Visit[] = [{ name: root, after: first, next: 0 }];
    const onWay = new Map([[root, 0]]);
    for (let last = way.at(-1); last !== undefined; last = way.at(-1)) {
      const one = last.after[last.next++];
      if (one === undefined) {
        done.add(last.name);
        onWay.delete(last.name);
        way.pop();
        continue;
      }
      const from = onWay.get(one.automaton);
      if (from !== undefined)
        return way.slice(from).map(({ name, after, next }) => ({ name, to: after[next - 1]! }));
      const after = predecessors.get(one.automaton);
      if (after === undefined || done.has(one.automaton)) continue;
      onWay.set(one.automaton, way.length);
      way.push({ name: one.automaton, after, next: 0 });
    }
  }
  return null;
};

/** A step of a cycle in words: an automaton, how it depends on the next, and the next. */
export type LinkWords = readonly [from: string, relation: "after" | "made of", to: string];

/** `a` starts after `b`, `b` after `c`, and `c` after `a`: none of them could start */
export const cycleWords = (links: readonly LinkWords[]): string => {
  const [[first]] = links as readonly [LinkWords];
  if (links.length === 1) return `\`${first}\` starts after itself, so it could never start`;
  const words = links.map(([from, relation, to], i) => {
    const verb = relation === "made of" ? " is" : i === 0 ? " starts" : "";
    return `\`${from}\`${verb} ${relation} \`${to}\``;
  });
  return `${words.slice(0, -1).join(", ")}, and ${words.at(-1)}: none of them could start`;
};

/** The automata of a system that wait for each other, at the system's own place. */
export const cyclicPredecessors = (automata: Automata, site: Site): readonly Problem[] => {
  const cycle = cycleIn(new Map([...automata].map(([name, { after }]) => [name, after])));
  if (cycle === null) return [];
  const words = cycleWords(cycle.map(({ name, to }) => [name, "after", to.automaton]));
  return [
    {
      code: "cyclic-dependency",
      message: words,
      site,
      hints: cycle.map(({ name, to }) => ({
        message: `\`${name}\` starts after \`${predecessorText(to)}\``,
        site: to.site,
      })),
    },
  ];
};
