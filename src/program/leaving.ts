/** Definitions whose declarations an edit takes out: each may get the text of one that comes in. */
import type { Definition } from "./definition.ts";

/** Without the ordinal of a key that repeats. */
const baseOf = (key: string): string => key.replace(/#\d+$/, "");

/** Those of one key, in the order of the text. */
interface Row {
  readonly all: Definition[];
  /** All before this one are taken. */
  next: number;
}

/** Those that leave, unless they are taken. */
export class Leaving {
  readonly #left = new Set<Definition>();
  /** By key, and by the key without an ordinal. */
  readonly #byKey = new Map<string, Row>();

  add(definition: Definition): void {
    this.#left.add(definition);
    const { key } = definition;
    for (const known of new Set([key, baseOf(key)])) {
      const row = this.#byKey.get(known);
      if (row === undefined) this.#byKey.set(known, { all: [definition], next: 0 });
      else row.all.push(definition);
    }
  }

  /** The first of a name that has this key, with or without an ordinal; it does not leave then. */
  take(key: string, name: string | null): Definition | undefined {
    const row = this.#byKey.get(key);
    if (row === undefined) return undefined;
    while (row.next < row.all.length && !this.#left.has(row.all[row.next]!)) row.next++;
    for (let i = row.next; i < row.all.length; i++) {
      const one = row.all[i]!;
      if (one.name !== name || !this.#left.delete(one)) continue;
      return one;
    }
    return undefined;
  }

  [Symbol.iterator](): Iterator<Definition> {
    return this.#left.values();
  }
}
