/** Tab: what could stand here, one of it taken or all of it shown. */
import { type Buffer, replace } from "./buffer.ts";
import type { Key } from "./key.ts";
import type { Candidate, Completion, Context, Mode, State, Step } from "./state.ts";

type Menu = Extract<Mode, { readonly _tag: "Menu" }>;
type MenuAction = (state: State, buffer: Buffer) => State;

export const complete = ({ text, cursor }: Buffer, { language }: Context): Completion =>
  language.complete(text, cursor);

/** What all candidates begin with. */
const common = (candidates: readonly Candidate[]): string => {
  let prefix = candidates[0]!.text;
  for (const { text } of candidates) while (!text.startsWith(prefix)) prefix = prefix.slice(0, -1);
  return prefix;
};

const put = (state: State, { from, to }: Completion, text: string, change: MenuAction): State =>
  change(state, replace(state.buffer, from, to, text));

export const begin = (state: State, completion: Completion, change: MenuAction): Step => {
  const { candidates, from, to } = completion;
  const [first] = candidates;
  if (first === undefined) return { state, event: "bell" };
  if (candidates.length === 1) return { state: put(state, completion, first.text, change), event: null };
  const prefix = common(candidates);
  if (prefix.length > to - from) {
    const longer = put(state, completion, prefix, change);
    return { state: longer, event: null };
  }
  return choose({ ...state, killing: false }, { _tag: "Menu", completion, chosen: 0, origin: state.buffer });
};

const choose = (state: State, mode: Menu): Step => {
  const { from, to, candidates } = mode.completion;
  const buffer = replace(mode.origin, from, to, candidates[mode.chosen]!.text);
  return { state: { ...state, mode, buffer }, event: null };
};

/** The text with what was chosen, as one change. */
export const accept = (state: State, change: MenuAction): State => {
  const { mode, buffer } = state;
  if (mode._tag !== "Menu") return state;
  return change({ ...state, mode: { _tag: "Edit" }, buffer: mode.origin }, buffer);
};

/** Null: the key takes what is chosen, and is to be read again. */
export const inMenu = (state: State, mode: Menu, { name }: Key): Step | null => {
  const { candidates } = mode.completion;
  const turn = (by: number): Step =>
    choose(state, { ...mode, chosen: (mode.chosen + by + candidates.length) % candidates.length });
  switch (name) {
    case "tab":
    case "down":
    case "ctrl-n":
      return turn(1);
    case "shift-tab":
    case "up":
    case "ctrl-p":
      return turn(-1);
    case "escape":
    case "ctrl-g":
    case "ctrl-c":
      return { state: { ...state, mode: { _tag: "Edit" }, buffer: mode.origin }, event: null };
    case "enter":
      return { state: accept(state, taken), event: null };
    default:
      return null;
  }
};

const taken: MenuAction = (state, buffer) => ({ ...state, buffer, undo: [...state.undo, state.buffer] });
