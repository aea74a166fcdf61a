/** Writes entries of the journal in their order, each with what the process that ended said last. */
import type { Monitor } from "../../core/monitor.ts";
import type { Journal } from "../journal/journal.ts";
import type { Effect } from "../loop/effect.ts";

/** So many lines of its log are told with the end of a process. */
const mostLogLines = 10;

export class Recorder {
  readonly #journal: Journal;
  readonly #monitor: Monitor;
  /** The last entry that waits for lines of a log: those behind it wait for it. */
  #telling: Promise<void> | null = null;

  constructor(journal: Journal, monitor: Monitor) {
    this.#journal = journal;
    this.#monitor = monitor;
  }

  /** Resolves when everything is written. */
  async written(): Promise<void> {
    await this.#telling;
  }

  record({ event, automaton, text, causes, ended }: Effect & { readonly _tag: "Record" }): void {
    const tell = (log: readonly string[]): void =>
      this.#journal.tell(event, automaton, text, causes, ended === null ? {} : { index: ended.index, log });
    const log = ended === null ? [] : this.#monitor.lastLines(ended, mostLogLines);
    if (this.#telling === null && !(log instanceof Promise)) {
      tell(log);
      return;
    }
    const telling = Promise.all([log, this.#telling]).then(
      ([lines]) => tell(lines),
      () => tell([]),
    );
    this.#telling = telling;
    void telling.then(() => {
      if (this.#telling === telling) this.#telling = null;
    });
  }
}
