/** Keys as Node decodes them, brought to one name each: `a`, `ctrl-r`, `meta-enter`, `up`. */

/** What `readline.emitKeypressEvents` tells of a key. */
export interface Pressed {
  readonly sequence?: string | undefined;
  readonly name?: string | undefined;
  readonly ctrl?: boolean | undefined;
  readonly meta?: boolean | undefined;
  readonly shift?: boolean | undefined;
}

export interface Key {
  readonly name: string;
  /** What it writes, where it writes something. */
  readonly text: string;
}

const bySequence: Readonly<Record<string, string>> = {
  "\r": "enter",
  "\n": "ctrl-j",
  "\x1b\r": "meta-enter",
  "\x1b\n": "meta-enter",
  "\x1f": "ctrl-_",
  "\x1b\x7f": "meta-backspace",
  "\x1b\b": "meta-backspace",
  "\x7f": "backspace",
  "\b": "backspace",
  "\t": "tab",
  "\x1b[Z": "shift-tab",
  "\x1b": "escape",
  "\x1b\x1b": "escape",
};

export const keyOf = (text: string | undefined, pressed: Pressed): Key => {
  const sequence = pressed.sequence ?? text ?? "";
  const known = bySequence[sequence];
  if (known !== undefined) return { name: known, text: "" };
  if (pressed.name === "paste-start" || pressed.name === "paste-end") return { name: pressed.name, text: "" };
  const base = pressed.name ?? "";
  const modified = `${pressed.ctrl === true ? "ctrl-" : ""}${pressed.meta === true ? "meta-" : ""}`;
  if (modified !== "") return { name: `${modified}${base || sequence}`, text: "" };
  const writes = sequence !== "" && !/[\p{Cc}]/u.test(sequence);
  if (writes) return { name: sequence, text: sequence };
  return { name: pressed.shift === true && base !== "" ? `shift-${base}` : base, text: "" };
};
