/**
 * A text as a sequence of declarations, kept up to date at the cost of what an edit
 * touches. Immutable; an update shares every declaration whose text it leaves alone.
 */

import type { Position } from "../src/core/diagnostic.ts";
import { hashString } from "../src/core/hash.ts";
import { Seq } from "../src/core/seq.ts";
import type { SeqKind } from "../src/core/seq-node.ts";
import type { Terms } from "../src/core/term.ts";
import { countNewlines, type Declaration, declare } from "./declaration.ts";
import { difference, type Edit, follow } from "./difference.ts";
import { editElements } from "./elements.ts";
import { type Piece, pieces } from "./pieces.ts";
import { Text } from "./text.ts";

interface Extent {
  readonly length: number;
  readonly newlines: number;
  /** Declarations that leave a comment or string open. */
  readonly open: number;
}

const kind: SeqKind<Declaration, Extent> = {
  hash: (declaration) => hashString(declaration.key),
  measure: ({ length, newlines, open }) => ({ length, newlines, open: open ? 1 : 0 }),
  empty: { length: 0, newlines: 0, open: 0 },
  combine: (a, b) => ({
    length: a.length + b.length,
    newlines: a.newlines + b.newlines,
    open: a.open + b.open,
  }),
};

/** A declaration that parsed, and what was changed of its text since. */
interface Good {
  readonly good: Declaration | null;
  readonly since: Edit | null;
}

const newlinesOf = (text: string): number => countNewlines(text, 0, text.length);

const nothing: Good = { good: null, since: null };

/** What those that do not parse were, as long as they were: mostly they are mended where they were broken. */
const broken = new WeakMap<Declaration, Good>();
/** Smaller declarations are soon read again. */
const worthwhile = 200;

const moved = ({ start, oldEnd, newEnd }: Edit, by: number): Edit => ({
  start: start + by,
  oldEnd: oldEnd + by,
  newEnd: newEnd + by,
});

const remember = (before: Declaration, after: Declaration, edit: Edit): void => {
  if (after.term !== null || after.key !== before.key) return;
  const { good, since } =
    before.term === null ? (broken.get(before) ?? nothing) : { good: before, since: null };
  const isWithin = edit.start >= 0 && edit.oldEnd <= before.length;
  const isAlone = after.length - before.length === edit.newEnd - edit.oldEnd;
  if (good === null || good.term!.size < worthwhile || !isWithin || !isAlone) return;
  broken.set(after, { good, since: since === null ? edit : follow(since, edit) });
};

export interface Update {
  readonly document: Document;
  /** What was changed of the text; null where it is as it was. */
  readonly edit: Edit | null;
  /** Index of the first declaration removed, and of the first inserted. */
  readonly at: number;
  readonly removed: readonly Declaration[];
  readonly inserted: readonly Declaration[];
}

const seen = (declarations: readonly Declaration[], at: number): void => {
  for (let i = 0; i < declarations.length; i++) declarations[i]!.seen = at + i;
};

/** Declarations that are read behind an edit before more of the text is looked at. */
const ahead = 4;

export class Document {
  readonly #text: Text;
  readonly terms: Terms;
  readonly declarations: Seq<Declaration, Extent>;

  private constructor(text: Text, terms: Terms, declarations: Seq<Declaration, Extent>) {
    this.#text = text;
    this.terms = terms;
    this.declarations = declarations;
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

  static parse(text: string, terms: Terms): Document {
    const declarations: Declaration[] = [];
    for (const piece of pieces(text, 0)) declarations.push(declare(text, piece, terms));
    seen(declarations, 0);
    return new Document(Text.of(text), terms, Seq.from(kind, declarations));
  }

  /** The document with another text. */
  update(text: string): Update {
    const edit = difference(this.text, text);
    return edit === null ? this.#unedited : this.#apply(Text.of(text), edit);
  }

  /** The document with `replacement` in place of its text from `start` to `end`. */
  edit(start: number, end: number, replacement: string): Update {
    const edit = difference(this.slice(start, end), replacement);
    if (edit === null) return this.#unedited;
    return this.#apply(this.#text.replaced(start, end, replacement), moved(edit, start));
  }

  get #unedited(): Update {
    return { document: this, edit: null, at: 0, removed: [], inserted: [] };
  }

  #apply(text: Text, edit: Edit): Update {
    const within = this.#editElements(text, edit);
    if (within !== null) return within;
    const from = this.#restart(edit.start);
    const last = this.declarations.search((extent) => extent.length > edit.oldEnd);
    for (let window = ahead; ; window *= 4) {
      const read = this.#read(text, edit, from, last + window);
      if (read !== null) return read;
    }
  }

  /**
   * Reads the text again from the declaration `from` on, until it goes on as it was. Looks
   * no further than to the end of the old declaration `upTo`; null if that is not enough.
   */
  #read(text: Text, edit: Edit, from: number, upTo: number): Update | null {
    const { declarations } = this;
    const shift = edit.newEnd - edit.oldEnd;
    const isAll = upTo >= declarations.length - 1;
    const end = isAll ? text.length : this.offsetOf(upTo + 1) + shift;
    let offset = this.offsetOf(from);
    // What is wrong is explained by what stands before it in its line.
    const base = this.lineStart(offset);
    const window = text.slice(base, end);
    const fresh: Declaration[] = [];
    // The old declaration that begins at, or is the first to begin behind, where we read.
    let to = from;
    for (const piece of pieces(window, offset - base)) {
      const start = base + piece.start;
      const old = start - shift;
      for (let next = declarations.get(to); next !== undefined && offset < old; next = declarations.get(to)) {
        offset += next.length;
        to++;
      }
      const coincides = offset === old && to < declarations.length && start >= edit.newEnd;
      if (piece.hard && coincides && offset >= edit.oldEnd && !this.#soft(to - 1)) {
        return this.#replace(text, from, to, fresh, edit);
      }
      // Whether it goes on behind what is seen, or what it leaves open is closed there, is not known.
      if (!isAll && (piece.open || base + piece.end === end)) return null;
      const same = this.#unchanged(from, fresh, piece, edit.start - base);
      fresh.push(same ?? declare(window, piece, this.terms));
    }
    return this.#replace(text, from, declarations.length, fresh, edit);
  }

  /** The edit as one of a few elements of a long list; null where it is more, or may be. */
  #editElements(text: Text, edit: Edit): Update | null {
    const { declarations } = this;
    const at = this.declarationAt(edit.start);
    const old = declarations.get(at);
    if (old === undefined || this.#soft(at - 1)) return null;
    if (declarations.search((extent) => extent.open > 0) < declarations.length) return null;
    const base = this.offsetOf(at);
    const own = moved(edit, -base);
    if (own.start < 0 || own.oldEnd > old.length || old.soft) return null;
    const { good, since } = old.term === null ? (broken.get(old) ?? nothing) : { good: old, since: null };
    if (good === null) return null;
    const lines =
      newlinesOf(text.slice(edit.start, edit.newEnd)) - newlinesOf(this.slice(edit.start, edit.oldEnd));
    const slice = (start: number, end: number): string => text.slice(base + start, base + end);
    const whole = since === null ? own : follow(since, own);
    const made = editElements(good, whole, slice, old.newlines + lines, this.terms);
    if (made === null) return null;
    seen([made], at);
    const document = new Document(text, this.terms, declarations.splice(at, 1, [made]));
    return { document, edit, at, removed: [old], inserted: [made] };
  }

  /** The old declaration for a piece before `changed`, if all before it were old ones too. */
  #unchanged(from: number, fresh: readonly Declaration[], piece: Piece, changed: number): Declaration | null {
    if (piece.end > changed) return null;
    const index = from + fresh.length;
    if (fresh.length > 0 && fresh[fresh.length - 1] !== this.declarations.get(index - 1)) return null;
    const old = this.declarations.get(index);
    return old !== undefined && old.length === piece.end - piece.start && old.soft === piece.soft
      ? old
      : null;
  }

  #soft(index: number): boolean {
    return this.declarations.get(index)?.soft === true;
  }

  /**
   * Where reading must begin again after an edit at `start`: before the declaration that
   * it is in, or that an open one before it may grow into, since where one ends depends on
   * the first words of the next.
   */
  #restart(start: number): number {
    const { declarations } = this;
    const open = declarations.search((extent) => extent.open > 0);
    const at = declarations.search((extent) => extent.length > start);
    let from = Math.max(0, Math.min(at, open, declarations.length - 1) - 1);
    while (this.#soft(from - 1)) from--;
    return from;
  }

  #replace(text: Text, from: number, to: number, fresh: readonly Declaration[], edit: Edit): Update {
    const { declarations } = this;
    const removed: Declaration[] = [];
    for (let i = from; i < to; i++) removed.push(declarations.get(i)!);
    let front = 0;
    while (front < removed.length && removed[front] === fresh[front]) front++;
    const at = from + front;
    const gone = removed.slice(front);
    const inserted = fresh.slice(front);
    if (gone.length === 1 && inserted.length === 1)
      remember(gone[0]!, inserted[0]!, moved(edit, -this.offsetOf(at)));
    seen(inserted, at);
    const document = new Document(text, this.terms, declarations.splice(at, gone.length, inserted));
    return { document, edit, at, removed: gone, inserted };
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

  /** Line and column, from 1. O(log n), the declaration it is in, and its line. */
  position(offset: number): Position {
    const before = this.declarations.measureBefore(this.declarationAt(offset));
    const line = before.newlines + newlinesOf(this.slice(before.length, offset)) + 1;
    return { line, column: offset - this.lineStart(offset) + 1 };
  }

  /** Where the line begins in which `offset` is. */
  lineStart(offset: number): number {
    return this.#text.lastIndexOf("\n", offset) + 1;
  }

  /** The offset of a line and column; of a column behind the line's end, that end. O(log n) and the declarations of the line. */
  offset({ line, column }: Position): number {
    const index = this.declarations.search((extent) => extent.newlines >= line - 1);
    if (index === this.declarations.length && line > 1) return this.length;
    const before = this.declarations.measureBefore(index);
    let start = line === 1 ? 0 : before.length;
    if (line > 1) {
      const own = this.slice(start, start + this.declarations.get(index)!.length);
      let at = 0;
      for (let left = line - 1 - before.newlines; left > 0; left--) at = own.indexOf("\n", at) + 1;
      start += at;
    }
    return Math.min(start + column - 1, this.#lineEnd(start));
  }

  /** Where the line ends in which `offset` is. */
  #lineEnd(offset: number): number {
    for (let start = offset, step = 256; start < this.length; start += step, step *= 2) {
      const at = this.slice(start, start + step).indexOf("\n");
      if (at >= 0) return start + at;
    }
    return this.length;
  }
}
