/** Texts with other texts in their places: everything outside stays as it is, byte for byte. */
import { format } from "../../grammar/printer.ts";

/** A text in the place of another, by offsets in the file as it was. */
export interface Splice {
  readonly file: string;
  readonly start: number;
  /** Exclusive. */
  readonly end: number;
  readonly text: string;
}

/** The text of a file before an edit and after it. */
export interface TextChange {
  readonly file: string;
  readonly before: string;
  readonly after: string;
}

const inOrder = (a: Splice, b: Splice): number => a.start - b.start || a.end - b.end;

/** Splices, each once; what lies within another goes with it. */
export const merged = (parts: readonly (readonly Splice[])[]): readonly Splice[] => {
  const all: Splice[] = [];
  const isWithin = (a: Splice, b: Splice): boolean =>
    a.file === b.file && a.start >= b.start && a.end <= b.end && b.text.length < b.end - b.start;
  for (const splice of parts.flat()) {
    if (all.some((other) => isWithin(splice, other))) continue;
    for (let i = all.length - 1; i >= 0; i--) if (isWithin(all[i]!, splice)) all.splice(i, 1);
    all.push(splice);
  }
  return all;
};

/** The text after all splices of its file; null where two of them overlap. */
export const spliced = (text: string, splices: readonly Splice[]): string | null => {
  let after = "";
  let from = 0;
  for (const { start, end, text: inserted } of [...splices].sort(inOrder)) {
    if (start < from) return null;
    after += text.slice(from, start) + inserted;
    from = end;
  }
  return after + text.slice(from);
};

/** Whether a text is as `fmt` writes it. */
export const isFormatted = (text: string): boolean => {
  const formatted = format(text);
  return formatted._tag === "Formatted" && formatted.text === text;
};

/** A text as `fmt` writes it; as it is where it does not parse. */
export const formatted = (text: string): string => {
  const made = format(text);
  return made._tag === "Formatted" ? made.text : text;
};
