/** An entry of declarations within the session's text: where each of them came to stand. */
import { Document } from "../../grammar/document.ts";
import type { Diagnostic, Range } from "../core/diagnostic.ts";
import { Terms } from "../core/term.ts";

/** A declaration of an entry. */
interface Piece {
  /** Where it stands in the session's text. */
  start: number;
  readonly length: number;
  /** Where it stands in the entry. */
  readonly from: number;
}

/** What an entry is called where something is wrong in it. */
export const entryFile = "<entry>";

/** The session's text with an entry in it. */
export class Entry {
  /** As it was entered. */
  readonly entered: string;
  /** The session's text with it. */
  readonly text: string;
  /** The names that it declares. */
  readonly names: ReadonlySet<string>;
  readonly #pieces: readonly Piece[];

  private constructor(entered: string, text: string, names: ReadonlySet<string>, pieces: readonly Piece[]) {
    this.entered = entered;
    this.text = text;
    this.names = names;
    this.#pieces = pieces;
  }

  /** Puts declarations in the place of those of the same name, or behind all. */
  static into(text: string, entered: string): Entry {
    let document = Document.parse(text, new Terms());
    const names = new Set<string>();
    const pieces: Piece[] = [];
    const behind: { readonly own: string; readonly from: number }[] = [];
    let at = 0;
    for (const declaration of Document.parse(entered, new Terms()).declarations) {
      const whole = entered.slice(at, at + declaration.length);
      const own = whole.trim();
      const from = at + whole.length - whole.trimStart().length;
      at += declaration.length;
      for (const name of declaration.names) names.add(name);
      const place = declaration.names.length > 0 ? placeOf(document, new Set(declaration.names)) : null;
      if (place === null) {
        behind.push({ own, from });
        continue;
      }
      document = document.edit(place.start, place.end, own).document;
      for (const piece of pieces)
        if (piece.start > place.start) piece.start += own.length - (place.end - place.start);
      pieces.push({ start: place.start, length: own.length, from });
    }
    const base = document.text;
    let made = base === "" || base.endsWith("\n") ? base : `${base}\n`;
    for (const { own, from } of behind) {
      pieces.push({ start: made.length, length: own.length, from });
      made += `${own}\n`;
    }
    return new Entry(entered, made, names, pieces);
  }

  /** What is wrong in the entry, told by its own lines, and what is wrong elsewhere as it is. `file`: the session's. */
  placed(diagnostics: readonly Diagnostic[], file: string): readonly Diagnostic[] {
    const whole = Document.parse(this.text, new Terms());
    const entry = Document.parse(this.entered, new Terms());
    const move = <P extends { readonly file: string; readonly range: Range }>(place: P): P => {
      const [start, end] = [whole.offset(place.range.start), whole.offset(place.range.end)];
      const piece = this.#pieces.find((one) => start >= one.start && end <= one.start + one.length);
      if (place.file !== file || piece === undefined) return place;
      const at = (offset: number) => entry.position(offset - piece.start + piece.from);
      return { ...place, file: entryFile, range: { start: at(start), end: at(end) } };
    };
    return diagnostics.map((diagnostic) => ({
      ...move(diagnostic),
      hints: diagnostic.hints.map((hint) => ({
        ...hint,
        ...(hint.place && { place: move(hint.place) }),
        ...(hint.fix && { fix: move(hint.fix) }),
      })),
    }));
  }
}

/** Where a declaration of these very names stands, without the white space and comments behind it. */
const placeOf = (
  document: Document,
  names: ReadonlySet<string>,
): { readonly start: number; readonly end: number } | null => {
  let start = 0;
  for (const declaration of document.declarations) {
    const same =
      declaration.names.length === names.size && declaration.names.every((name) => names.has(name));
    const length = declaration.term === null ? declaration.length : declaration.spans[1]!;
    if (same) return { start, end: start + length };
    start += declaration.length;
  }
  return null;
};
