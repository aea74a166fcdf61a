/**
 * The names that a term mentions, and what an edit changes of them. Of a term with long
 * lists they are counted, so that only the chunks that differ are looked at.
 */
import type { Term } from "../core/term.ts";
import { allFreeNames, type FreeNames, freeNames, readPath } from "../language/names.ts";

/** Names; of a term with long lists, with the number of its parts that mention each. */
export type Mentions = ReadonlySet<string> | ReadonlyMap<string, number>;

type IsModule = (name: string) => boolean;

export const noMentions: Mentions = new Set<string>();

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
  return isCounted(free) ? countAll(new Map([[free, 1]]), () => false) : allFreeNames(term, isModule);
};

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
  const gained = [...made.keys()].filter((name) => !mentions.has(name));
  const lost = [...mentions.keys()].filter((name) => !made.has(name));
  return { mentions: made, gained, lost };
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
