/**
 * Names as a tree of their letters, in which the nearest to a word are found without looking at
 * all of them: a branch is left as soon as its letters are too far from those of the word.
 */

/** Where names go on alike; letters in lower case. */
class Branch {
  readonly next = new Map<number, Branch>();
  /** The names that end here, as they are written. */
  readonly names: string[] = [];
}

/** Names and words of more letters are not looked for: nobody means them by a slip. */
const longest = 64;

/** Distances of a prefix of names to all prefixes of the word, and those of the prefix before. */
interface Row {
  readonly letter: number;
  readonly distances: readonly number[];
  readonly before: Row | null;
}

/** A set of names that is searched often. */
export class NameIndex {
  readonly #root = new Branch();
  /** How many branches were looked at, in all searches. */
  looked = 0;

  constructor(names: Iterable<string>) {
    for (const name of names) {
      if (name.length > longest) continue;
      const lower = name.toLowerCase();
      let at = this.#root;
      for (let i = 0; i < lower.length; i++) {
        const letter = lower.charCodeAt(i);
        let next = at.next.get(letter);
        if (next === undefined) {
          next = new Branch();
          at.next.set(letter, next);
        }
        at = next;
      }
      at.names.push(name);
    }
  }

  /** All names that are as few edits from the word as any, case aside, and at most so many; the word itself is none of them. */
  nearest(word: string, most: number): readonly string[] {
    if (word.length > longest) return [];
    const lower = word.toLowerCase();
    for (let edits = 0; edits <= most; edits++) {
      const found = this.#within(lower, edits).filter((name) => name !== word);
      if (found.length > 0) return found;
    }
    return [];
  }

  /** The names at most so many edits away, as `distance` counts them. */
  #within(word: string, edits: number): readonly string[] {
    const found: string[] = [];
    const first: Row = {
      letter: -1,
      distances: Array.from({ length: word.length + 1 }, (_, i) => i),
      before: null,
    };
    const todo: (readonly [Branch, Row])[] = [[this.#root, first]];
    for (let top = todo.pop(); top !== undefined; top = todo.pop()) {
      const [branch, row] = top;
      this.looked++;
      if (row.distances[word.length]! <= edits) found.push(...branch.names);
      for (const [letter, next] of branch.next) {
        const after = following(row, letter, word);
        // What comes next is made of these two rows.
        if (Math.min(...after.distances, Math.min(...row.distances) + 1) <= edits) todo.push([next, after]);
      }
    }
    return found;
  }
}

/** The row of a prefix that is a letter longer (optimal string alignment). */
const following = (row: Row, letter: number, word: string): Row => {
  const { distances, before } = row;
  const made = [distances[0]! + 1];
  for (let j = 1; j <= word.length; j++) {
    const own = word.charCodeAt(j - 1);
    let least = Math.min(distances[j]! + 1, made[j - 1]! + 1, distances[j - 1]! + (own === letter ? 0 : 1));
    const isSwap = before !== null && j > 1 && row.letter === own && word.charCodeAt(j - 2) === letter;
    if (isSwap) least = Math.min(least, before.distances[j - 2]! + 1);
    made.push(least);
  }
  return { letter, distances: made, before: { ...row, before: null } };
};
