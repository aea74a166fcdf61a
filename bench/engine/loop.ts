/** What takes no engine at all: an array, and a loop over all of it after each change. */
import { combine } from "../../src/core/hash.ts";
import { initial, leafHash, type Wide } from "./wide.ts";

export const loopWide = (): Wide => {
  const list = [...initial];
  return {
    name: "indexed loop",
    change: (index, value) => {
      list[index] = value;
    },
    insert: (index, value) => void list.splice(index, 0, value),
    remove: (index) => void list.splice(index, 1),
    digest: () => {
      let hash = 0;
      for (const value of list) hash = combine(hash, leafHash(value));
      return hash;
    },
    values: () => list,
  };
};
