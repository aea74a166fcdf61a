/**
 * The order of evaluation: each definition has a level above all that it mentions. An
 * edit moves only levels that must move; a cycle is found by looking only where one can
 * be, at definitions of the same level or above (after Pearce and Kelly).
 */
import type { Definition } from "./definition.ts";

/** How definitions of one file lead to each other. */
export interface Edges {
  readonly mentioned: (definition: Definition) => Iterable<Definition>;
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

/**
 * Levels and cycles of everything from nothing, by Tarjan's strongly connected
 * components, without recursion. Cyclic definitions get `cycle`, all others lose it.
 */
export const orderAll = (all: Iterable<Definition>, { mentioned }: Edges): void => {
  interface Frame {
    readonly definition: Definition;
    readonly next: Iterator<Definition>;
  }
  const index = new Map<Definition, number>();
  const low = new Map<Definition, number>();
  const open: Definition[] = [];
  const isOpen = new Set<Definition>();
  const frames: Frame[] = [];
  const enter = (definition: Definition): void => {
    index.set(definition, index.size);
    low.set(definition, index.size - 1);
    open.push(definition);
    isOpen.add(definition);
    frames.push({ definition, next: mentioned(definition)[Symbol.iterator]() });
  };
  const lower = (definition: Definition, to: number): void => {
    if (to < low.get(definition)!) low.set(definition, to);
  };
  const close = (definition: Definition): void => {
    const component = new Set<Definition>();
    let member: Definition;
    do {
      member = open.pop()!;
      isOpen.delete(member);
      component.add(member);
    } while (member !== definition);
    const cyclic = component.size > 1 || [...mentioned(definition)].includes(definition);
    let level = 1;
    for (const one of component) {
      for (const below of mentioned(one)) if (!component.has(below)) level = Math.max(level, below.level + 1);
    }
    for (const one of component) {
      one.level = level;
      one.cycle = cyclic ? [...component] : null;
    }
  };
  for (const root of all) {
    if (index.has(root)) continue;
    enter(root);
    for (let frame = frames.at(-1); frame !== undefined; frame = frames.at(-1)) {
      const { definition } = frame;
      const step = frame.next.next();
      if (!step.done) {
        if (!index.has(step.value)) enter(step.value);
        else if (isOpen.has(step.value)) lower(definition, index.get(step.value)!);
        continue;
      }
      frames.pop();
      const parent = frames.at(-1);
      if (parent !== undefined) lower(parent.definition, low.get(definition)!);
      if (low.get(definition) === index.get(definition)) close(definition);
    }
  }
};
