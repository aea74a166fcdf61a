/**
 * Multisets by identity, by key: facts come and go as often as they stand in a
 * composition. Nearly all keys have one item once, so that is kept without a bag.
 */

/** How often each item is there. */
type Counts<T> = Map<T, number>;

export class Bags<K, T extends object | string> {
  /** The only item, there once; or all of them. */
  readonly #bags = new Map<K, T | Counts<T>>();

  has(key: K): boolean {
    return this.#bags.has(key);
  }

  first(key: K): T | undefined {
    const bag = this.#bags.get(key);
    return bag instanceof Map ? bag.keys().next().value : bag;
  }

  add(key: K, item: T): void {
    const bag = this.#bags.get(key);
    if (bag === undefined) this.#bags.set(key, item);
    else if (bag instanceof Map) bag.set(item, (bag.get(item) ?? 0) + 1);
    else
      this.#bags.set(
        key,
        item === bag ? new Map([[item, 2]]) : new Map([[bag, 1] as const, [item, 1] as const]),
      );
  }

  /** Of an item that was added. */
  remove(key: K, item: T): void {
    const bag = this.#bags.get(key);
    if (bag === item) {
      this.#bags.delete(key);
      return;
    }
    const count = bag instanceof Map ? bag.get(item) : undefined;
    if (!(bag instanceof Map) || count === undefined) throw new Error("what is removed was never added");
    if (count > 1) bag.set(item, count - 1);
    else bag.delete(item);
    if (bag.size === 0) this.#bags.delete(key);
  }

  /** Each item once. */
  items(key: K): Iterable<T> {
    const bag = this.#bags.get(key);
    return bag === undefined ? [] : bag instanceof Map ? bag.keys() : [bag];
  }

  keys(): IterableIterator<K> {
    return this.#bags.keys();
  }
}
