/** What a person presses, as the screen takes it. */
import type { Key as Pressed } from "node:readline";

/** A key by its name (`up`, `return`, `escape`), or what it writes. */
export interface Key {
  readonly name: string;
  /** What it writes; empty for keys that write nothing. */
  readonly text: string;
}

/** Keys that leave whatever is shown, as Ctrl-C does everywhere. */
export const interrupt: Key = { name: "interrupt", text: "" };

/** A key press as Node's readline tells it. */
export const keyOf = (text: string | undefined, { name = "", ctrl = false, meta = false }: Pressed): Key => {
  if (ctrl && (name === "c" || name === "d")) return interrupt;
  // Readline takes it for the beginning of a combination that did not come.
  if (name === "escape") return { name, text: "" };
  if (ctrl || meta) return { name: `${ctrl ? "ctrl-" : "meta-"}${name}`, text: "" };
  const writes = text !== undefined && /^[^\p{Cc}\p{Cs}]+$/u.test(text) ? text : "";
  return { name: name === "enter" ? "return" : name, text: writes };
};
