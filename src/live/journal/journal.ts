/** The journal of a running system: what happened, and what it came from. Listeners get each entry once; the latest are kept. */
import type { Clock } from "../../core/clock.ts";
import type { LiveEvent } from "../control/messages.ts";

/** So many entries are kept; an entry is some hundred bytes. */
const kept = 10_000;

export class Journal {
  readonly #clock: Clock;
  /** The latest entries, the oldest first; twice as many as are kept before they are cut. */
  #latest: LiveEvent[] = [];
  #forgotten = 0;
  readonly #listeners = new Set<(event: LiveEvent) => void>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** Calls with every entry from now on, until the returned function is called. */
  listen(listener: (event: LiveEvent) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  tell(
    event: string,
    automaton: string | null,
    text: string,
    causes: readonly string[] = [],
    more: Pick<LiveEvent, "index" | "log"> = {},
  ): void {
    const time = new Date(this.#clock.wallTime()).toISOString();
    const entry = { time, event, automaton, text, causes, ...more };
    this.#latest.push(entry);
    if (this.#latest.length >= 2 * kept) this.#forgotten += this.#latest.splice(0, kept).length;
    for (const listener of this.#listeners) listener(entry);
  }

  /** The entries from a moment on (milliseconds since 1970), the oldest first; where some are lost, the first says so. */
  since(moment: number): readonly LiveEvent[] {
    const first = this.#latest.findIndex(({ time }) => Date.parse(time) >= moment);
    const found = first < 0 ? [] : this.#latest.slice(first);
    if (first !== 0 || this.#forgotten === 0) return found;
    const text = `${this.#forgotten} earlier events are not kept`;
    return [{ time: found[0]!.time, event: "missed", automaton: null, text, causes: [] }, ...found];
  }
}
