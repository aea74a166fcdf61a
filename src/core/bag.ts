/**
 * Multisets by identity: facts come and go as often as they stand in a composition.
 * Nearly all have one item, so a map is made only of those that have several.
 */

/** An item that is there more than once. */
class Repeated<T> {
  readonly item: T;
  times: number;

  constructor(item: T, times: number) {
    this.item = item;
    this.times = times;
  }
}

/** How often each item is there. */
type Counts<T> = Map<T, number>;

/** Null where it is empty; one item, there once or more often; or all of them. */
export type Bag<T extends object | string> = T | Repeated<T> | Counts<T> | null;

const neverAdded = (): Error => new Error("what is removed was never added");

/** The bag with an item more. The bag that is given is used up. */
export const added = <T extends object | string>(bag: Bag<T>, item: T): Bag<T> => {
  if (bag === null) return item;
  if (bag instanceof Map) return bag.set(item, (bag.get(item) ?? 0) + 1);
  const before: Pick<Repeated<T>, "item" | "times"> = bag instanceof Repeated
    ? bag
    : { item: bag as T, times: 1 };
  if (item === before.item) return new Repeated(item, before.times + 1);
  return new Map<T, number>().set(before.item, before.times).set(item, 1);
};

/** The bag without an item that was added. The bag that is given is used up. */
export const removed = <T extends object | string>(bag: Bag<T>, item: T): Bag<T> => {
  if (bag === item) return null;
  if (bag instanceof Repeated) {
    if (bag.item !== item) throw neverAdded();
    return bag.times === 2 ? item : new Repeated(item, bag.times - 1);
  }
  const count = bag instanceof Map ? bag.get(item) : undefined;
  if (!(bag instanceof Map) || count === undefined) throw neverAdded();
  if (count > 1) return bag.set(item, count - 1);
  bag.delete(item);
  return bag.size === 0 ? null : bag;
};

/** The item that came first; null of an empty bag. */
export const firstOf = <T extends object | string>(bag: Bag<T>): T | null => {
  if (bag instanceof Map) return bag.keys().next().value ?? null;
  return bag instanceof Repeated ? bag.item : bag;
};

/** Each item once. */
export const itemsOf = <T extends object | string>(bag: Bag<T>): Iterable<T> => {
  if (bag instanceof Map) return bag.keys();
  const one = firstOf(bag);
  return one === null ? [] : [one];
};

/** Whether items that should mean one thing do not. */
export const differ = <T extends object | string>(bag: Bag<T>, same: (a: T, b: T) => boolean): boolean => {
  if (!(bag instanceof Map)) return false;
  const first = firstOf(bag)!;
  for (const item of bag.keys()) if (item !== first && !same(first, item)) return true;
  return false;
};

/** Bags by key. */
export class Bags<K, T extends object | string> {
  readonly #bags = new Map<K, Bag<T>>();

  of(key: K): Bag<T> {
    return this.#bags.get(key) ?? null;
  }

  add(key: K, item: T): void {
    this.#bags.set(key, added(this.of(key), item));
  }

  /** Of an item that was added. */
  remove(key: K, item: T): void {
    const left = removed(this.of(key), item);
    if (left === null) this.#bags.delete(key);
    else this.#bags.set(key, left);
  }

  keys(): IterableIterator<K> {
    return this.#bags.keys();
  }
}
