/**
 * Sees how processes end whose end decides whether they are started again, and notes it: for the log writer, which is there while
 * nobody supervises the system. What an orchestrator notes itself it notes once more.
 */
import { unknownExit } from "../ffi/wait.ts";
import { writeEndNote } from "./end-note.ts";
import { tellsExits } from "./foreign-exit.ts";
import { type ProcessRecord, readRecordFile, readRecords } from "./record.ts";
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

  /** Takes all that are noted as running. */
  lookAtAll(): void {
    if (!tellsExits()) return;
    for (const record of readRecords(this.#state)) this.#take(record);
  }

  /** Takes the one whose note, a file of this name, has changed. */
  lookAt(file: string): void {
    if (!tellsExits()) return;
    const record = readRecordFile(this.#state, file);
    if (record !== null) this.#take(record);
  }

  #take(record: ProcessRecord): void {
    const { pid, startTime, restart = "always", end } = record;
    const name = `${pid} ${startTime}`;
    if (restart === "always" || end !== undefined || this.#watched.has(name)) return;
    this.#watched.add(name);
    this.#watcher ??= new Watcher();
    this.#watcher.watch(pid, startTime, (exit) => {
      this.#watched.delete(name);
      if (exit !== unknownExit) writeEndNote(this.#state, record, exit);
    });
  }

  /** Watches nothing any more. */
  async close(): Promise<void> {
    await this.#watcher?.close();
  }
}
