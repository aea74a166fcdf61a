/** What is being done, for as long as it takes: a line that moves, or plain lines where nothing can move. */
import type { Stream } from "../terminal.ts";
import { cut } from "./text.ts";
import { theme } from "./theme.ts";

export interface Progress {
  /** A new phase: `applying`. It ends with the next one, or with `end`. */
  phase(name: string): void;
  step(done: number, total: number, detail: string): void;
  /** Lets something be printed above the line. */
  aside(print: () => void): void;
  /** Takes the line away; whatever is printed next stands where it was. */
  end(): void;
}

/** What takes less time than this is not worth a line. In milliseconds. */
const patience = 500;
const frame = 80;
const barWidth = 20;

const bar = (done: number, total: number): string => {
  const full = total === 0 ? barWidth : Math.floor((done / total) * barWidth);
  return `${"█".repeat(full)}${"░".repeat(barWidth - full)}`;
};

const moving = (stream: Stream): Progress => {
  const paint = theme(stream.colour);
  const spinner = "⠋⠙⠹⠸⠼⠴⠦⠧⠇⠏";
  let timer: NodeJS.Timeout | null = null;
  let text = "";
  let name = "";
  let turn = 0;
  /** When the first phase began, and when the line was last drawn; in milliseconds. */
  let begun = 0;
  let drawn: number | null = null;
  const draw = (now: number): void => {
    drawn = now;
    turn = (turn + 1) % spinner.length;
    const room = (stream.columns() ?? 80) - 3;
    stream.write(`\r\x1b[K${paint.busy(spinner[turn]!)} ${cut(text, room)}`);
  };
  /** Also called by code that works without ever giving the event loop a turn. */
  const look = (): void => {
    const now = performance.now();
    // Frames that a slow terminal has no use for are not kept for it.
    if (now - begun >= patience && now - (drawn ?? 0) >= frame && !stream.isFull()) draw(now);
  };
  return {
    phase: (of) => {
      name = of;
      text = `${of}…`;
      if (timer !== null) return;
      begun = performance.now();
      timer = setInterval(look, frame);
      timer.unref();
    },
    step: (done, total, detail) => {
      // What goes on after the end is told by events.
      if (timer === null) return;
      text = `${name} ${bar(done, total)} ${done}/${total} ${detail}`;
      look();
    },
    aside: (print) => {
      if (timer !== null && drawn !== null) stream.write("\r\x1b[K");
      print();
    },
    end: () => {
      if (timer !== null) clearInterval(timer);
      timer = null;
      if (drawn !== null) stream.write("\r\x1b[K");
      drawn = null;
    },
  };
};

const plain = (stream: Stream): Progress => {
  let timer: NodeJS.Timeout | null = null;
  // What comes and goes is said once.
  const said = new Set<string>();
  const end = (): void => {
    if (timer !== null) clearTimeout(timer);
    timer = null;
  };
  return {
    phase: (of) => {
      end();
      timer = setTimeout(() => {
        if (!said.has(of)) stream.write(`${of}…\n`);
        said.add(of);
      }, patience);
      timer.unref();
    },
    step: () => undefined,
    aside: (print) => print(),
    end,
  };
};

export const progressOn = (stream: Stream): Progress => (stream.live ? moving(stream) : plain(stream));
