/** What a line editor shows, as rows that fit the terminal, and where the cursor stands. */
import { cut, padEnd, visible, width } from "../../cli/render/text.ts";
import type { Paint, Theme } from "../../cli/render/theme.ts";
import { type State, suggestion } from "./state.ts";

/** A stretch of a text in one colour. */
export interface Run {
  readonly text: string;
  readonly paint: Paint;
}

export interface Look {
  readonly columns: number;
  /** Of the terminal: no more is drawn. */
  readonly lines: number;
  readonly prompt: string;
  /** Before each further line; as wide as the prompt. */
  readonly continuation: string;
  /** The text in its colours, in stretches that tile it. */
  readonly paint: (text: string) => readonly Run[];
  readonly theme: Theme;
}

export interface Screen {
  readonly rows: readonly string[];
  /** From 0. */
  readonly row: number;
  readonly column: number;
}

const segmenter = new Intl.Segmenter();

/** Rows that are filled cell by cell, and broken where the terminal would break them. */
class Rows {
  readonly rows: string[] = [];
  readonly #columns: number;
  #row = "";
  #used = 0;

  constructor(columns: number) {
    this.#columns = columns;
  }

  get at(): { readonly row: number; readonly column: number } {
    return this.#used < this.#columns
      ? { row: this.rows.length, column: this.#used }
      : { row: this.rows.length + 1, column: 0 };
  }

  /** Colours only; takes no room. */
  start(prefix: string): void {
    this.#row += prefix;
    this.#used += width(prefix);
  }

  cell(grapheme: string, paint: Paint): void {
    const wide = width(grapheme);
    if (this.#used + wide > this.#columns) this.break();
    this.#row += paint(grapheme);
    this.#used += wide;
  }

  break(): void {
    this.rows.push(this.#row);
    this.#row = "";
    this.#used = 0;
  }

  /** All rows; one more where the cursor stands behind a full one. */
  end(cursorRow: number): readonly string[] {
    this.break();
    while (this.rows.length <= cursorRow) this.rows.push("");
    return this.rows;
  }
}

/** What is typed in a search stands before what it finds. */
const promptOf = ({ mode }: State, { prompt, theme }: Look): string => {
  if (mode._tag !== "Search") return prompt;
  const label = mode.at < 0 && mode.query !== "" ? "no match" : "search";
  return `${theme.quiet(`${label}:`)} ${mode.query} ${theme.quiet("›")} `;
};

const text = (state: State, look: Look, entries: readonly string[]): Screen => {
  const { columns, continuation, theme } = look;
  const rows = new Rows(columns);
  rows.start(promptOf(state, look));
  let offset = 0;
  let cursor = rows.at;
  const { buffer } = state;
  const put = (run: Run): void => {
    for (const { segment } of segmenter.segment(run.text)) {
      if (offset === buffer.cursor) cursor = rows.at;
      offset += segment.length;
      if (segment === "\n") {
        rows.break();
        rows.start(continuation);
      } else
        for (const { segment: shown } of segmenter.segment(visible(segment))) rows.cell(shown, run.paint);
    }
  };
  for (const run of look.paint(buffer.text)) put(run);
  if (offset === buffer.cursor) cursor = rows.at;
  for (const { segment } of segmenter.segment(suggestion(state, entries))) rows.cell(segment, theme.quiet);
  return { rows: rows.end(cursor.row), ...cursor };
};

const mostInMenu = 8;

/** The candidates around the chosen one, each with what it is. */
const menu = ({ mode }: State, { columns, lines, theme }: Look): readonly string[] => {
  if (mode._tag !== "Menu") return [];
  const { candidates } = mode.completion;
  const room = Math.max(1, Math.min(mostInMenu, lines - 3, candidates.length));
  const first = Math.max(0, Math.min(mode.chosen - (room >> 1), candidates.length - room));
  const shown = candidates.slice(first, first + room);
  const left = Math.min(
    Math.max(...shown.map((candidate) => width(candidate.text))),
    Math.max(8, columns - 24),
  );
  const rows = shown.map((candidate, index) => {
    const chosen = first + index === mode.chosen;
    const name = padEnd(cut(candidate.text, left), left);
    const detail = cut(candidate.detail.replace(/\s+/g, " "), Math.max(0, columns - left - 5));
    return `${chosen ? theme.heading("›") : " "} ${chosen ? theme.heading(name) : theme.name(name)}  ${theme.quiet(detail)}`;
  });
  const hidden = candidates.length - shown.length;
  return hidden === 0 ? rows : [...rows, theme.quiet(`  ${mode.chosen + 1} of ${candidates.length}`)];
};

/** The rows of a text that is too tall are those around the cursor. */
export const draw = (state: State, look: Look, entries: readonly string[]): Screen => {
  const { rows, row, column } = text(state, look, entries);
  const below = menu(state, look);
  const room = Math.max(1, look.lines - below.length - 1);
  const first = Math.max(0, Math.min(row - room + 1 + Math.min(2, room - 1), rows.length - room));
  return { rows: [...rows.slice(first, first + room), ...below], row: row - first, column };
};
