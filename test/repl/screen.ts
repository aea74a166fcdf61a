/** A terminal for tests: keys go in, and what a person would see comes out. */
import { PassThrough } from "node:stream";
import { setTimeout as pause } from "node:timers/promises";
import xterm from "@xterm/headless";
import type { Display, Keyboard } from "../../src/repl/line/prompt.ts";

export class FakeTerminal {
  readonly keyboard: Keyboard = new PassThrough();
  readonly display: Display;
  readonly #xterm: InstanceType<typeof xterm.Terminal>;
  #listener: () => void = () => {};
  bells = 0;

  constructor(columns = 40, lines = 12) {
    this.#xterm = new xterm.Terminal({ cols: columns, rows: lines, allowProposedApi: true });
    this.#xterm.onBell(() => this.bells++);
    this.display = {
      write: (text) => this.#xterm.write(text.replace(/(?<!\r)\n/g, "\r\n")),
      size: () => ({ columns: this.#xterm.cols, lines: this.#xterm.rows }),
      onResize: (listener) => {
        this.#listener = listener;
        return () => {
          this.#listener = () => {};
        };
      },
    };
  }

  /** Types; escape sequences too. Ends when all of it has been drawn. */
  async type(...keys: readonly string[]): Promise<void> {
    for (const key of keys) {
      (this.keyboard as PassThrough).write(key);
      await this.settle();
    }
  }

  async settle(): Promise<void> {
    // Two turns: one for the key, one for the drawing that it asks for.
    await pause(0);
    await pause(0);
    await new Promise<void>((resolve) => this.#xterm.write("", resolve));
  }

  async resize(columns: number, lines = this.#xterm.rows): Promise<void> {
    this.#xterm.resize(columns, lines);
    this.#listener();
    await this.settle();
  }

  /** The lines on the screen up to the last that is not empty. */
  get lines(): readonly string[] {
    const { active } = this.#xterm.buffer;
    const lines = Array.from({ length: this.#xterm.rows }, (_, y) =>
      active.getLine(active.baseY + y)!.translateToString(true),
    );
    while (lines.at(-1) === "") lines.pop();
    return lines;
  }

  get cursor(): readonly [row: number, column: number] {
    const { cursorY, cursorX } = this.#xterm.buffer.active;
    return [cursorY, cursorX];
  }

  /** The colour of a cell: the number of the terminal's palette, -1 for its default. */
  colourAt(row: number, column: number): number {
    const { active } = this.#xterm.buffer;
    const cell = active.getLine(active.baseY + row)!.getCell(column)!;
    return cell.isFgDefault() ? -1 : cell.getFgColor();
  }
}

export const keys = {
  enter: "\r",
  up: "\x1b[A",
  down: "\x1b[B",
  right: "\x1b[C",
  left: "\x1b[D",
  home: "\x1b[H",
  end: "\x1b[F",
  tab: "\t",
  shiftTab: "\x1b[Z",
  escape: "\x1b",
  backspace: "\x7f",
  altEnter: "\x1b\r",
  ctrl: (letter: string): string => String.fromCharCode(letter.charCodeAt(0) - 96),
  paste: (text: string): string => `\x1b[200~${text}\x1b[201~`,
} as const;
