/** What a line editor is doing: plain data, so that keys are pure functions on it. */
import { type Buffer, empty } from "./buffer.ts";

export interface Candidate {
  readonly text: string;
  /** What it is, for the menu. */
  readonly detail: string;
}

/** What may stand in place of the text between two offsets. */
export interface Completion {
  readonly from: number;
  readonly to: number;
  readonly candidates: readonly Candidate[];
}

export type Mode =
  | { readonly _tag: "Edit" }
  /** A search back through the history; `at` is the entry that is shown, -1 if none fits. */
  | { readonly _tag: "Search"; readonly query: string; readonly at: number; readonly origin: Buffer }
  | {
      readonly _tag: "Menu";
      readonly completion: Completion;
      readonly chosen: number;
      readonly origin: Buffer;
    };

export interface State {
  readonly buffer: Buffer;
  readonly mode: Mode;
  /** What was cut last. */
  readonly killed: string;
  /** Whether the last key cut, so that the next cut adds to it. */
  readonly killing: boolean;
  /** Earlier versions, the oldest first. */
  readonly undo: readonly Buffer[];
  /** The entry of the history that is shown; that behind the last is the new line. */
  readonly entry: number;
  /** The new line, while an older one is shown. */
  readonly draft: string;
  readonly pasting: boolean;
}

export const initial = (entries: number, text = ""): State => ({
  buffer: text === "" ? empty : { text, cursor: text.length },
  mode: { _tag: "Edit" },
  killed: "",
  killing: false,
  undo: [],
  entry: entries,
  draft: "",
  pasting: false,
});

/** What the editor asks of the language. */
export interface Language {
  /** Whether a text can be taken as it stands. */
  finished(text: string): boolean;
  complete(text: string, cursor: number): Completion;
}

export interface Context {
  readonly entries: readonly string[];
  readonly language: Language;
}

/** What a key means beyond the state it leaves. */
export type Event = "submit" | "interrupt" | "end" | "clear" | "suspend" | "bell";

export interface Step {
  readonly state: State;
  readonly event: Event | null;
}

/** The rest of the youngest entry that begins as the line does; shown behind it, not in it. */
export const suggestion = ({ buffer, mode }: State, entries: readonly string[]): string => {
  const { text, cursor } = buffer;
  if (mode._tag !== "Edit" || text === "" || cursor !== text.length || text.includes("\n")) return "";
  for (let i = entries.length - 1; i >= 0; i--) {
    const entry = entries[i]!;
    if (entry.length > text.length && entry.startsWith(text) && !entry.includes("\n"))
      return entry.slice(text.length);
  }
  return "";
};
