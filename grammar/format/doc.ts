/**
 * Documents for pretty-printing, after P. Wadler, "A prettier printer" (2003), with the
 * additions of the Prettier formatter: forced breaks, and text that waits for a line's end.
 */

import { linesOf } from "../../src/core/lines.ts";

export type Doc =
  | string
  | { readonly _tag: "Concat"; readonly parts: readonly Doc[]; readonly breaks: boolean }
  /** All its lines become spaces if that fits, else all become line ends. */
  | { readonly _tag: "Group"; readonly doc: Doc; readonly breaks: boolean }
  | { readonly _tag: "Indent"; readonly doc: Doc; readonly breaks: boolean }
  /** `flat` is what it is if its group stays on one line. A blank one leaves a line empty. */
  | { readonly _tag: "Line"; readonly flat: string; readonly blank: boolean; readonly breaks: boolean }
  | { readonly _tag: "IfBroken"; readonly text: string; readonly breaks: false }
  /** A comment that waits for the end of the line; `padded` if its author moved it to the right. */
  | { readonly _tag: "Suffix"; readonly text: string; readonly padded: boolean; readonly breaks: true }
  /** A comment before what follows it; a line of its own if another comment waits. */
  | { readonly _tag: "Comment"; readonly text: string; readonly breaks: true }
  /** Of several lines, and kept as it is. */
  | { readonly _tag: "Verbatim"; readonly text: string; readonly breaks: boolean }
  /** Stays on one line whatever it says. */
  | { readonly _tag: "Flat"; readonly doc: Doc; readonly breaks: false };

export const breaks = (doc: Doc): boolean => typeof doc !== "string" && doc.breaks;

/** Any number of documents, one after the other. */
export const sequence = (parts: readonly Doc[]): Doc => ({
  _tag: "Concat",
  parts,
  breaks: parts.some(breaks),
});
export const concat = (...parts: readonly Doc[]): Doc => sequence(parts);
export const group = (...parts: readonly Doc[]): Doc => {
  const doc = parts.length === 1 ? parts[0]! : sequence(parts);
  return { _tag: "Group", doc, breaks: breaks(doc) };
};
export const indent = (...parts: readonly Doc[]): Doc => {
  const doc = sequence(parts);
  return { _tag: "Indent", doc, breaks: breaks(doc) };
};
const lineOf = (flat: string, blank: boolean, forced: boolean): Doc => ({
  _tag: "Line",
  flat,
  blank,
  breaks: forced,
});
/** A space or a line end. */
export const line: Doc = lineOf(" ", false, false);
/** Nothing or a line end. */
export const softline: Doc = lineOf("", false, false);
/** Two spaces, which are seen between clauses, or a line end. */
export const wideline: Doc = lineOf("  ", false, false);
/** A line end wherever it stands. */
export const hardline: Doc = lineOf(" ", false, true);
export const blankline: Doc = lineOf(" ", true, true);
/** Nothing, but the groups around it break. */
export const broken: Doc = { _tag: "Verbatim", text: "", breaks: true };
export const ifBroken = (text: string): Doc => ({ _tag: "IfBroken", text, breaks: false });
export const suffix = (text: string, padded: boolean): Doc => ({
  _tag: "Suffix",
  text,
  padded,
  breaks: true,
});
export const lineComment = (text: string): Doc => ({ _tag: "Comment", text, breaks: true });
export const flat = (doc: Doc): Doc => ({ _tag: "Flat", doc, breaks: false });
/** As it stands, but for line ends: all are `\n`. */
export const verbatim = (text: string): Doc => {
  const lines = linesOf(text);
  return lines.length > 1 ? { _tag: "Verbatim", text: lines.join("\n"), breaks: false } : text;
};

export const join = (parts: readonly Doc[], between: Doc): Doc =>
  sequence(parts.flatMap((part, i) => (i === 0 ? [part] : [between, part])));

/** The text that a document begins with. */
export const beginning = (doc: Doc): string => {
  const todo: Doc[] = [doc];
  for (let next = todo.pop(); next !== undefined; next = todo.pop()) {
    if (typeof next === "string") {
      if (next !== "") return next;
    } else if (next._tag === "Concat") {
      for (let i = next.parts.length - 1; i >= 0; i--) todo.push(next.parts[i]!);
    } else if (next._tag === "Group" || next._tag === "Indent" || next._tag === "Flat") todo.push(next.doc);
    else if (next._tag === "Comment" || (next._tag === "Verbatim" && next.text !== "")) return next.text;
    else if (next._tag === "Line") return "";
  }
  return "";
};
