/**
 * What the screen shows, and what each key changes of that. Pure: what is to be done in the world
 * goes out as a request, and what came of it comes back by `notice` and `viewed`.
 */
import type { Status } from "../../live/control/status.ts";
import { interrupt, type Key } from "./keys.ts";
import { type Order, orders, type Row, rowsOf } from "./rows.ts";

/** Lines in place of the list: a log, events, an explanation. */
export interface View {
  readonly title: string;
  readonly lines: readonly string[];
  /** How many lines are below what is shown; 0: the last ones are shown, also as more come. */
  readonly below: number;
}

type Chosen = Pick<Row, "system" | "automaton">;

/**
 * A line that is being written. What it is about is told when it is begun: rows move meanwhile. Of a choice also, to
 * how many instances.
 */
export type Prompt =
  | { readonly what: "filter"; readonly text: string }
  | { readonly what: "scale" | "restart"; readonly text: string; readonly of: Chosen }
  | { readonly what: "choose"; readonly text: string; readonly of: Chosen; readonly instances: string };

export interface ScreenState {
  readonly statuses: readonly Status[];
  readonly order: Order;
  readonly filter: string;
  /** The row that is chosen, by what it is of: rows come and go. */
  readonly chosen: Chosen | null;
  readonly view: View | null;
  readonly prompt: Prompt | null;
  /** What was said last, until the next key, or for some seconds. */
  readonly notice: string | null;
  /** What is waited for, in words; null: nothing. */
  readonly busy: string | null;
}

/** What a key asks for. */
export type Request =
  | { readonly _tag: "Quit" }
  | { readonly _tag: "Logs" | "Events" | "Explain" | "Edit" | "Restart"; readonly of: Chosen }
  | {
      readonly _tag: "Scale";
      readonly of: Chosen;
      readonly instances: string;
      readonly choice: number | null;
    }
  | { readonly _tag: "Help" }
  /** What is shown in place of the list is closed. */
  | { readonly _tag: "Closed" };

export interface Pressed {
  readonly state: ScreenState;
  readonly request: Request | null;
}

const chosenFirst = (rows: readonly Row[]): Chosen | null =>
  rows[0] === undefined ? null : { system: rows[0].system, automaton: rows[0].automaton };

export const begin = (statuses: readonly Status[]): ScreenState => ({
  statuses,
  order: "name",
  filter: "",
  chosen: chosenFirst(rowsOf(statuses, "name", "")),
  view: null,
  prompt: null,
  notice: null,
  busy: null,
});

export const rowsShown = ({ statuses, order, filter }: ScreenState): readonly Row[] =>
  rowsOf(statuses, order, filter);

/** Where the chosen row is among those that are shown; the first where it is not there any more. */
export const chosenIndex = (rows: readonly Row[], { chosen }: ScreenState): number =>
  Math.max(
    0,
    rows.findIndex((row) => row.system === chosen?.system && row.automaton === chosen.automaton),
  );

/** The row that is chosen; null where none is shown. */
export const chosenRow = (state: ScreenState): Row | null => {
  const rows = rowsShown(state);
  return rows[chosenIndex(rows, state)] ?? null;
};

const moved = (state: ScreenState, by: number): ScreenState => {
  const rows = rowsShown(state);
  const row = rows[Math.min(rows.length - 1, Math.max(0, chosenIndex(rows, state) + by))];
  if (row === undefined) return state;
  const { system, automaton } = row;
  return { ...state, chosen: { system, automaton } };
};

const scrolled = (state: ScreenState, view: View, by: number, page: number): ScreenState => {
  const most = Math.max(0, view.lines.length - page);
  const below = Math.min(most, Math.max(0, Math.min(most, view.below) - by));
  return { ...state, view: { ...view, below } };
};

/** By how many rows a key moves; null: it moves nothing. `page`: as many as are shown at once. */
const movement = ({ name, text }: Key, page: number): number | null => {
  if (name === "up" || text === "k") return -1;
  if (name === "down" || text === "j") return 1;
  if (name === "pageup") return -page;
  if (name === "pagedown" || name === "space") return page;
  if (name === "home" || text === "g") return Number.NEGATIVE_INFINITY;
  if (name === "end" || text === "G") return Number.POSITIVE_INFINITY;
  return null;
};

const only = (state: ScreenState, request: Request | null = null): Pressed => ({ state, request });

const inPrompt = (state: ScreenState, prompt: Prompt, key: Key, page: number): Pressed => {
  const { what } = prompt;
  const { name, text } = key;
  // Of many choices not all may fit.
  const by = text === "" && state.view !== null ? movement(key, page) : null;
  if (by !== null) return only(scrolled(state, state.view!, by, page));
  const write = (written: string): ScreenState => ({
    ...state,
    prompt: { ...prompt, text: written },
    // A filter shows what it lets through while it is written.
    ...(what === "filter" ? { filter: written } : {}),
  });
  if (name === "escape")
    return only({ ...state, prompt: null, view: null, ...(what === "filter" ? { filter: "" } : {}) });
  if (name === "backspace") return only(write([...prompt.text].slice(0, -1).join("")));
  if (name === "return") return answered({ ...state, prompt: null }, prompt);
  return only(text === "" ? state : write(prompt.text + text));
};

const answered = (state: ScreenState, prompt: Prompt): Pressed => {
  if (prompt.what === "filter") return only(state);
  const { of } = prompt;
  const number = prompt.text.trim();
  if (prompt.what === "restart") return only(state, number === "y" ? { _tag: "Restart", of } : null);
  const closed = { ...state, view: null };
  if (number === "") return only(closed);
  if (!/^\d{1,9}$/.test(number)) return only({ ...closed, notice: `not a number: ${number}` });
  return prompt.what === "choose"
    ? only(closed, { _tag: "Scale", of, instances: prompt.instances, choice: Number(number) })
    : only(state, { _tag: "Scale", of, instances: number, choice: null });
};

const inView = (state: ScreenState, view: View, key: Key, page: number): Pressed => {
  if (key.name === "escape" || key.text === "q" || key.name === "left")
    return only({ ...state, view: null }, { _tag: "Closed" });
  const by = movement(key, page);
  return only(by === null ? state : scrolled(state, view, by, page));
};

const inList = (state: ScreenState, key: Key, page: number): Pressed => {
  const by = movement(key, page);
  if (by !== null) return only(moved(state, by));
  if (key.name === "escape") return only({ ...state, filter: "" });
  const row = chosenRow(state);
  const of = row === null ? null : { system: row.system, automaton: row.automaton };
  switch (key.name === "return" ? "l" : key.text) {
    case "q":
      return only(state, { _tag: "Quit" });
    case "/":
      return only({ ...state, prompt: { what: "filter", text: state.filter } });
    case "o":
      return only({ ...state, order: orders[(orders.indexOf(state.order) + 1) % orders.length]! });
    case "?":
    case "h":
      return only(state, { _tag: "Help" });
    case "l":
      return only(state, of === null ? null : { _tag: "Logs", of });
    case "e":
      return only(state, of === null ? null : { _tag: "Events", of });
    case "x":
      return only(state, of === null ? null : { _tag: "Explain", of });
    case "t":
      return only(state, of === null ? null : { _tag: "Edit", of });
    case "s":
      return only(of === null ? state : { ...state, prompt: { what: "scale", text: "", of } });
    case "r":
      return only(of === null ? state : { ...state, prompt: { what: "restart", text: "", of } });
    default:
      return only(state);
  }
};

/** A key was pressed. `page`: how many rows are shown at once. */
export const press = (before: ScreenState, key: Key, page: number): Pressed => {
  const state = { ...before, notice: null };
  if (key.name === interrupt.name) return only(state, { _tag: "Quit" });
  if (state.prompt !== null) return inPrompt(state, state.prompt, key, page);
  // What is being done comes to its end first.
  if (state.busy !== null) return only(state);
  return state.view === null ? inList(state, key, page) : inView(state, state.view, key, page);
};

/** More lines of what is shown: those that a person looks at stay where they are. */
export const extended = (view: View, lines: readonly string[], most: number): View => {
  const all = [...view.lines, ...lines];
  const kept = all.length > most ? all.slice(all.length - most) : all;
  const below = view.below === 0 ? 0 : Math.min(kept.length - 1, view.below + lines.length);
  return { ...view, lines: kept, below };
};
