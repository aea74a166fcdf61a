/** A binary heap: what has the least height comes out first. */
export interface Due<T> {
  readonly item: T;
  readonly height: number;
}

export class Heap<T> {
  readonly #entries: Due<T>[] = [];

  /** O(log n). */
  push(item: T, height: number): void {
    const entries = this.#entries;
    const entry = { item, height };
    let at = entries.length;
    entries.push(entry);
    while (at > 0) {
      const parent = (at - 1) >> 1;
      if (entries[parent]!.height <= height) break;
      entries[at] = entries[parent]!;
      at = parent;
    }
    entries[at] = entry;
  }

  /** The entry of the least height, with the height it was pushed with. O(log n). */
  pop(): Due<T> | undefined {
    const entries = this.#entries;
    const top = entries[0];
    const last = entries.pop();
    if (last === undefined || entries.length === 0) return top;
    let at = 0;
    for (;;) {
      let kid = 2 * at + 1;
      if (kid >= entries.length) break;
      if (kid + 1 < entries.length && entries[kid + 1]!.height < entries[kid]!.height) kid++;
      if (entries[kid]!.height >= last.height) break;
      entries[at] = entries[kid]!;
      at = kid;
    }
    entries[at] = last;
    return top;
  }
}
