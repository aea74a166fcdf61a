/** Lines of logs as they are printed: with the name of their instance, with their time. */
import type { LogLine } from "../../../runtime/process/log/reader.ts";
import { jsonText } from "../../core/json-text.ts";
import { harmless, prefixes } from "../render/log.ts";
import { theme } from "../render/theme.ts";
import type { Stream } from "../terminal.ts";
import { type Log, logName } from "./find.ts";

const two = (of: number): string => String(of).padStart(2, "0");

/** `2026-01-31 12:30:05.5`: of the time of day here; it is known to half a second. */
export const timestamp = (time: number): string => {
  const at = new Date(Math.round(time / 100) * 100);
  const day = `${at.getFullYear()}-${two(at.getMonth() + 1)}-${two(at.getDate())}`;
  const clock = [at.getHours(), at.getMinutes(), at.getSeconds()].map(two).join(":");
  return `${day} ${clock}.${Math.floor(at.getMilliseconds() / 100)}`;
};

/** What a line is printed with. */
export interface Shows {
  readonly names: boolean;
  readonly times: boolean;
  /** As an object a line; of what is kept of a system that is gone with the time of that. */
  readonly json: { readonly keptAt: number | null } | null;
}

const iso = (time: number): string => new Date(Math.round(time)).toISOString();

const lineJson = ({ system, automaton, index }: Log, { text, time }: LogLine, keptAt: number | null) => ({
  time: iso(time),
  system,
  automaton,
  index,
  text,
  kept: keptAt === null ? null : iso(keptAt),
});

export class Printer {
  readonly #out: Stream;
  readonly #named: boolean;
  readonly #timed: boolean;
  readonly #json: { readonly keptAt: number | null } | null;
  #prefixes: ReadonlyMap<string, string> = new Map();

  constructor(out: Stream, shows: Shows) {
    this.#out = out;
    this.#named = shows.names;
    this.#timed = shows.times;
    this.#json = shows.json;
  }

  /** Makes all names that are there of one width. */
  know(logs: readonly Log[]): void {
    if (this.#named) this.#prefixes = prefixes(logs.map(logName), this.#out.colour);
  }

  /** Waits where the reader is slow: a log is no shorter for that. */
  async print(log: Log, { text, time }: LogLine): Promise<void> {
    if (this.#json !== null)
      this.#out.write(`${jsonText(lineJson(log, { text, time }, this.#json.keptAt))}\n`);
    else {
      const name = this.#prefixes.get(logName(log)) ?? "";
      const when = this.#timed ? `${theme(this.#out.colour).quiet(timestamp(time))} ` : "";
      this.#out.write(`${name}${when}${this.#out.live ? harmless(text) : text}\n`);
    }
    if (this.#out.isFull()) await this.#out.drained();
  }
}
