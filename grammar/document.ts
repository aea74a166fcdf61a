/**
 * A text as a sequence of declarations, kept up to date at the cost of what an edit
 * touches. Immutable; an update shares every declaration whose text it leaves alone.
 */

import type { Position } from "../src/core/diagnostic.ts";
import { hashString } from "../src/core/hash.ts";
import { lineEnd, lineStart, lineStarts, nextLine } from "../src/core/lines.ts";
import { firstFrom } from "../src/core/search.ts";
import { Seq } from "../src/core/seq.ts";
import type { SeqKind } from "../src/core/seq-node.ts";
import type { Terms } from "../src/core/term.ts";
import { type Declaration, declare, tooLong } from "./declaration.ts";
import { difference, type Edit, moved } from "./difference.ts";
import { pieces } from "./pieces.ts";
import { type Reparse, reparse } from "./reparse.ts";
import { Text } from "./text.ts";

interface Extent {
  readonly length: number;
  readonly newlines: number;
  /** Declarations that leave a comment or string open. */
  readonly open: number;
}

const kind: SeqKind<Declaration, Extent> = {
  hash: (declaration) => hashString(declaration.key),
  measure: {
    of: ({ length, newlines, open }) => ({ length, newlines, open: open ? 1 : 0 }),
    empty: { length: 0, newlines: 0, open: 0 },
    combine: (a, b) => ({
      length: a.length + b.length,
      newlines: a.newlines + b.newlines,
      open: a.open + b.open,
    }),
  },
};

export interface DocumentUpdate extends Reparse {
  readonly document: Document;
  /** What was changed of the text; null where it is as it was. */
  readonly edit: Edit | null;
}

/** Where lines begin in a declaration, once somebody asked; versions of a text share it. */
const startsOf = new WeakMap<Declaration, readonly number[]>();

const seen = (declarations: readonly Declaration[], at: number): void => {
  for (let i = 0; i < declarations.length; i++) declarations[i]!.seen = at + i;
};

export class Document {
  readonly #text: Text;
  readonly terms: Terms;
  readonly declarations: Seq<Declaration, Extent>;

  /** Characters that are read. Of a longer text nothing is: all of it is one piece that says so. */
  readonly #most: number;

  private constructor(text: Text, terms: Terms, declarations: Seq<Declaration, Extent>, most: number) {
    this.#text = text;
    this.terms = terms;
    this.declarations = declarations;
    this.#most = most;
  }

  /** All of it. O(length) where it was edited by range since somebody last asked. */
  get text(): string {
    return this.#text.toString();
  }

  get length(): number {
    return this.#text.length;
  }

  slice(start: number, end?: number): string {
    return this.#text.slice(start, end);
  }

  static parse(text: string, terms: Terms, most = Number.POSITIVE_INFINITY): Document {
    const declarations: Declaration[] = [];
    if (text.length > most) declarations.push(tooLong(text, most));
    else for (const piece of pieces(text, 0)) declarations.push(declare(text, piece, terms));
    seen(declarations, 0);
    return new Document(Text.of(text), terms, Seq.from(kind, declarations), most);
  }

  /** The document with another text. */
  update(text: string): DocumentUpdate {
    const edit = difference(this.text, text);
    return edit === null ? this.#unedited : this.#apply(Text.of(text), edit);
  }

  /** The document with `replacement` in place of its text from `start` to `end`. */
  edit(start: number, end: number, replacement: string): DocumentUpdate {
    const edit = difference(this.slice(start, end), replacement);
    if (edit === null) return this.#unedited;
    return this.#apply(this.#text.replaced(start, end, replacement), moved(edit, start));
  }

  get #unedited(): DocumentUpdate {
    return { document: this, edit: null, at: 0, removed: [], inserted: [] };
  }

  #apply(text: Text, edit: Edit): DocumentUpdate {
    if (Math.max(text.length, this.length) > this.#most) return this.#replaced(text.toString(), edit);
    const { at, removed, inserted } = reparse(this, text, edit);
    seen(inserted, at);
    const declarations = this.declarations.splice(at, removed.length, inserted);
    const document = new Document(text, this.terms, declarations, this.#most);
    return { document, edit, at, removed, inserted };
  }

  /** All of it anew. */
  #replaced(text: string, edit: Edit): DocumentUpdate {
    const document = Document.parse(text, this.terms, this.#most);
    return {
      document,
      edit,
      at: 0,
      removed: [...this.declarations],
      inserted: [...document.declarations],
    };
  }

  /**
   * The index of a declaration; -1 if it is not one of these. O(k·log n) for k declarations
   * that came or went before it since somebody last asked.
   */
  indexOf(declaration: Declaration): number {
    const { declarations } = this;
    const { seen } = declaration;
    for (let away = 0; away < declarations.length || away <= seen; away++) {
      for (const at of [seen - away, seen + away]) {
        if (declarations.get(at) !== declaration) continue;
        declaration.seen = at;
        return at;
      }
    }
    return -1;
  }

  /** Where the declaration of this index begins. O(log n). */
  offsetOf(index: number): number {
    return this.declarations.measureBefore(index).length;
  }

  /** The index of the declaration whose piece of the text holds `offset`; -1 if there is none. O(log n). */
  declarationAt(offset: number): number {
    const index = this.declarations.search((extent) => extent.length > offset);
    return Math.min(index, this.declarations.length - 1);
  }

  /** A byte order mark at the very beginning: it is in no column. */
  get #mark(): number {
    return this.#text.slice(0, 1) === "\ufeff" ? 1 : 0;
  }

  /** Line and column, from 1. O(log n), and once the declaration it is in and the line that begins before it. */
  position(offset: number): Position {
    const index = this.declarationAt(offset);
    const before = this.declarations.measureBefore(index);
    const starts = this.#lineStarts(index, before.length);
    const own = offset - before.length;
    const count = firstFrom(starts.length, (at) => starts[at]! > own);
    const line = before.newlines + count + 1;
    const start = count > 0 ? before.length + starts[count - 1]! : this.lineStart(before.length);
    const column = offset - start + 1;
    return { line, column: line === 1 ? Math.max(1, column - this.#mark) : column };
  }

  /** Where lines begin in a declaration, from its own beginning on. */
  #lineStarts(index: number, from: number): readonly number[] {
    const declaration = this.declarations.get(index);
    if (declaration === undefined) return [];
    const known = startsOf.get(declaration);
    if (known !== undefined) return known;
    const { length } = declaration;
    const text = this.slice(from, from + length + 1);
    const starts = lineStarts(text, 0, length);
    // Whether a `\r` at its end ends a line depends on what comes behind it.
    if (text.charAt(length - 1) !== "\r") startsOf.set(declaration, starts);
    return starts;
  }

  /** Where the line begins in which `offset` is. O(how far back that is). */
  lineStart(offset: number): number {
    for (let step = 256; ; step *= 4) {
      const start = Math.max(0, offset - step);
      const at = lineStart(this.slice(start, offset + 1), offset - start);
      if (at > 0 || start === 0) return start + at;
    }
  }

  /** The offset of a line and column; of a column behind the line's end, that end. O(log n) and the declarations of the line. */
  offset({ line, column }: Position): number {
    const index = this.declarations.search((extent) => extent.newlines >= line - 1);
    if (index === this.declarations.length && line > 1) return this.length;
    const before = this.declarations.measureBefore(index);
    let start = line === 1 ? this.#mark : before.length;
    if (line > 1) {
      const own = this.slice(start, start + this.declarations.get(index)!.length);
      let at = 0;
      for (let left = line - 1 - before.newlines; left > 0; left--) at = nextLine(own, at);
      start += at;
    }
    return Math.min(start + column - 1, this.#lineEnd(start));
  }

  /** Where the line ends in which `offset` is. */
  #lineEnd(offset: number): number {
    for (let start = offset, step = 256; start < this.length; start += step, step *= 2) {
      const own = this.slice(start, start + step);
      const at = lineEnd(own, 0);
      if (at < own.length) return start + at;
    }
    return this.length;
  }
}
