/**
 * Follows files: whatever way an editor has of saving (writing in place, renaming a new
 * file over the old one, removing it first), what counts is the text that is there when
 * it has become quiet.
 */
import { type FSWatcher, statSync, watch } from "node:fs";
import { basename, dirname } from "node:path";
import { isLeft } from "fp-ts/lib/Either.js";
import { systemClock } from "../../../runtime/clock.ts";
import type { Cancel, Clock } from "../../core/clock.ts";
import { readSourceFile } from "../../files/read.ts";
import { defaultLimits } from "../../language/world.ts";

/** So long nothing more must happen before the files are read, in milliseconds. */
const quietMs = 6;
/** But not longer than this after the first sign. */
const patienceMs = 60;

/** Who writes in place empties a file first: so long it must have been empty before that counts, in milliseconds. */
const emptyMs = 100;

/** An editor takes a file away before it writes the new one: so long it must have been missing before that is told, in milliseconds. */
const missingMs = 500;

/** How often it is made sure that a directory is still the one that is watched, in milliseconds. */
const makeSureEveryMs = 500;

export interface Followed {
  readonly path: string;
  readonly text: string;
}

/** A file to be followed; `text` is null where it is not known, or there is none yet. */
export interface WatchedFile {
  readonly path: string;
  readonly text: string | null;
}

/** The text of a file; null where there is none now, or none that can be read. */
export const readText = (path: string): string | null => {
  const read = readSourceFile(path, defaultLimits.source);
  return isLeft(read) ? null : read.right;
};

/** A directory as it was when it was opened. */
interface Opened {
  readonly watcher: FSWatcher;
  readonly identity: string;
}

/** What tells a directory from one that is made in its place, and may well get its inode. */
const identityOf = (path: string): string | null => {
  try {
    const { dev, ino, birthtimeNs } = statSync(path, { bigint: true });
    return `${dev} ${ino} ${birthtimeNs}`;
  } catch {
    return null; // not there, or not to be looked at
  }
};

export class Watch {
  readonly #onChange: (changed: readonly Followed[]) => void;
  readonly #onMissing: (missing: ReadonlySet<string>) => void;
  /** Null: it was not there when it was last looked for. */
  readonly #directories = new Map<string, Opened | null>();
  /** The text of each file as last told. */
  readonly #texts = new Map<string, string | null>();
  /** Files that were found empty and were not before, and when that was. */
  readonly #emptied = new Map<string, number>();
  /** Files that were there and are not now, and since when. */
  readonly #missing = new Map<string, number>();
  #toldMissing: ReadonlySet<string> = new Set();
  readonly #clock: Clock;
  /** Set while a look is to come. */
  #cancel: Cancel | null = null;
  #firstSign = 0;
  #stopMaking: Cancel | null = null;

  /** `onMissing`: called with all files that are missing, whenever they are others than before. */
  constructor(
    onChange: (changed: readonly Followed[]) => void,
    clock: Clock = systemClock,
    onMissing: (missing: ReadonlySet<string>) => void = () => {},
  ) {
    this.#clock = clock;
    this.#onChange = onChange;
    this.#onMissing = onMissing;
  }

  /** Follows these files and no others. */
  follow(files: Iterable<WatchedFile>): void {
    const names = new Map<string, string | null>([...files].map(({ path, text }) => [path, text]));
    for (const path of [...this.#texts.keys()]) {
      if (names.has(path)) continue;
      this.#texts.delete(path);
      this.#emptied.delete(path);
      this.#missing.delete(path);
    }
    for (const [path, text] of names) if (!this.#texts.has(path)) this.#texts.set(path, text);
    const wanted = new Set([...names.keys()].map((path) => dirname(path)));
    this.#stopMaking ??= this.#clock.every(makeSureEveryMs, () => this.#makeSure());
    for (const [directory, opened] of this.#directories) {
      if (wanted.has(directory)) continue;
      opened?.watcher.close();
      this.#directories.delete(directory);
    }
    // The directory tells of renames too; a file watched itself would be lost with its inode.
    for (const directory of wanted) {
      if (this.#directories.has(directory)) continue;
      this.#open(directory);
      // What was saved between the reading of a file and now has given no sign.
      this.#sign();
    }
  }

  close(): void {
    this.#cancel?.();
    this.#stopMaking?.();
    for (const opened of this.#directories.values()) opened?.watcher.close();
    this.#directories.clear();
  }

  #open(directory: string): void {
    this.#directories.set(directory, this.#opened(directory));
  }

  #opened(directory: string): Opened | null {
    try {
      const identity = identityOf(directory);
      if (identity === null) return null;
      const watcher = watch(directory, (_, name) => {
        if (name === null || this.#concerns(directory, name)) this.#sign();
      });
      // A directory that is gone has nothing more to tell.
      watcher.on("error", () => watcher.close());
      return { watcher, identity };
    } catch {
      return null; // gone meanwhile, or not to be looked into now
    }
  }

  /** A directory that was replaced tells nothing: what is in the new one was never seen. */
  #makeSure(): void {
    for (const [directory, opened] of this.#directories) {
      const identity = identityOf(directory);
      if (identity === (opened?.identity ?? null)) continue;
      opened?.watcher.close();
      this.#open(directory);
      this.#sign();
    }
  }

  /** Files that were looked for in vain may be among those that come: any program counts. */
  #concerns(directory: string, name: string): boolean {
    if (name.endsWith(".arch")) return true;
    for (const path of this.#texts.keys())
      if (dirname(path) === directory && basename(path) === name) return true;
    return false;
  }

  #sign(): void {
    const now = this.#clock.now();
    if (this.#cancel === null) this.#firstSign = now;
    this.#cancel?.();
    const left = this.#firstSign + patienceMs - now;
    this.#cancel = this.#clock.after(Math.max(0, Math.min(quietMs, left)), () => this.#look());
  }

  #look(): void {
    this.#cancel = null;
    const changed: Followed[] = [];
    for (const [path, before] of this.#texts) {
      const text = readText(path);
      this.#noteMissing(path, text === null && before !== null);
      // Between the removal and the new file of an editor there is nothing to be read.
      if (this.#mayBeFilled(path, text, before) || text === null || text === before) continue;
      this.#texts.set(path, text);
      changed.push({ path, text });
    }
    this.#onChange(changed);
    const isUnsure = this.#tellMissing();
    if (this.#emptied.size > 0) this.#lookAfter(emptyMs);
    else if (isUnsure) this.#lookAfter(missingMs);
  }

  #lookAfter(milliseconds: number): void {
    this.#cancel ??= this.#clock.after(milliseconds, () => this.#look());
  }

  #noteMissing(path: string, isMissing: boolean): void {
    if (!isMissing) this.#missing.delete(path);
    else if (!this.#missing.has(path)) this.#missing.set(path, this.#clock.now());
  }

  /** True while some have not been missing for long enough. */
  #tellMissing(): boolean {
    const before = this.#clock.now() - missingMs;
    const missing = new Set([...this.#missing].flatMap(([path, since]) => (since <= before ? [path] : [])));
    const isKnown =
      missing.size === this.#toldMissing.size && [...missing].every((path) => this.#toldMissing.has(path));
    this.#toldMissing = missing;
    if (!isKnown) this.#onMissing(missing);
    return missing.size < this.#missing.size;
  }

  /** Whether a file is empty perhaps only until somebody has written it. */
  #mayBeFilled(path: string, text: string | null, before: string | null): boolean {
    const now = this.#clock.now();
    const since = this.#emptied.get(path) ?? now;
    const isNew = text === "" && before !== "" && before !== null && now - since < emptyMs;
    if (isNew) this.#emptied.set(path, since);
    else this.#emptied.delete(path);
    return isNew;
  }
}
