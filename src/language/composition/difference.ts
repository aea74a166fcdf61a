/** What changed between two trees of facts. */
import type { Fact, Facts } from "./composition.ts";
import { heightOf, isFact, sizeOf } from "./facts.ts";

export interface Difference {
  readonly removed: readonly Fact[];
  readonly added: readonly Fact[];
  /** How many joins were looked into. */
  readonly opened: number;
}

/** How often a part is in the tree after, less how often it was in the one before. */
type Counts = Map<Facts, number>;

/** Counts by height, the highest at hand. */
class Levels {
  readonly #levels: (Counts | undefined)[] = [];

  add(part: Facts, count: number): void {
    const height = heightOf(part);
    while (this.#levels.length <= height) this.#levels.push(undefined);
    const level = this.#levels[height] ?? new Map<Facts, number>();
    this.#levels[height] = level;
    const sum = (level.get(part) ?? 0) + count;
    if (sum === 0) level.delete(part);
    else level.set(part, sum);
  }

  /** Takes the highest level away. */
  pop(): Counts | undefined {
    while (this.#levels.length > 0) {
      const level = this.#levels.pop();
      if (level !== undefined) return level;
    }
    return undefined;
  }
}

/**
 * The facts that make `after` of `before`. Subtrees are compared by identity: those of
 * one height cancel out wherever they stand, the others are opened, from the highest
 * down. So a move costs nothing below what moved, and a change the width of the joins
 * above it. A fact that is there twice counts twice; one that was made anew without a
 * change of meaning is both removed and added.
 */
export const difference = (before: Facts, after: Facts): Difference => {
  const removed: Fact[] = [];
  const added: Fact[] = [];
  let opened = 0;
  if (before === after) return { removed, added, opened };
  const levels = new Levels();
  // Where nothing was before, no fact can cancel out with another.
  const isFirst = sizeOf(before) === 0;
  levels.add(before, -1);
  levels.add(after, 1);
  for (let level = levels.pop(); level !== undefined; level = levels.pop()) {
    for (const [part, count] of level) {
      if (part._tag === "Join") {
        opened++;
        for (const inner of part.parts) {
          if (isFirst && isFact(inner)) for (let i = count; i > 0; i--) added.push(inner);
          else levels.add(inner, count);
        }
      } else if (isFact(part)) {
        const list = count > 0 ? added : removed;
        for (let i = Math.abs(count); i > 0; i--) list.push(part);
      }
    }
  }
  return { removed, added, opened };
};
