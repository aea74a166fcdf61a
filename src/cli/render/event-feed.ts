/**
 * What happens in a running system, as it goes by: under the first end of a process stands
 * what it said last, and where the rest is; further ends of the same kind are one line.
 */
import { isToldAgain } from "../../core/repeats.ts";
import { visibleLine } from "../../core/visible.ts";
import type { LiveEvent } from "../../live/control/messages.ts";
import type { Stream } from "../terminal.ts";
import { indent, renderEvent } from "./event.ts";
import { pieces } from "./text.ts";
import { type Theme, theme } from "./theme.ts";

/** Ends that lie further apart are each told in full. In milliseconds. */
const forgottenAfter = 60_000;

/** A line of a log takes so many rows at most. */
const mostRows = 6;

interface Ends {
  readonly text: string;
  readonly at: number;
  readonly count: number;
}

/** The last lines of the log of what ended, and how to see all. */
const renderLog = ({ automaton, index, log }: LiveEvent, room: number | null, paint: Theme): string => {
  if (log === undefined || log.length === 0) return "";
  const rows = (text: string): readonly string[] =>
    room === null ? [text] : pieces(text, Math.max(1, room - indent.length - 2), mostRows);
  return [
    ...log
      .flatMap((text) => rows(visibleLine(text.replaceAll("\t", "    "))))
      .map((row) => `${indent}${paint.quiet("|")} ${row}\n`),
    `${indent}${paint.help("hint:")} architect logs ${automaton}.${index}\n`,
  ].join("");
};

/** What somebody should know who only waits for all to be ready. Who is waited for, and why, is shown all the time. */
export const isTrouble = ({ event }: LiveEvent): boolean => event === "exit" || event === "accepted";

export class EventFeed {
  readonly #out: Pick<Stream, "write" | "columns" | "live" | "colour">;
  readonly #paint: Theme;
  readonly #ends = new Map<string, Ends>();
  /** The instance of whose ends the last line tells, where that can be written anew. */
  #lastLine: string | null = null;
  /** So many rows of the terminal it takes, as wide as that was then. */
  #lastRows = 1;
  #lastRoom: number | null = null;

  constructor(out: Pick<Stream, "write" | "columns" | "live" | "colour">) {
    this.#out = out;
    this.#paint = theme(out.colour);
  }

  /** Something else was written. */
  interrupt(): void {
    this.#lastLine = null;
  }

  print(event: LiveEvent): void {
    // A run by the clock is another one, however short the time since the last.
    if (event.event === "scheduled") this.#ends.delete(`${event.automaton}.0`);
    if (event.event === "exit" && event.index !== undefined) this.#printEnd(event);
    else if (!this.#isFolded(event)) {
      this.#lastLine = null;
      this.#out.write(renderEvent(event, this.#out.columns(), this.#paint));
    }
  }

  #printEnd(event: LiveEvent): void {
    const { text, automaton, index } = event;
    const key = `${automaton}.${index}`;
    const at = Date.parse(event.time);
    const known = this.#ends.get(key);
    const isAgain = known !== undefined && known.text === text && at - known.at < forgottenAfter;
    const count = isAgain ? known.count + 1 : 1;
    this.#ends.set(key, { text, at, count });
    const room = this.#out.columns();
    if (!isAgain) {
      this.#lastLine = null;
      this.#out.write(renderEvent(event, room, this.#paint) + renderLog(event, room, this.#paint));
      return;
    }
    const line = renderEvent({ ...event, text: `${text}, ${count} times` }, room, this.#paint);
    // A terminal of another width may have broken it anew: then nobody knows how many rows it takes.
    const isShownThere = this.#lastLine === key && this.#out.live && this.#lastRoom === room;
    // All its rows, as they are wrapped where it is wider than the terminal.
    if (isShownThere) this.#out.write(`\x1b[${this.#lastRows}A\r\x1b[J${line}`);
    else if (this.#out.live || isToldAgain(count)) this.#out.write(line);
    this.#lastLine = key;
    this.#lastRoom = room;
    this.#lastRows = line.split("\n").length - 1;
  }

  /** That what ends again and again is started again goes without saying. */
  #isFolded({ event, causes }: LiveEvent): boolean {
    if (event !== "restarted") return false;
    for (const { text, count } of this.#ends.values()) if (count > 1 && causes.at(-1) === text) return true;
    return false;
  }
}
