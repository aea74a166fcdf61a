/** Where nested comments end, in time linear in the text however many are left open. */
export class CommentEnds {
  readonly #text: string;
  /** What was learnt when a comment turned out to have no end: the ends of those behind it. */
  #learnt: Map<number, number> | null = null;

  constructor(text: string) {
    this.#text = text;
  }

  /** The offset behind the `-}` that closes the `{-` at `start`; null if none does. */
  after(start: number): number | null {
    if (this.#learnt !== null) return this.#learnt.get(start) ?? null;
    let depth = 0;
    for (let at = start; at >= 0; ) {
      depth += this.#opens(at) ? 1 : -1;
      if (depth === 0) return at + 2;
      at = this.#mark(at + 2);
    }
    this.#learn(start);
    return null;
  }

  #learn(start: number): void {
    this.#learnt = new Map();
    const opened: number[] = [];
    for (let at = start; at >= 0; at = this.#mark(at + 2)) {
      if (this.#opens(at)) opened.push(at);
      else this.#learnt.set(opened.pop()!, at + 2);
    }
  }

  #opens(at: number): boolean {
    return this.#text.charCodeAt(at) === 123;
  }

  /** The next `{-` or `-}` from `from`, or -1. `{-}` opens. */
  #mark(from: number): number {
    const text = this.#text;
    for (let at = from; at < text.length - 1; at++) {
      const code = text.charCodeAt(at);
      if (code === 123 && text.charCodeAt(at + 1) === 45) return at;
      if (code === 45 && text.charCodeAt(at + 1) === 125) return at;
    }
    return -1;
  }
}
