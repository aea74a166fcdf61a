/** A multiset by identity: facts come and go as often as they stand in a composition. */
export class Bag<T> {
  readonly #counts = new Map<T, number>();

  get empty(): boolean {
    return this.#counts.size === 0;
  }

  add(item: T): void {
    this.#counts.set(item, (this.#counts.get(item) ?? 0) + 1);
  }

  remove(item: T): void {
    const count = this.#counts.get(item);
    if (count === undefined) throw new Error("what is removed was never added");
    if (count === 1) this.#counts.delete(item);
    else this.#counts.set(item, count - 1);
  }

  /** Each item once. */
  items(): IterableIterator<T> {
    return this.#counts.keys();
  }

  first(): T | undefined {
    return this.#counts.keys().next().value;
  }
}

/** Bags by key; an empty bag is none. */
export class Bags<K, T> {
  readonly #bags = new Map<K, Bag<T>>();

  get(key: K): Bag<T> | undefined {
    return this.#bags.get(key);
  }

  add(key: K, item: T): void {
    let bag = this.#bags.get(key);
    if (bag === undefined) {
      bag = new Bag();
      this.#bags.set(key, bag);
    }
    bag.add(item);
  }

  remove(key: K, item: T): void {
    const bag = this.#bags.get(key);
    if (bag === undefined) throw new Error("what is removed was never added");
    bag.remove(item);
    if (bag.empty) this.#bags.delete(key);
  }

  items(key: K): Iterable<T> {
    return this.#bags.get(key)?.items() ?? [];
  }

  keys(): IterableIterator<K> {
    return this.#bags.keys();
  }
}
