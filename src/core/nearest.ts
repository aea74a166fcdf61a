/** "Did you mean": the known name that a person most likely meant. */
import { NameIndex } from "./name-index.ts";

/**
 * Edits between two words: insertions, deletions, replacements, and swaps of
 * neighbours (optimal string alignment), in O(|a|·|b|). Of words with more than `most`
 * between them it may say any greater number, and sooner.
 */
export const distance = (a: string, b: string, most = Number.POSITIVE_INFINITY): number => {
  let before: number[] = [];
  let last: number[] = [];
  for (let j = 0; j <= b.length; j++) last.push(j);
  let lowest = 0;
  for (let i = 1; i <= a.length; i++) {
    const row = [i];
    const lowestBefore = lowest;
    lowest = i;
    const letter = a.charCodeAt(i - 1);
    for (let j = 1; j <= b.length; j++) {
      const same = letter === b.charCodeAt(j - 1) ? 0 : 1;
      let least = Math.min(last[j]! + 1, row[j - 1]! + 1, last[j - 1]! + same);
      if (i > 1 && j > 1 && letter === b.charCodeAt(j - 2) && a.charCodeAt(i - 2) === b.charCodeAt(j - 1))
        least = Math.min(least, before[j - 2]! + 1);
      row.push(least);
      if (least < lowest) lowest = least;
    }
    // What comes next is made of these two rows.
    if (lowest > most && lowestBefore + 1 > most) return Math.min(lowest, lowestBefore + 1);
    before = last;
    last = row;
  }
  return last[b.length]!;
};

/** Names among which one is looked for. */
export type Candidates = Iterable<string> | NameIndex;

/** How far a slip goes: a third of the letters at most. */
const mostEdits = (word: string): number => Math.max(1, Math.floor(word.length / 3));

/** The names of fewest edits, case aside. */
const closest = (word: string, candidates: Iterable<string>): readonly string[] => {
  const lower = word.toLowerCase();
  let found: string[] = [];
  let least = mostEdits(word);
  for (const candidate of candidates) {
    if (candidate === word || Math.abs(candidate.length - word.length) > least) continue;
    const edits = distance(lower, candidate.toLowerCase(), least);
    if (edits > least) continue;
    if (edits < least) found = [];
    found.push(candidate);
    least = edits;
  }
  return found;
};

/**
 * The candidate nearest to `word`, if it is near enough to be a slip: a third of the
 * letters at most, and case counts less than letters. Of equals the one that also has the case,
 * then the first by name; null if none.
 */
export const nearest = (word: string, ...candidates: readonly Candidates[]): string | null => {
  const lower = word.toLowerCase();
  const all = candidates.flatMap((some) =>
    some instanceof NameIndex ? some.nearest(word, mostEdits(word)) : closest(word, some),
  );
  let best: { readonly name: string; readonly edits: number; readonly exact: number } | null = null;
  for (const name of all) {
    const edits = distance(lower, name.toLowerCase());
    const exact = distance(word, name);
    const difference = best === null ? -1 : edits - best.edits || exact - best.exact;
    if (difference < 0 || (difference === 0 && name < best!.name)) best = { name, edits, exact };
  }
  return best?.name ?? null;
};

/** The first few names of a collection. */
export const firstNames = (names: Iterable<string>, count: number): readonly string[] => {
  const first: string[] = [];
  for (const name of names) {
    if (first.length === count) break;
    first.push(name);
  }
  return first;
};

const indexes = new WeakMap<ReadonlySet<string> | ReadonlyMap<string, unknown>, NameIndex>();

/** Of fewer names an index is not worth its while. */
const few = 64;

/** The names of a collection that does not change any more, to be searched as often as one likes. */
export const candidatesIn = (names: ReadonlySet<string> | ReadonlyMap<string, unknown>): Candidates => {
  if (names.size <= few) return names.keys();
  let index = indexes.get(names);
  if (index === undefined) {
    index = new NameIndex(names.keys());
    indexes.set(names, index);
  }
  return index;
};
