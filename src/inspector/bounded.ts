/** A queue for a reader that may be slow: the oldest is left out, and counted. */
export class Bounded<T> {
  readonly #most: number;
  #items: T[] = [];
  #missed = 0;

  constructor(most: number) {
    this.#most = most;
  }

  push(item: T): void {
    this.#items.push(item);
    // Cut now and then, not at each item.
    if (this.#items.length >= 2 * this.#most) this.#cut();
  }

  /** All that waits, at most `most`, and how many were left out before it. Null where nothing waits. */
  take(): { readonly items: readonly T[]; readonly missed: number } | null {
    if (this.#items.length === 0) return null;
    this.#cut();
    const taken = { items: this.#items, missed: this.#missed };
    this.clear();
    return taken;
  }

  /** What waits is not wanted any more. */
  clear(): void {
    this.#items = [];
    this.#missed = 0;
  }

  #cut(): void {
    const over = this.#items.length - this.#most;
    if (over <= 0) return;
    this.#items = this.#items.slice(over);
    this.#missed += over;
  }
}
