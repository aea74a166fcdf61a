/** A line editor on a terminal: reads keys, draws, and gives whole entries. */
import { emitKeypressEvents, type Interface } from "node:readline";
import { width } from "../../cli/render/text.ts";
import type { History } from "./history.ts";
import { keyOf, type Pressed } from "./key.ts";
import { press } from "./press.ts";
import { draw, type Look, type Screen } from "./screen.ts";
import { type Context, type Event, initial, type Language, type State } from "./state.ts";

/** The keyboard: a terminal's input, or what stands in for it. */
export interface Keyboard extends NodeJS.ReadableStream {
  readonly isTTY?: boolean;
  setRawMode?(raw: boolean): unknown;
}

/** The screen: what is drawn on, and how large it is now. */
export interface Display {
  write(text: string): void;
  size(): { readonly columns: number; readonly lines: number };
  onResize(listener: () => void): () => void;
}

export type Entered =
  | { readonly _tag: "Text"; readonly text: string }
  | { readonly _tag: "Interrupt" }
  | { readonly _tag: "End" };

export interface Appearance {
  readonly prompt: string;
  readonly continuation: string;
  readonly paint: Look["paint"];
  readonly theme: Look["theme"];
}

/**
 * Milliseconds after which an escape stands for itself. Node waits for half a second
 * unless what it takes for an interface says otherwise; it reads no more of one.
 */
const patience = { escapeCodeTimeout: 50 } as unknown as Interface;

const pasteOn = "\x1b[?2004h";
const pasteOff = "\x1b[?2004l";

export class Prompt {
  readonly #keyboard: Keyboard;
  readonly #display: Display;
  readonly #history: History;
  readonly #language: Language;
  #state: State = initial(0);
  #appearance: Appearance;
  /** What is on the screen; null while nothing is being read. */
  #drawn: Screen | null = null;
  #resolve: ((entered: Entered) => void) | null = null;
  /** Keys that came while nothing was read: typed ahead. */
  readonly #ahead: [string | undefined, Pressed][] = [];
  #scheduled = false;
  readonly #ends: (() => void)[] = [];

  constructor(
    keyboard: Keyboard,
    display: Display,
    history: History,
    language: Language,
    appearance: Appearance,
  ) {
    this.#keyboard = keyboard;
    this.#display = display;
    this.#history = history;
    this.#language = language;
    this.#appearance = appearance;
    emitKeypressEvents(keyboard, patience);
    const pressed = (text: string | undefined, key: Pressed): void => this.#take(text, key);
    const ended = (): void => this.#finish({ _tag: "End" });
    keyboard.on("keypress", pressed);
    keyboard.on("end", ended);
    this.#ends.push(() => keyboard.off("keypress", pressed));
    this.#ends.push(() => keyboard.off("end", ended));
    this.#ends.push(display.onResize(() => this.#resized()));
  }

  /** What the user enters next. `text` is there to begin with. */
  read(appearance: Appearance, text = ""): Promise<Entered> {
    this.#appearance = appearance;
    this.#state = initial(this.#history.entries.length, text);
    this.#keyboard.setRawMode?.(true);
    this.#keyboard.resume();
    this.#display.write(pasteOn);
    this.#drawAnew();
    return new Promise((resolve) => {
      this.#resolve = resolve;
      const ahead = this.#ahead.splice(0);
      for (const [key, pressed] of ahead) this.#take(key, pressed);
    });
  }

  /** Writes above the line that is being edited. */
  above(text: string): void {
    if (this.#drawn === null) {
      this.#display.write(text);
      return;
    }
    this.#display.write(`${this.#home()}${text}`);
    this.#drawAnew();
  }

  close(): void {
    for (const end of this.#ends.splice(0)) end();
    if (this.#drawn !== null) this.#display.write(pasteOff);
    this.#drawn = null;
    this.#keyboard.setRawMode?.(false);
    this.#keyboard.pause();
  }

  get #context(): Context {
    return { entries: this.#history.entries, language: this.#language };
  }

  #take(text: string | undefined, pressed: Pressed): void {
    if (this.#resolve === null) {
      this.#ahead.push([text, pressed]);
      return;
    }
    const { state, event } = press(this.#state, keyOf(text, pressed), this.#context);
    const before = this.#state;
    this.#state = state;
    if (event !== null) this.#happen(event, before);
    else this.#schedule();
  }

  #happen(event: Event, before: State): void {
    switch (event) {
      case "submit":
        this.#submit(this.#state.buffer.text);
        break;
      case "interrupt":
        this.#interrupt(before);
        break;
      case "end":
        this.#finish({ _tag: "End" });
        break;
      case "clear":
        this.#display.write("\x1b[H\x1b[2J");
        this.#drawAnew();
        break;
      case "suspend":
        this.#suspend();
        break;
      case "bell":
        this.#display.write("\x07");
        this.#schedule();
        break;
    }
  }

  #submit(text: string): void {
    this.#history.add(text);
    this.#finish({ _tag: "Text", text });
  }

  /** Gives up what is typed; where nothing is, it is told. */
  #interrupt(before: State): void {
    if (before.buffer.text === "") {
      this.#finish({ _tag: "Interrupt" });
      return;
    }
    this.#state = before;
    this.#leave();
    this.#display.write("^C\r\n");
    this.#state = initial(this.#history.entries.length);
    this.#drawAnew();
  }

  #suspend(): void {
    this.#leave();
    this.#display.write(`${pasteOff}\r\n`);
    this.#keyboard.setRawMode?.(false);
    process.once("SIGCONT", () => {
      this.#keyboard.setRawMode?.(true);
      this.#display.write(pasteOn);
      this.#drawAnew();
    });
    process.kill(process.pid, "SIGTSTP");
  }

  #finish(entered: Entered): void {
    const resolve = this.#resolve;
    if (resolve === null) return;
    this.#resolve = null;
    this.#leave();
    this.#display.write(`${pasteOff}\r\n`);
    this.#drawn = null;
    this.#keyboard.setRawMode?.(false);
    resolve(entered);
  }

  /** Leaves the text as it is, without what was only offered, and goes behind it. */
  #leave(): void {
    const { text } = this.#state.buffer;
    this.#state = { ...this.#state, mode: { _tag: "Edit" }, buffer: { text, cursor: text.length } };
    this.#draw(false);
  }

  /** Keys that come at once, as in a paste, are drawn once. */
  #schedule(): void {
    if (this.#scheduled) return;
    this.#scheduled = true;
    setImmediate(() => {
      this.#scheduled = false;
      if (this.#resolve !== null) this.#draw();
    });
  }

  #home(): string {
    const row = this.#drawn?.row ?? 0;
    return `${row > 0 ? `\x1b[${row}A` : ""}\r\x1b[J`;
  }

  /** Draws where the cursor is now. */
  #drawAnew(): void {
    this.#drawn = { rows: [""], row: 0, column: 0 };
    this.#draw();
  }

  #draw(offering = true): void {
    const { columns, lines } = this.#display.size();
    const look = { ...this.#appearance, columns, lines };
    const screen = draw(this.#state, look, offering ? this.#history.entries : []);
    const { rows, row, column } = screen;
    const up = rows.length - 1 - row;
    this.#display.write(
      [
        this.#home(),
        rows.join("\r\n"),
        up > 0 ? `\x1b[${up}A` : "",
        `\r${column > 0 ? `\x1b[${column}C` : ""}`,
      ].join(""),
    );
    this.#drawn = screen;
  }

  /** The terminal has broken the rows anew: find where the first one is now. */
  #resized(): void {
    if (this.#drawn === null || this.#resolve === null) return;
    const { columns } = this.#display.size();
    const above = this.#drawn.rows.slice(0, this.#drawn.row);
    const row = above.reduce((sum, each) => sum + Math.max(1, Math.ceil(width(each) / columns)), 0);
    this.#drawn = { ...this.#drawn, row: row + Math.floor(this.#drawn.column / columns) };
    this.#draw();
  }
}
