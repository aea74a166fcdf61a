/** From a key to the next state: the keys of Emacs and Readline, as far as people use them. */
import * as B from "./buffer.ts";
import type { Key } from "./key.ts";
import { accept, begin, complete, inMenu } from "./menu.ts";
import { inSearch, search } from "./search.ts";
import { type Context, type Event, initial, type State, type Step, suggestion } from "./state.ts";

const undoDepth = 200;

const step = (state: State, event: Event | null = null): Step => ({ state, event });

/** A change of the text, which can be undone. */
const change = (state: State, buffer: B.Buffer): State =>
  buffer.text === state.buffer.text
    ? { ...state, buffer, killing: false }
    : { ...state, buffer, killing: false, undo: [...state.undo.slice(-undoDepth), state.buffer] };

const move = (state: State, buffer: B.Buffer): State => ({ ...state, buffer, killing: false });

const kill = (state: State, { buffer, taken }: B.Cut, back: boolean): State => {
  const before = state.killing ? state.killed : "";
  const killed = back ? taken + before : before + taken;
  return { ...change(state, buffer), killed: taken === "" ? state.killed : killed, killing: true };
};

const show = (state: State, entry: number, { entries }: Context): State => {
  const draft = state.entry === entries.length ? state.buffer.text : state.draft;
  const text = entries[entry] ?? draft;
  return { ...state, buffer: B.bufferOf(text), entry, draft, killing: false, undo: [] };
};

const older = (state: State, context: Context): Step =>
  state.entry === 0 ? step(state, "bell") : step(show(state, state.entry - 1, context));
const younger = (state: State, context: Context): Step =>
  state.entry >= context.entries.length ? step(state, "bell") : step(show(state, state.entry + 1, context));

/** A text of one line is sent from anywhere in it; a longer one from its end. */
const enter = (state: State, { language }: Context): Step => {
  const { text, cursor } = state.buffer;
  if (state.pasting) return step(change(state, B.insert(state.buffer, "\n")));
  const atEnd = text.slice(cursor).trim() === "";
  // An empty line at the end sends what is unfinished, so that one can see what is wrong with it.
  const insists = /\n[ \t]*$/.test(text) && text.trim() !== "";
  if ((!text.includes("\n") || atEnd) && (insists || language.finished(text))) return step(state, "submit");
  return step(change(state, B.newline(state.buffer)));
};

const forward = (state: State, to: B.Buffer, { entries }: Context): State => {
  const more = suggestion(state, entries);
  return more === "" ? move(state, to) : change(state, B.insert(state.buffer, more));
};

const tab = (state: State, context: Context): Step => {
  const { text, cursor } = state.buffer;
  const line = text.slice(text.lastIndexOf("\n", cursor - 1) + 1, cursor);
  if (state.pasting || (line.trim() === "" && text.includes("\n")))
    return step(change(state, B.insert(state.buffer, "  ")));
  return begin(state, complete(state.buffer, context), change);
};

const edit = (state: State, { name, text }: Key, context: Context): Step => {
  const { buffer } = state;
  switch (name) {
    case "enter":
    // What Enter is to a terminal that is not raw: typed ahead, before anything read it.
    case "ctrl-j":
      return enter(state, context);
    case "meta-enter":
      return step(change(state, state.pasting ? B.insert(buffer, "\n") : B.newline(buffer)));
    case "tab":
      return tab(state, context);
    case "backspace":
    case "ctrl-h":
      return step(change(state, B.backspace(buffer)));
    case "delete":
      return step(change(state, B.deleteBehind(buffer)));
    case "ctrl-d":
      return buffer.text === "" ? step(state, "end") : step(change(state, B.deleteBehind(buffer)));
    case "left":
    case "ctrl-b":
      return step(move(state, B.left(buffer)));
    case "right":
    case "ctrl-f":
      return step(forward(state, B.right(buffer), context));
    case "end":
    case "ctrl-e":
      return step(forward(state, B.lineEnd(buffer), context));
    case "home":
    case "ctrl-a":
      return step(move(state, B.lineStart(buffer)));
    case "ctrl-left":
    case "meta-left":
    case "meta-b":
      return step(move(state, B.wordLeft(buffer)));
    case "ctrl-right":
    case "meta-right":
    case "meta-f":
      return step(move(state, B.wordRight(buffer)));
    case "ctrl-home":
    case "meta-<":
      return step(move(state, B.place(buffer, 0)));
    case "ctrl-end":
    case "meta->":
      return step(move(state, B.place(buffer, buffer.text.length)));
    case "up": {
      const above = B.up(buffer);
      return above === null ? older(state, context) : step(move(state, above));
    }
    case "down": {
      const below = B.down(buffer);
      return below === null ? younger(state, context) : step(move(state, below));
    }
    case "ctrl-p":
    case "pageup":
      return older(state, context);
    case "ctrl-n":
    case "pagedown":
      return younger(state, context);
    case "ctrl-k":
      return step(kill(state, B.cutToLineEnd(buffer), false));
    case "ctrl-u":
      return step(kill(state, B.cutToLineStart(buffer), true));
    case "ctrl-w":
    case "meta-backspace":
    case "ctrl-backspace":
      return step(kill(state, B.cutWordLeft(buffer), true));
    case "meta-d":
    case "ctrl-delete":
    case "meta-delete":
      return step(kill(state, B.cutWordRight(buffer), false));
    case "ctrl-y":
      return step(change(state, B.insert(buffer, state.killed)));
    case "ctrl-t":
      return step(change(state, B.transpose(buffer)));
    case "ctrl-_":
    case "ctrl-z": {
      if (name === "ctrl-z") return step(state, "suspend");
      const last = state.undo.at(-1);
      if (last === undefined) return step(state, "bell");
      return step({ ...state, buffer: last, undo: state.undo.slice(0, -1), killing: false });
    }
    case "ctrl-r":
      return step(search(state));
    case "ctrl-l":
      return step(state, "clear");
    case "ctrl-c":
      return step(initial(context.entries.length), "interrupt");
    case "paste-start":
      return step({ ...state, pasting: true });
    case "paste-end":
      return step({ ...state, pasting: false });
    default:
      if (text === "") return step(state);
      if (!state.pasting && /^[\])}]$/.test(text)) return step(change(state, B.closing(buffer, text)));
      return step(change(state, B.insert(buffer, text)));
  }
};

/** The state behind a key, and what the key means beyond it. */
export const press = (state: State, key: Key, context: Context): Step => {
  const { mode } = state;
  if (key.name === "ctrl-c" && mode._tag === "Edit") return edit(state, key, context);
  switch (mode._tag) {
    case "Edit":
      return edit(state, key, context);
    case "Search": {
      const next = inSearch(state, mode, key, context);
      return next ?? press({ ...state, mode: { _tag: "Edit" } }, key, context);
    }
    case "Menu": {
      const next = inMenu(state, mode, key);
      return next ?? press(accept(state, change), key, context);
    }
  }
};
