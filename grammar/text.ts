/**
 * A text that is edited by range, without a copy of the whole: a table of the pieces of
 * texts that it is made of. Immutable: after an edit there are both.
 *
 * Cost, with p pieces (at most `most`, then they are joined): `replaced` O(p) of one machine
 * word each, `slice` O(log p + what is asked for), `toString` O(length) once.
 */
import { firstFrom } from "../src/core/search.ts";

/** Joining them costs as much as this many edits. */
const most = 1024;

export class Text {
  #pieces: readonly string[];
  /** Where each piece ends. */
  #ends: readonly number[];

  private constructor(pieces: readonly string[], ends: readonly number[]) {
    this.#pieces = pieces;
    this.#ends = ends;
  }

  static of(text: string): Text {
    return new Text([text], [text.length]);
  }

  get length(): number {
    return this.#ends[this.#ends.length - 1]!;
  }

  toString(): string {
    if (this.#pieces.length > 1) {
      const text = this.#pieces.join("");
      this.#pieces = [text];
      this.#ends = [text.length];
    }
    return this.#pieces[0]!;
  }

  slice(start: number, end = this.length): string {
    const first = this.#at(start);
    let from = first === 0 ? 0 : this.#ends[first - 1]!;
    const found: string[] = [];
    for (let i = first; i < this.#pieces.length && from < end; i++) {
      found.push(this.#pieces[i]!.slice(Math.max(0, start - from), end - from));
      from = this.#ends[i]!;
    }
    return found.length === 1 ? found[0]! : found.join("");
  }

  /** With `replacement` in place of what stands from `start` to `end`. */
  replaced(start: number, end: number, replacement: string): Text {
    const pieces: string[] = [];
    const ends: number[] = [];
    let length = 0;
    const add = (piece: string): void => {
      if (piece === "" && pieces.length > 0) return;
      pieces.push(piece);
      length += piece.length;
      ends.push(length);
    };
    const [first, last] = [this.#at(start), this.#at(end)];
    const begins = (piece: number): number => (piece === 0 ? 0 : this.#ends[piece - 1]!);
    for (let i = 0; i < first; i++) add(this.#pieces[i]!);
    add(this.#pieces[first]!.slice(0, start - begins(first)));
    add(replacement);
    add(this.#pieces[last]!.slice(end - begins(last)));
    for (let i = last + 1; i < this.#pieces.length; i++) add(this.#pieces[i]!);
    return pieces.length > most ? Text.of(pieces.join("")) : new Text(pieces, ends);
  }

  /** The piece that holds the character at `offset`; the last, for the end. */
  #at(offset: number): number {
    const ends = this.#ends;
    return firstFrom(ends.length - 1, (piece) => ends[piece]! > offset);
  }
}
