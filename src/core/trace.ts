/** What algebras read and hold, and the index from what is read to its readers. */
import type { Cause } from "./cause.ts";
import type { CellKey } from "./cell-key.ts";

/** Of one pass, for one member. */
export interface Trace {
  /** Cells, and attributes of other members. */
  readonly reads: readonly string[];
  /** Slots held: space and identity, in turn. */
  readonly claims: readonly string[];
  /** Why the algebra last ran. */
  readonly why: Cause;
}

/** A cell is read by its name; no name of one begins as this does. */
export const attributeRead = (member: string, pass: string, field: string): string =>
  ["@", pass, ".", field, " of ", member].join("");

/** Whether a read is of a cell, not of an attribute. */
export const isOfCell = (read: string): read is CellKey => !read.startsWith("@");

/** The member that a read names, if it names one: `held a`. */
export const namedIn = (read: string): string => read.slice(read.lastIndexOf(" ") + 1);

/** A pass's number and a member's key as one string. */
const readerOf = (key: string, pass: number): string => String.fromCharCode(pass) + key;

/** Who reads what, but for members that read of themselves: these are found by their name in it. */
export class Readers {
  /** Mostly one reader, which then is its own set. */
  readonly #byRead = new Map<string, string | Set<string>>();

  /** Whether it has no readers at all. */
  get none(): boolean {
    return this.#byRead.size === 0;
  }

  has(read: string): boolean {
    return this.#byRead.has(read);
  }

  *of(read: string): Iterable<{ readonly key: string; readonly pass: number }> {
    const readers = this.#byRead.get(read);
    if (readers === undefined) return;
    for (const reader of typeof readers === "string" ? [readers] : readers) {
      yield { key: reader.slice(1), pass: reader.charCodeAt(0) };
    }
  }

  note(key: string, pass: number, reads: readonly string[]): void {
    if (reads.length === 0) return;
    const reader = readerOf(key, pass);
    for (const read of reads) {
      if (namedIn(read) === key) continue;
      const readers = this.#byRead.get(read);
      if (readers === undefined) this.#byRead.set(read, reader);
      else if (typeof readers !== "string") readers.add(reader);
      else if (readers !== reader) this.#byRead.set(read, new Set([readers, reader]));
    }
  }

  forget(key: string, pass: number, reads: readonly string[]): void {
    if (reads.length === 0) return;
    const reader = readerOf(key, pass);
    for (const read of reads) {
      if (namedIn(read) === key) continue;
      const readers = this.#byRead.get(read);
      if (readers === reader) this.#byRead.delete(read);
      else if (readers instanceof Set && readers.delete(reader) && readers.size === 0)
        this.#byRead.delete(read);
    }
  }
}
