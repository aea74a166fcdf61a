/** Lines of a source with a range of them underlined. */

import type { Range } from "../../core/diagnostic.ts";
import { lineEnd, nextLine } from "../../core/lines.ts";
import { cut, padStart, visible, width } from "./text.ts";
import type { Paint, Theme } from "./theme.ts";

/** Texts by file name, for the lines that are shown; null where a file cannot be shown. */
export type Sources = (file: string) => string | null;

/** Of a range over many lines these are shown: the first ones and the last. */
const shownFirst = 3;

/** Without a byte order mark, which is in no column. */
const lineOf = (text: string, line: number): string => {
  let start = text.startsWith("\uFEFF") ? 1 : 0;
  for (let at = 1; at < line; at++) start = nextLine(text, start);
  return text.slice(start, lineEnd(text, start));
};

interface Row {
  /** Null: lines are left out here. */
  readonly number: number | null;
  readonly text: string;
  /** Columns that are underlined: from, to. */
  readonly mark: readonly [number, number] | null;
}

/** A line longer than this is shown around its mark alone. */
const longLine = 400;

/** One line of the source, with the columns of it that lie in the range. */
const row = (source: string, number: number, { start, end }: Range): Row => {
  const whole = lineOf(source, number);
  const first = number === start.line ? start.column - 1 : whole.length - whole.trimStart().length;
  const last = number === end.line ? Math.max(end.column - 1, first) : whole.length;
  const from = whole.length > longLine ? Math.max(0, first - 60) : 0;
  const to =
    whole.length > longLine
      ? Math.min(whole.length, Math.max(last, first) + 60, first + longLine)
      : whole.length;
  const lead = visible((from > 0 ? "…" : "") + whole.slice(from, first));
  const left = width(lead);
  const marked = visible(whole.slice(first, Math.min(last, to)), left);
  const tail = visible(whole.slice(Math.min(last, to), to), left + width(marked));
  const text = `${lead}${marked}${tail}${to < whole.length ? "…" : ""}`;
  return { number, text, mark: [left, left + Math.max(1, width(marked))] };
};

const rows = (source: string, range: Range): readonly Row[] => {
  const { start } = range;
  // A range that ends before the first column of a line does not show that line.
  const last = range.end.column === 1 && range.end.line > start.line ? range.end.line - 1 : range.end.line;
  if (last - start.line < shownFirst + 1)
    return Array.from({ length: last - start.line + 1 }, (_, i) => row(source, start.line + i, range));
  return [
    ...Array.from({ length: shownFirst }, (_, i) => row(source, start.line + i, range)),
    { number: null, text: "", mark: null },
    row(source, last, range),
  ];
};

export interface Look {
  readonly mark: string;
  readonly paint: Paint;
  readonly theme: Theme;
  /** Other places on the same line as a range of one line, none of them overlapping: marked with `-`. */
  readonly beside?: readonly Range[];
  /** Columns of the terminal; null or left out where nothing limits them. */
  readonly room?: number | null;
}

/** The marks under a line, left to right. */
const underline = (source: string, at: readonly [number, number], line: number, look: Look): string => {
  const marks = [
    { at, mark: look.mark, paint: look.paint },
    ...(look.beside ?? []).map((range) => ({
      at: row(source, line, range).mark!,
      mark: "-",
      paint: look.theme.place,
    })),
  ].sort((a, b) => a.at[0] - b.at[0]);
  let column = 0;
  return marks
    .map(({ at: [from, to], mark, paint }) => {
      const space = " ".repeat(Math.max(0, from - column));
      column = Math.max(to, column);
      return space + paint(mark.repeat(to - from));
    })
    .join("");
};

/**
 * ```
 *    |
 * 12 |   requires kv: Stroe
 *    |                ^^^^^
 * ```
 * A range over several lines has its lines barred at the left instead, as one block.
 * Every line ends with a newline. Empty if there is nothing to show.
 */
export const excerpt = (source: string, range: Range, gutter: number, look: Look): string => {
  const { mark, paint, theme, room = null } = look;
  const shown = rows(source, range);
  // Behind a number, a blank, the bar and another blank.
  const space = room === null ? Number.POSITIVE_INFINITY : Math.max(1, room - gutter - 3);
  const bar = theme.quiet("|");
  const margin = (number: number | null): string =>
    `${theme.quiet(padStart(number === null ? "" : String(number), gutter))} ${bar}`;
  if (shown.length === 1) {
    const { number, text, mark: at } = shown[0]!;
    const ends = [at!, ...(look.beside ?? []).map((one) => row(source, number!, one).mark!)];
    // What is marked is shown, also where the terminal has to break the line for that.
    const isIn = ends.every(([, end]) => end < space);
    return [
      `${margin(null)}\n`,
      `${margin(number)} ${isIn ? cut(text, space) : text}\n`,
      `${margin(null)} ${underline(source, at!, number!, look)}\n`,
    ].join("");
  }
  return [
    `${margin(null)}\n`,
    ...shown.map(({ number, text }) =>
      number === null
        ? `${theme.quiet(padStart("…", gutter))} ${bar} ${paint("|")}\n`
        : `${margin(number)} ${paint("|")} ${cut(text, space - 2)}`.trimEnd().concat("\n"),
    ),
    `${margin(null)} ${paint(`|${"_".repeat(Math.min(space - 2, shown.at(-1)!.mark![1]))}${mark}`)}\n`,
  ].join("");
};

/** Columns for the line numbers of these ranges. */
export const gutterOf = (ranges: readonly Range[]): number =>
  Math.max(...ranges.map(({ end }) => String(end.line).length));
