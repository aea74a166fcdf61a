/**
 * The names that a term mentions, and what an edit changes of them. Of a term with long
 * lists they are counted, so that only the chunks that differ are looked at.
 */
import type { Term } from "../core/term.ts";
import { allFreeNames, type FreeNames, freeNames, readPath } from "../language/names.ts";

/** Names, each once; of a term with long lists, with the number of its parts that mention each. */
export type Mentions = readonly string[] | ReadonlyMap<string, number>;

type IsModule = (name: string) => boolean;

/** What mentions nothing. */
export const noMentions: Mentions = [];

const isCounts = (mentions: Mentions): mentions is ReadonlyMap<string, number> => mentions instanceof Map;

/** The names that are mentioned, each once. */
export const namesIn = (mentions: Mentions): Iterable<string> =>
  isCounts(mentions) ? mentions.keys() : mentions;

/** Looks through a few names, and of many makes a set: for asking after each of several others. */
const lookIn = (mentions: Mentions): ((name: string) => boolean) => {
  if (!isCounts(mentions) && mentions.length <= 8) return (name) => mentions.includes(name);
  const names = isCounts(mentions) ? mentions : new Set(mentions);
  return (name) => names.has(name);
};

/** Whether a name is mentioned. */
export const isMentioned = (mentions: Mentions, name: string): boolean =>
  isCounts(mentions) ? mentions.has(name) : mentions.includes(name);

/** The names of the one that are not in the other. */
const without = (all: Mentions, others: Mentions): readonly string[] => {
  const found: string[] = [];
  const isThere = lookIn(others);
  for (const name of namesIn(all)) if (!isThere(name)) found.push(name);
  return found;
};

const add = (counts: Map<string, number>, name: string, count: number): void => {
  const sum = (counts.get(name) ?? 0) + count;
  if (sum === 0) counts.delete(name);
  else counts.set(name, sum);
};

/** All that `parts` mention, each as often as it says; those that cancel out are not looked into. */
const countAll = (parts: Map<FreeNames | Term, number>, isModule: IsModule): Map<string, number> => {
  const counts = new Map<string, number>();
  let level = parts;
  while (level.size > 0) {
    const next = new Map<FreeNames | Term, number>();
    for (const [part, count] of level) {
      if (count === 0) continue;
      const free = "hash" in part ? freeNames(part) : part;
      for (const name of free.own) add(counts, name, count);
      for (const path of free.paths) for (const name of readPath(path, isModule)) add(counts, name, count);
      for (const inner of free.parts) next.set(inner, (next.get(inner) ?? 0) + count);
    }
    level = next;
  }
  return counts;
};

/** What a path means depends on more than the term, so paths are never counted. */
const isCounted = ({ paths, parts }: FreeNames): boolean => parts.length > 0 && paths.length === 0;

const mentionsOf = (term: Term, isModule: IsModule): Mentions => {
  const free = freeNames(term);
  if (isCounted(free)) return countAll(new Map([[free, 1]]), () => false);
  return free.paths.length === 0 && free.parts.length === 0 ? free.own : [...allFreeNames(term, isModule)];
};

/** How mentions differ from those before. */
export interface Changed {
  readonly mentions: Mentions;
  readonly gained: readonly string[];
  readonly lost: readonly string[];
}

/** The mentions of `after`, of which `before` had these; null: nothing that can be read. */
export const remention = (
  mentions: Mentions,
  before: Term | null,
  after: Term | null,
  isModule: IsModule,
): Changed => {
  if (before === after) return { mentions, gained: [], lost: [] };
  if (before !== null && after !== null && mentions instanceof Map) {
    const [old, now] = [freeNames(before), freeNames(after)];
    if (old !== now && isCounted(old) && isCounted(now)) return recount(mentions, old, now);
  }
  const made = after === null ? noMentions : mentionsOf(after, isModule);
  return { mentions: made, gained: without(made, mentions), lost: without(mentions, made) };
};

const recount = (counts: Map<string, number>, before: FreeNames, after: FreeNames): Changed => {
  const [gained, lost]: [string[], string[]] = [[], []];
  const parts = new Map<FreeNames | Term, number>([
    [before, -1],
    [after, 1],
  ]);
  for (const [name, count] of countAll(parts, () => false)) {
    const had = counts.has(name);
    add(counts, name, count);
    if (had !== counts.has(name)) (had ? lost : gained).push(name);
  }
  return { mentions: counts, gained, lost };
};
