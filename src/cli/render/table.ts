/** Tables that fit the terminal: columns give way in a stated order. */
import { cut, width } from "./text.ts";
import type { Paint, Theme } from "./theme.ts";

export interface Column {
  readonly title: string;
  readonly align?: "right";
  /** Columns with a number may be left out, the highest first, where the table is too wide. */
  readonly drop?: number;
  /** May be cut down to this many columns before anything is left out. */
  readonly least?: number;
}

export interface Cell {
  readonly text: string;
  readonly paint?: Paint;
}

const between = 2;

const widthsOf = (columns: readonly Column[], rows: readonly (readonly Cell[])[]): number[] =>
  columns.map(({ title }, i) =>
    rows.reduce((most, row) => Math.max(most, width(row[i]!.text)), width(title)),
  );

const total = (widths: readonly number[]): number =>
  widths.reduce((sum, each) => sum + each, between * Math.max(0, widths.length - 1));

/** Takes from the columns that can give, the widest first, what is too much. */
const shrink = (columns: readonly Column[], widths: number[], room: number): void => {
  for (let excess = total(widths) - room; excess > 0; excess--) {
    let widest = -1;
    columns.forEach(({ least, title }, i) => {
      if (least === undefined || widths[i]! <= Math.max(least, width(title))) return;
      if (widest < 0 || widths[i]! > widths[widest]!) widest = i;
    });
    if (widest < 0) return;
    widths[widest]!--;
  }
};

/** Lines, each with its newline. `room` null: as wide as it is. */
export const table = (
  columns: readonly Column[],
  rows: readonly (readonly Cell[])[],
  room: number | null,
  theme: Theme,
): string => {
  let shown = columns.map((_, index) => index);
  let widths: number[] = [];
  for (;;) {
    const kept = shown.map((index) => columns[index]!);
    widths = widthsOf(
      kept,
      rows.map((row) => shown.map((index) => row[index]!)),
    );
    if (room === null) break;
    shrink(kept, widths, room);
    if (total(widths) <= room) break;
    const droppable = shown.filter((index) => columns[index]!.drop !== undefined);
    if (droppable.length === 0) break;
    const last = droppable.reduce((a, b) => (columns[a]!.drop! >= columns[b]!.drop! ? a : b));
    shown = shown.filter((index) => index !== last);
  }
  const line = (cells: readonly Cell[]): string =>
    shown
      .map((index, i) => {
        const { text, paint } = cells[index]!;
        const fitting = cut(text, widths[i]!);
        const space = " ".repeat(widths[i]! - width(fitting));
        const painted = paint === undefined ? fitting : paint(fitting);
        return columns[index]!.align === "right" ? space + painted : painted + space;
      })
      .join(" ".repeat(between))
      .trimEnd();
  const heading = line(columns.map(({ title }) => ({ text: title, paint: theme.quiet })));
  return [heading, ...rows.map(line)].map((each) => `${each}\n`).join("");
};
