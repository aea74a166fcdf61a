/** Logs that grow: which of them did, as the kernel tells. */
import { type FSWatcher, watch } from "node:fs";
import { basename } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";

/** How often all are looked at, unless told otherwise. In milliseconds. */
const lookMs = 500;

/** What has changed in a directory that may come and go. */
export class FileChanges {
  readonly directory: string;
  readonly #changed = new Set<string>();
  #watcher: FSWatcher | null = null;
  #tell: () => void = () => {};

  constructor(directory: string) {
    this.directory = directory;
  }

  /** Resolves with the names of files that changed, or with null, when all are to be looked at, after so long. */
  async next(end: AbortSignal, atMost = lookMs): Promise<ReadonlySet<string> | null> {
    this.open();
    if (this.#changed.size === 0) {
      const told = new AbortController();
      this.#tell = () => told.abort();
      if (end.aborted) this.#tell();
      end.addEventListener("abort", this.#tell);
      // One timer and one listener at a time, however often something changes.
      await sleep(atMost, undefined, { signal: told.signal }).catch(() => undefined);
      end.removeEventListener("abort", this.#tell);
    }
    if (this.#changed.size === 0) return null;
    const changed = new Set(this.#changed);
    this.#changed.clear();
    return changed;
  }

  close(): void {
    this.#watcher?.close();
    this.#watcher = null;
  }

  /** Whether changes are told from now on; not where the directory is not there yet. */
  open(): boolean {
    if (this.#watcher !== null) return true;
    try {
      this.#watcher = watch(this.directory, (kind, name) => {
        if (name === null) return;
        // The directory itself is gone, and what comes in its place is another.
        if (kind === "rename" && name === basename(this.directory)) this.close();
        this.#changed.add(name);
        this.#tell();
      });
      this.#watcher.on("error", () => this.close());
    } catch {
      // It is looked for again.
    }
    return this.#watcher !== null;
  }
}
