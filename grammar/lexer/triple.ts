/** Where the `"""` of a text stand, in time linear in it however often one asks. */
export class TripleQuotes {
  readonly #text: string;
  /** From here on there are none. */
  #noneFrom = Number.POSITIVE_INFINITY;

  constructor(text: string) {
    this.#text = text;
  }

  /** The first without a backslash before it, from `at` on; -1 if there is none. */
  next(at: number): number {
    if (at >= this.#noneFrom) return -1;
    const text = this.#text;
    for (let found = text.indexOf('"""', at); found >= 0; found = text.indexOf('"""', found + 1)) {
      let slashes = 0;
      while (text.charCodeAt(found - 1 - slashes) === 92) slashes++;
      if (slashes % 2 === 0) return found;
    }
    this.#noneFrom = at;
    return -1;
  }
}
