/** The default ledger: each key is a file beside the system, the owner's alone. It goes with the system. */
import { closeSync, constants, openSync } from "node:fs";
import { systemClock } from "../../../runtime/clock.ts";
import { flock, LOCK_EX } from "../../../runtime/ffi/libc.ts";
import { kernelErrorOf } from "../../../runtime/kernel-error.ts";
import { ownDirectory, type SystemState } from "../../../runtime/process/state.ts";
import { replaceFile } from "../../../runtime/replace-file.ts";
import type { Cancel, Clock } from "../../core/clock.ts";
import { hashString } from "../../core/hash.ts";
import { readText, Watch } from "../watch/files.ts";
import type { Entry, Ledger } from "./ledger.ts";

const openDirectory = (path: string): number => {
  try {
    return openSync(path, constants.O_RDONLY | constants.O_DIRECTORY);
  } catch (error) {
    throw kernelErrorOf(`open ${path}`, error);
  }
};

/** Equal values have equal revisions: a writer that expects one finds what it has seen. */
const entryOf = (value: string): Entry => ({ value, revision: `${value.length} ${hashString(value)}` });

export class FileLedger implements Ledger {
  readonly #state: SystemState;
  readonly #clock: Clock;

  constructor(state: SystemState, clock: Clock = systemClock) {
    this.#state = state;
    this.#clock = clock;
  }

  async read(key: string): Promise<Entry | null> {
    return this.readNow(key);
  }

  /** For commands that only look. */
  readNow(key: string): Entry | null {
    const text = readText(this.#path(key));
    return text === null ? null : entryOf(text);
  }

  async compareAndSet(key: string, expected: string | null, value: string): Promise<string | null> {
    ownDirectory(this.#state.root);
    const directory = ownDirectory(this.#state.directory);
    const lock = openDirectory(directory);
    try {
      // Released with the descriptor. Nobody holds it for longer than this takes.
      flock(lock, LOCK_EX);
      if ((this.readNow(key)?.revision ?? null) !== expected) return null;
      replaceFile(this.#path(key), value);
      return entryOf(value).revision;
    } finally {
      closeSync(lock);
    }
  }

  watch(key: string, onChange: (entry: Entry) => void): Cancel {
    const watch = new Watch((changed) => {
      for (const { text } of changed) onChange(entryOf(text));
    }, this.#clock);
    const path = this.#path(key);
    watch.follow([{ path, text: readText(path) ?? "" }]);
    return () => watch.close();
  }

  #path(key: string): string {
    return `${this.#state.directory}/${key}`;
  }
}
