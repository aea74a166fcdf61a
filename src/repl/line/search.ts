/** Ctrl-R: back through the history, to what contains the words that are typed. */
import { bufferOf } from "./buffer.ts";
import type { Key } from "./key.ts";
import type { Context, Mode, State, Step } from "./state.ts";

type Search = Extract<Mode, { readonly _tag: "Search" }>;

export const search = (state: State): State => ({
  ...state,
  mode: { _tag: "Search", query: "", at: state.entry, origin: state.buffer },
});

/** Whether every word of the query is in the entry; case counts if the query has capitals. */
export const fits = (entry: string, query: string): boolean => {
  const exact = query !== query.toLowerCase();
  const text = exact ? entry : entry.toLowerCase();
  return query.split(/\s+/).every((word) => text.includes(word));
};

const find = (query: string, from: number, by: -1 | 1, entries: readonly string[]): number => {
  for (let at = from; at >= 0 && at < entries.length; at += by) if (fits(entries[at]!, query)) return at;
  return -1;
};

const shown = (state: State, mode: Search, query: string, at: number, { entries }: Context): Step => {
  const text = entries[at];
  return {
    state: {
      ...state,
      mode: { ...mode, query, at },
      ...(text === undefined ? {} : { buffer: bufferOf(text), entry: at, draft: mode.origin.text }),
    },
    event: null,
  };
};

/** Null: the key ends the search with what is found, and is to be read again. */
export const inSearch = (state: State, mode: Search, { name, text }: Key, context: Context): Step | null => {
  const { entries } = context;
  const { query, at } = mode;
  const from = at < 0 ? entries.length - 1 : at;
  switch (name) {
    case "ctrl-r":
    case "ctrl-s": {
      const by = name === "ctrl-r" ? -1 : 1;
      const next = find(query, from + by, by, entries);
      return next < 0 ? { state, event: "bell" } : shown(state, mode, query, next, context);
    }
    case "backspace":
    case "ctrl-h": {
      const shorter = query.slice(0, -1);
      return shown(state, mode, shorter, find(shorter, entries.length - 1, -1, entries), context);
    }
    case "escape":
    case "ctrl-g":
    case "ctrl-c":
      return {
        state: { ...state, mode: { _tag: "Edit" }, buffer: mode.origin, entry: entries.length },
        event: null,
      };
    default: {
      if (text === "") return null;
      const longer = query + text;
      return shown(
        state,
        mode,
        longer,
        find(longer, Math.min(from, entries.length - 1), -1, entries),
        context,
      );
    }
  }
};
