/**
 * When to look through a collection for what is no longer used: once it has twice as
 * much as when that was last done. As much was new since, so it costs each O(1).
 */
export class Sweeping {
  /** Twice as much as this is never looked through. */
  readonly #least: number;
  #sweptAt = 0;

  constructor(least: number) {
    this.#least = least;
  }

  isDue(size: number): boolean {
    return size > 2 * Math.max(this.#least, this.#sweptAt);
  }

  /** `size`: of what is left. */
  done(size: number): void {
    this.#sweptAt = size;
  }
}
