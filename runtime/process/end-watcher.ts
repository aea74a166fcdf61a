/**
 * Sees how processes end whose end decides whether they are started again, and notes it: for the log writer, which is there while
 * nobody supervises the system. What an orchestrator notes itself it notes once more.
 */
import { unknownExit } from "../ffi/wait.ts";
import { writeEndNote } from "./end-note.ts";
import { tellsExits } from "./foreign-exit.ts";
import { readRecords } from "./record.ts";
import type { SystemState } from "./state.ts";
import { Watcher } from "./watcher.ts";

/** Processes of a system whose ends are noted. */
export class EndWatcher {
  readonly #state: SystemState;
  readonly #watched = new Set<string>();
  #watcher: Watcher | null = null;

  constructor(state: SystemState) {
    this.#state = state;
  }

  /** Takes those that have been noted as running since the last look. */
  look(): void {
    if (!tellsExits()) return;
    for (const record of readRecords(this.#state)) {
      const { pid, startTime, restart = "always", end } = record;
      const name = `${pid} ${startTime}`;
      if (restart === "always" || end !== undefined || this.#watched.has(name)) continue;
      this.#watched.add(name);
      this.#watcher ??= new Watcher();
      this.#watcher.watch(pid, startTime, (exit) => {
        this.#watched.delete(name);
        if (exit !== unknownExit) writeEndNote(this.#state, record, exit);
      });
    }
  }
}
