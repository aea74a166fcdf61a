/**
 * Tells of names of namespaces that come and go. The directory of the names may itself be
 * taken away and made anew, by whoever is the last to leave it: what is watched is then not
 * what the names are in, so that has to be made sure of now and then.
 */
import { type FSWatcher, statSync, watch } from "node:fs";
import { KernelError, refusedWith } from "../../kernel-error.ts";
import { netnsDirectory } from "../../namespaces.ts";

/** A directory as it was when its watch began. */
interface Watched {
  readonly watcher: FSWatcher;
  readonly identity: string;
}

const identityNow = (): string | null => {
  const found = statSync(netnsDirectory, { throwIfNoEntry: false });
  return found === undefined ? null : `${found.dev} ${found.ino}`;
};

export class NameWatch {
  readonly #onName: (name: string) => void;
  /** Null while there is no directory. */
  #watched: Watched | null = null;

  constructor(onName: (name: string) => void) {
    this.#onName = onName;
    this.makeSure();
  }

  /** Watches the directory that is there now. False where that is not the one that was watched. */
  makeSure(): boolean {
    const identity = identityNow();
    if (identity === (this.#watched?.identity ?? null)) return true;
    this.close();
    this.#watched = this.#open();
    return false;
  }

  close(): void {
    this.#watched?.watcher.close();
    this.#watched = null;
  }

  /** Null where the directory is not there, or goes meanwhile. */
  #open(): Watched | null {
    const identity = identityNow();
    if (identity === null) return null;
    const watcher = this.#begin();
    if (identity === identityNow()) return watcher === null ? null : { watcher, identity };
    watcher?.close();
    return null;
  }

  #begin(): FSWatcher | null {
    try {
      const watcher = watch(netnsDirectory, { persistent: false }, (_, name) => {
        if (name !== null) this.#onName(name);
      });
      // Whatever it is, this watch is over; the next time it is made sure of, another begins.
      return watcher.on("error", () => this.close());
    } catch (error) {
      if (refusedWith(error, "ENOENT")) return null;
      const { code = "EIO", message } = error as NodeJS.ErrnoException;
      throw new KernelError(`watch ${netnsDirectory}`, code, message);
    }
  }
}
