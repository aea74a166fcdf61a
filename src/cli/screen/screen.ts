/** `status --watch` on a terminal: a list of what runs that one moves in, until it is left. */
import { emitKeypressEvents, type Key as Pressed } from "node:readline";
import type { Status } from "../../live/control/status.ts";
import { fillColoured } from "../render/text.ts";
import { theme as themeOf } from "../render/theme.ts";
import type { Terminal } from "../terminal.ts";
import { editText, restart, scale } from "./actions.ts";
import { draw, pageOf } from "./draw.ts";
import { type Key, keyOf } from "./keys.ts";
import { begin, extended, press, type Request, type ScreenState, type View } from "./state.ts";
import { help, type Of, showEvents, showExplanation, showLogs, type ViewContext } from "./views.ts";

/** A screen of its own, without a cursor, and with long lines cut off instead of going on in the next row. */
const on = "\x1b[?1049h\x1b[?25l\x1b[?7l";
const off = "\x1b[?7h\x1b[?25h\x1b[?1049l";

/** How often the list is asked for again. In milliseconds. */
const lookMs = 500;
/** What was said is shown for so long, unless a key is pressed before. In milliseconds. */
const noticeMs = 6_000;
/** A view keeps so many lines. */
const mostLines = 10_000;

/**
 * Erases each row before it is written: behind a row that is full the cursor stands on its last letter,
 * and erasing from there would take that letter away.
 */
const rowsToWrite = (lines: readonly string[]): string =>
  lines.map((line, row) => `${row < lines.length - 1 ? "\x1b[K" : "\x1b[J"}${line}\x1b[0m`).join("\r\n");

type Left = "quit" | "nothing left";

export class Screen {
  readonly #terminal: Terminal;
  readonly #ask: () => Promise<readonly Status[]>;
  readonly #input: NodeJS.ReadStream;
  #state: ScreenState;
  #view: AbortController | null = null;
  #isDrawn = true;
  #isAway = false;
  #leave: (why: Left) => void = () => {};
  /** Ends with an error, once the terminal is given back. */
  #broken: (error: unknown) => void = () => {};

  constructor(
    ask: () => Promise<readonly Status[]>,
    first: readonly Status[],
    terminal: Terminal,
    input: NodeJS.ReadStream,
  ) {
    this.#ask = ask;
    this.#state = begin(first);
    this.#terminal = terminal;
    this.#input = input;
  }

  /** Shows what there is until it is left, by a key or a signal, or until nothing is left to show. */
  async run(end: AbortSignal): Promise<Left> {
    const left = new Promise<Left>((resolve, reject) => {
      this.#leave = resolve;
      this.#broken = reject;
      end.addEventListener("abort", () => resolve("quit"), { once: true });
    });
    const onKey = (text: string | undefined, key: Pressed): void => this.#press(keyOf(text, key));
    const onResize = (): void => this.#draw();
    emitKeypressEvents(this.#input);
    this.#input.on("keypress", onKey);
    process.stdout.on("resize", onResize);
    this.#take();
    const timer = setInterval(() => void this.#look(), lookMs);
    try {
      return await left;
    } finally {
      clearInterval(timer);
      clearTimeout(this.#noticeTimer);
      this.#view?.abort();
      this.#input.off("keypress", onKey);
      process.stdout.off("resize", onResize);
      this.#giveBack();
    }
  }

  #take(): void {
    this.#input.setRawMode(true);
    this.#input.resume();
    this.#terminal.out.write(on);
    this.#isAway = false;
    this.#draw();
  }

  #giveBack(): void {
    this.#isAway = true;
    this.#input.setRawMode(false);
    this.#input.pause();
    this.#terminal.out.write(off);
  }

  #isLooking = false;
  async #look(): Promise<void> {
    // A slow reader, and a slow orchestrator, are asked again when they have answered.
    if (this.#isLooking || this.#isAway || this.#terminal.out.isFull()) return;
    this.#isLooking = true;
    try {
      const statuses = await this.#ask();
      if (statuses.length === 0) this.#leave("nothing left");
      else this.#set({ ...this.#state, statuses });
    } catch (error) {
      this.#broken(error);
    } finally {
      this.#isLooking = false;
    }
  }

  get #size() {
    const { out } = this.#terminal;
    return { columns: out.columns() ?? 80, rows: out.rows() };
  }

  #press(key: Key): void {
    const { state, request } = press(this.#state, key, pageOf(this.#state, this.#size));
    this.#set(state);
    if (request !== null) void this.#do(request).catch((error: unknown) => this.#broken(error));
  }

  async #do(request: Request): Promise<void> {
    switch (request._tag) {
      case "Quit":
        return this.#leave("quit");
      case "Closed":
        return this.#close();
      case "Help":
        return this.#open("help", async ({ room, add }) => add(help(room)), true);
      case "Logs":
        return this.#open(`logs of ${request.of.automaton}`, (shown) => showLogs(request.of, shown));
      case "Events": {
        const names = () => this.#statusOf(request.of)?.automata.map(({ name }) => name) ?? [];
        return this.#open(`events of ${request.of.automaton}`, (shown) =>
          showEvents(request.of, shown, names),
        );
      }
      case "Explain":
        return this.#open(request.of.automaton, (shown) => showExplanation(request.of, shown), true);
      case "Scale":
        return this.#scale(request);
      case "Restart": {
        this.#set({ ...this.#state, busy: `restart ${request.of.automaton}` });
        const notice = await restart(request.of);
        return this.#set({ ...this.#state, busy: null, notice });
      }
      case "Edit": {
        this.#giveBack();
        const notice = await editText(request.of.system, this.#statusOf(request.of));
        this.#take();
        return this.#set({ ...this.#state, notice });
      }
    }
  }

  #statusOf({ system }: Of): Status | undefined {
    return this.#state.statuses.find((status) => status.system === system);
  }

  async #scale({ of, instances, choice }: Request & { readonly _tag: "Scale" }): Promise<void> {
    this.#set({ ...this.#state, busy: `scale ${of.automaton} to ${instances}` });
    const outcome = await scale(of, this.#statusOf(of), instances, choice, this.#terminal);
    const state = { ...this.#state, busy: null };
    if (outcome._tag === "Said") return this.#set({ ...state, notice: outcome.text });
    const { lines } = outcome;
    const view = { title: `there are several ways: which one?`, lines, below: lines.length };
    this.#set({ ...state, view, prompt: { what: "choose", text: "", of, instances } });
  }

  /** `fromTop`: its first lines are shown, not its last. */
  #open(title: string, show: (shown: ViewContext) => Promise<void>, fromTop = false): void {
    this.#close();
    const view = new AbortController();
    this.#view = view;
    this.#set({ ...this.#state, view: { title, lines: [], below: 0 } });
    const room = this.#size.columns;
    const add = (added: readonly string[]): void => {
      const shown = this.#state.view;
      if (view.signal.aborted || shown === null) return;
      // Also a word that is wider than the screen is shown whole.
      const lines = added.flatMap((line) => fillColoured(line, room));
      const more: View = extended(shown, lines, mostLines);
      this.#set({ ...this.#state, view: fromTop ? { ...more, below: more.lines.length } : more });
    };
    const shown = show({ room, theme: this.#theme, add, end: view.signal });
    void shown.catch((error: unknown) => this.#broken(error));
  }

  #close(): void {
    this.#view?.abort();
    this.#view = null;
  }

  get #theme() {
    return themeOf(this.#terminal.out.colour);
  }

  #noticeTimer: NodeJS.Timeout | undefined;

  #set(state: ScreenState): void {
    if (state.notice !== this.#state.notice) {
      clearTimeout(this.#noticeTimer);
      if (state.notice !== null)
        this.#noticeTimer = setTimeout(() => this.#set({ ...this.#state, notice: null }), noticeMs);
    }
    this.#state = state;
    if (!this.#isDrawn) return;
    this.#isDrawn = false;
    // What changes together is drawn once.
    setImmediate(() => this.#draw());
  }

  #draw(): void {
    this.#isDrawn = true;
    if (this.#isAway) return;
    const lines = draw(this.#state, this.#size, this.#theme);
    this.#terminal.out.write(`\x1b[H${rowsToWrite(lines)}`);
  }
}
