/**
 * The order of evaluation: each definition has a level above all that it mentions. An
 * edit moves only levels that must move; a cycle is found by looking only where one can
 * be, at definitions of the same level or above (after Pearce and Kelly).
 */
import type { Definition } from "./definition.ts";

/** How definitions of one file lead to each other. */
export interface Edges {
  readonly mentioned: (definition: Definition) => readonly Definition[];
  readonly mentioning: (definition: Definition) => Iterable<Definition>;
}

/** Whether one of `news`, which `start` mentions now and did not before, leads back to it. */
export const closesCycle = (
  start: Definition,
  news: Iterable<Definition>,
  { mentioned, mentioning }: Edges,
): boolean => {
  if (mentioning(start)[Symbol.iterator]().next().done) return false;
  const seen = new Set<Definition>();
  const todo = [...news];
  for (let at = todo.pop(); at !== undefined; at = todo.pop()) {
    if (at === start) return true;
    if (seen.has(at) || at.level < start.level) continue;
    seen.add(at);
    for (const next of mentioned(at)) todo.push(next);
  }
  return false;
};

/** Raises the levels that `news` call for, which `start` mentions now and did not before, and tells each. */
export const raiseLevels = (
  start: Definition,
  news: Iterable<Definition>,
  { mentioning }: Edges,
  raised: (definition: Definition) => void,
): void => {
  let lowest = 1;
  for (const below of news) lowest = Math.max(lowest, below.level + 1);
  const todo: [Definition, number][] = [[start, lowest]];
  for (let next = todo.pop(); next !== undefined; next = todo.pop()) {
    const [at, level] = next;
    if (level <= at.level) continue;
    at.level = level;
    raised(at);
    for (const above of mentioning(at)) todo.push([above, level + 1]);
  }
};

/** A definition on the way through all of them, not yet known to be in a cycle or in none. */
export interface Visit {
  readonly definition: Definition;
  readonly mentioned: readonly Definition[];
  /** How many of those have been gone into. */
  next: number;
  readonly index: number;
  /** The least index that is known to be reached from here. */
  low: number;
}

/**
 * Levels and cycles of everything from nothing, by Tarjan's strongly connected
 * components, without recursion. Cyclic definitions get `cycle`, all others lose it.
 */
export const orderAll = (all: readonly Definition[], { mentioned }: Edges): void => {
  // A definition with a level is done; one on the current path has a visit.
  for (const definition of all) definition.level = 0;
  let index = 0;
  const open: Visit[] = [];
  const frames: Visit[] = [];
  const enter = (definition: Definition): void => {
    const visit: Visit = { definition, mentioned: mentioned(definition), next: 0, index, low: index };
    index++;
    definition.visit = visit;
    open.push(visit);
    frames.push(visit);
  };
  /** Of what they mention, that which has a visit is in the component itself. */
  const close = (component: readonly Visit[]): void => {
    let level = 1;
    let cyclic = component.length > 1;
    for (const { definition, mentioned: below } of component) {
      for (const one of below) {
        if (one === definition) cyclic = true;
        if (one.visit === null) level = Math.max(level, one.level + 1);
      }
    }
    const cycle = cyclic ? component.map(({ definition }) => definition) : null;
    for (const { definition } of component) {
      definition.visit = null;
      definition.level = level;
      definition.cycle = cycle;
    }
  };
  for (const root of all) {
    if (root.level > 0) continue;
    enter(root);
    for (let visit = frames.at(-1); visit !== undefined; visit = frames.at(-1)) {
      if (visit.next < visit.mentioned.length) {
        const below = visit.mentioned[visit.next++]!;
        if (below.visit !== null) visit.low = Math.min(visit.low, below.visit.index);
        else if (below.level === 0) enter(below);
        continue;
      }
      frames.pop();
      const parent = frames.at(-1);
      if (parent !== undefined) parent.low = Math.min(parent.low, visit.low);
      if (visit.low === visit.index) close(open.splice(open.lastIndexOf(visit)));
    }
  }
};
