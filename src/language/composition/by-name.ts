/** Lists that are found by name again and again, and never change. */
import { memoOn } from "./memo.ts";

/** Shorter ones are looked through. */
const few = 16;

const indexOn = memoOn(() => ({ index: null as ReadonlyMap<string, readonly unknown[]> | null }));

/** The items of a list that have a name, in their order. `namesOf`: those of an item, always the same for one list. */
export const named = <T>(
  list: readonly T[],
  name: string,
  namesOf: (item: T) => readonly string[],
): readonly T[] => {
  if (list.length < few) return list.filter((item) => namesOf(item).includes(name));
  const memo = indexOn(list);
  if (memo.index === null) {
    const index = new Map<string, T[]>();
    for (const item of list)
      for (const own of new Set(namesOf(item))) {
        const some = index.get(own);
        if (some === undefined) index.set(own, [item]);
        else some.push(item);
      }
    memo.index = index;
  }
  return (memo.index.get(name) as readonly T[] | undefined) ?? [];
};
