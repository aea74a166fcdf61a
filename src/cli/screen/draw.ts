/** The screen as lines of text, exactly as many as the terminal has rows. Pure. */
import { counted } from "../../core/tally.ts";
import { visibleLine } from "../../core/visible.ts";
import type { Status } from "../../live/control/status.ts";
import { statePaint } from "../render/status.ts";
import { type Cell, type Column, table } from "../render/table.ts";
import { cut, fill, width } from "../render/text.ts";
import type { Theme } from "../render/theme.ts";
import type { Row } from "./rows.ts";
import { chosenIndex, type Prompt, rowsShown, type ScreenState } from "./state.ts";

export interface Size {
  readonly columns: number;
  readonly rows: number;
}

/** The heading, and the line of keys. */
const frame = 2;

/** How many rows of the list or of a view are shown at once: the list has a line of titles. */
export const pageOf = ({ view }: ScreenState, { rows }: Size): number =>
  Math.max(1, rows - frame - (view === null ? 1 : 0));

const allColumns: readonly Column[] = [
  { title: " " },
  { title: "AUTOMATON", least: 12 },
  { title: "STATE" },
  { title: "READY", align: "right" },
  { title: "RESTARTS", align: "right", drop: 2 },
  { title: "CPU", align: "right", drop: 4 },
  { title: "CONNECTIONS", align: "right", drop: 5 },
  { title: "REASON", least: 20, drop: 1 },
];

/** What is measured of no row that is shown takes no room. */
const isShown = ({ title }: Column, rows: readonly Row[]): boolean => {
  if (title === "CPU") return rows.some(({ load }) => load.cpu !== undefined);
  return title !== "CONNECTIONS" || rows.some(({ load }) => load.connections !== undefined);
};

const number = (value: number | undefined, digits: number): string =>
  value === undefined ? "-" : value.toFixed(digits);

const cellsOf = (row: Row, isChosen: boolean, several: boolean, theme: Theme): readonly Cell[] => {
  const { system, automaton, state, ready, asked, restarts, load, reason } = row;
  const paint = state === "none" || state === "elsewhere" ? theme.quiet : statePaint(state, theme);
  return [
    { text: isChosen ? ">" : " ", paint: theme.heading },
    { text: several ? `${system}/${automaton}` : automaton, ...(isChosen ? { paint: theme.heading } : {}) },
    { text: state, paint },
    {
      text: state === "elsewhere" ? "-" : `${ready}/${asked}`,
      ...(ready < asked ? { paint: theme.busy } : {}),
    },
    { text: `${restarts}`, paint: restarts > 0 ? theme.busy : theme.quiet },
    { text: number(load.cpu, 2), paint: theme.quiet },
    { text: number(load.connections, 0), paint: theme.quiet },
    { text: reason === null ? "" : visibleLine(reason.short) },
  ];
};

/** From which row on rows are shown, so that the chosen one is among them. */
const firstShown = (chosen: number, count: number, page: number): number =>
  Math.max(0, Math.min(count - page, chosen - Math.floor(page / 2)));

/** The reason of the chosen row takes so many lines at most where its column has no room for it. */
const mostDetail = 3;
/** With fewer rows than these the list needs them all. */
const leastRows = 8;

/**
 * Why the chosen row is as it is, whole, in lines below the list; none where its row has told all of it, as it cannot
 * of one of several instances.
 */
const detailOf = ({ reason, asked }: Row, told: string, { columns: room, rows }: Size): readonly string[] => {
  if (reason === null || rows < leastRows) return [];
  if (asked < 2 && told.includes(visibleLine(reason.short))) return [];
  const lines = fill(visibleLine(reason.whole), room);
  if (lines.length <= mostDetail) return lines;
  return [...lines.slice(0, mostDetail - 1), cut(lines.slice(mostDetail - 1).join(" "), room)];
};

const list = (state: ScreenState, size: Size, theme: Theme): readonly string[] => {
  const rows = rowsShown(state);
  if (rows.length === 0)
    return [theme.quiet(state.filter === "" ? "There is nothing in it." : `nothing matches ${state.filter}`)];
  const whole = pageOf(state, size);
  const chosen = chosenIndex(rows, state);
  const row = rows[chosen];
  const several = state.statuses.length > 1;
  const isColumn = allColumns.map((column) => isShown(column, rows));
  const columns = allColumns.filter((_, i) => isColumn[i]);
  const shown = (page: number): readonly string[] => {
    const first = firstShown(chosen, rows.length, page);
    const cells = rows
      .slice(first, first + page)
      .map((each) => cellsOf(each, each === row, several, theme).filter((_, i) => isColumn[i]));
    return table(columns, cells, size.columns, theme).trimEnd().split("\n");
  };
  const lines = shown(whole);
  const detail = row === undefined ? [] : detailOf(row, lines.join("\n"), size);
  if (detail.length === 0) return lines;
  const fewer = shown(whole - detail.length);
  const between = Array<string>(Math.max(0, whole + 1 - fewer.length - detail.length)).fill("");
  return [...fewer, ...between, ...detail.map((line) => theme.busy(line))];
};

const viewed = ({ view }: ScreenState, page: number): readonly string[] => {
  const { lines, below } = view!;
  const end = Math.max(Math.min(page, lines.length), lines.length - below);
  return lines.slice(Math.max(0, end - page), end);
};

const headOf = (
  { system, state, orchestrator, automata }: Status,
  theme: Theme,
): readonly [string, string] => {
  const keeper = orchestrator === null ? ", not supervised" : "";
  const facts = ` (${counted(automata.length, "automaton", "automata")}${keeper})`;
  return [
    `${system} ${state}${facts}`,
    `${theme.heading(system)} ${statePaint(state, theme)(state)}${theme.quiet(facts)}`,
  ];
};

const heading = (state: ScreenState, { columns: room }: Size, theme: Theme): string => {
  const { statuses, view } = state;
  if (view !== null) return theme.heading(cut(view.title, room));
  const all = statuses.map((status) => headOf(status, theme));
  const plain = all.map(([text]) => text).join("  ");
  const wrong = statuses.flatMap(({ rejected, problems, warnings }) => [
    ...(rejected === null ? [] : [`not applied: ${rejected.file}:${rejected.line}: ${rejected.message}`]),
    ...problems,
    ...warnings,
  ]);
  const left = room - width(plain) - 4;
  if (left < 12 || wrong.length === 0)
    return width(plain) > room ? cut(plain, room) : all.map(([, painted]) => painted).join("  ");
  return `${all.map(([, painted]) => painted).join("  ")}  ${theme.bad("!")} ${cut(visibleLine(wrong[0]!), left)}`;
};

const question = (prompt: Prompt): string => {
  switch (prompt.what) {
    case "filter":
      return "/";
    case "scale":
      return `instances of ${prompt.of.automaton}: `;
    case "restart":
      return `restart ${prompt.of.automaton}? y/n: `;
    case "choose":
      return "choose: ";
  }
};

const keysOfList = [
  "l logs",
  "e events",
  "x explain",
  "s scale",
  "r restart",
  "t text",
  "/ filter",
  "o order",
];
/** Shown also where not all keys are: the one that tells of the others, and the way out. */
const keysShown = ["? help", "q quit"];

/** As many keys as there is room for. */
const keysIn = (room: number): string => {
  const keys = [...keysOfList];
  while (keys.length > 0 && width([...keys, ...keysShown].join("  ")) > room) keys.pop();
  return [...keys, ...keysShown].join("  ");
};

/** So much of a filter is shown beside the keys. */
const mostFilter = 20;

const keysOfView = "q back  up/down, page up/down, g, G move";

/** The filter of the list, so that nobody takes what it lets through for all there is. */
const filterShown = ({ filter, view }: ScreenState, room: number): string =>
  filter === "" || view !== null ? "" : `${cut(`/${filter}`, Math.min(mostFilter, room >> 1))}  `;

/** The last line: what is being written, what was said, or which keys there are. */
const foot = (state: ScreenState, { columns: room }: Size, theme: Theme): string => {
  const { prompt, notice, busy, view, order } = state;
  if (prompt !== null) return cut(`${question(prompt)}${prompt.text}`, room - 1);
  const filtered = filterShown(state, room);
  const left = room - width(filtered);
  if (busy !== null) return theme.quiet(filtered) + theme.busy(cut(`${busy} …`, left));
  if (notice !== null) return theme.quiet(filtered) + theme.warning(cut(visibleLine(notice), left));
  if (view !== null) return theme.quiet(cut(keysOfView, room));
  const by = `${filtered}${order === "name" ? "" : `by ${order}  `}`;
  return theme.quiet(cut(by + keysIn(room - width(by)), room));
};

export const draw = (state: ScreenState, size: Size, theme: Theme): readonly string[] => {
  const room = Math.max(0, size.rows - frame);
  const body = state.view === null ? list(state, size, theme) : viewed(state, room);
  const filled = [...body.slice(0, room), ...Array<string>(Math.max(0, room - body.length)).fill("")];
  return [heading(state, size, theme), ...filled, foot(state, size, theme)];
};
