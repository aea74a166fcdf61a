/** A binary heap: what has the least height comes out first. */
export class Heap<T> {
  readonly #items: T[] = [];
  /** In the same places. */
  readonly #heights: number[] = [];

  get size(): number {
    return this.#items.length;
  }

  /** The height of what `pop` gives next, as it was pushed with; there must be something. */
  get height(): number {
    return this.#heights[0]!;
  }

  /** O(log n). */
  push(item: T, height: number): void {
    const items = this.#items;
    const heights = this.#heights;
    let at = items.length;
    items.push(item);
    heights.push(height);
    while (at > 0) {
      const parent = (at - 1) >> 1;
      if (heights[parent]! <= height) break;
      items[at] = items[parent]!;
      heights[at] = heights[parent]!;
      at = parent;
    }
    items[at] = item;
    heights[at] = height;
  }

  /** The item of the least height; there must be one. O(log n). */
  pop(): T {
    const items = this.#items;
    const heights = this.#heights;
    const top = items[0]!;
    const last = items.pop()!;
    const height = heights.pop()!;
    const count = items.length;
    if (count === 0) return top;
    let at = 0;
    for (;;) {
      let child = 2 * at + 1;
      if (child >= count) break;
      if (child + 1 < count && heights[child + 1]! < heights[child]!) child++;
      if (heights[child]! >= height) break;
      items[at] = items[child]!;
      heights[at] = heights[child]!;
      at = child;
    }
    items[at] = last;
    heights[at] = height;
    return top;
  }
}
