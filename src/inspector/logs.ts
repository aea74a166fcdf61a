/** What instances print, the last lines and then what comes, for one page. */
import { existsSync } from "node:fs";
import { basename, join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { FileChanges } from "../../runtime/process/log/changes.ts";
import { LogReader } from "../../runtime/process/log/reader.ts";
import type { InstanceLog, InstanceLogs } from "../core/base-kind.ts";
import type { PrintedLine } from "./protocol.ts";

/** So many lines of the past, of each log. */
const pastLines = 200;
/** How often all are looked at where the kernel tells of changes, and where it does not. In milliseconds. */
const [watchedMs, unwatchedMs] = [5_000, 500];

/** What is followed, and who hears of it. */
export interface FollowedLogs {
  /** All logs that there are now; null where nothing ever prints. */
  readonly find: () => Promise<InstanceLogs | null>;
  /** Null: all. */
  readonly automaton: string | null;
  readonly print: (line: PrintedLine) => void;
  /** Called once for each trouble, however often it is met. */
  readonly onTrouble: (message: string) => void;
}

interface Followed {
  readonly log: InstanceLog;
  readonly reader: LogReader;
  isNew: boolean;
}

/** Hands on lines until it is ended; what cannot be read now is tried again later. */
export class LogFollower {
  readonly #asked: FollowedLogs;
  readonly #end: AbortSignal;
  readonly #followed = new Map<string, Followed>();
  /** The names of all logs that there were when they were listed last. */
  #listed: ReadonlySet<string> = new Set();
  readonly #told = new Set<string>();
  #changes: FileChanges | null = null;
  #isFirst = true;

  constructor(asked: FollowedLogs, end: AbortSignal) {
    this.#asked = asked;
    this.#end = end;
  }

  /** How many logs it keeps open. */
  get size(): number {
    return this.#followed.size;
  }

  /** Never rejects. */
  async run(): Promise<void> {
    let changed: ReadonlySet<string> | null = null;
    for (;;) {
      const isWatched = this.#changes?.open() === true;
      const isOver = await this.#tried(() => this.#look(isWatched ? changed : null));
      if (isOver === true || this.#end.aborted) break;
      // What began to be watched just now is listed once more, so that nothing between is missed.
      if (!isWatched && this.#changes?.open() === true) changed = null;
      else changed = await this.#next(isWatched ? watchedMs : unwatchedMs);
    }
    this.#changes?.close();
    for (const { reader } of this.#followed.values()) await this.#tried(() => reader.close());
    this.#followed.clear();
  }

  async #next(atMost: number): Promise<ReadonlySet<string> | null> {
    if (this.#changes !== null) return this.#changes.next(this.#end, atMost);
    await sleep(atMost, undefined, { signal: this.#end }).catch(() => undefined);
    return null;
  }

  /** Reads what changed; null: all. Whether nothing will ever be printed. */
  async #look(changed: ReadonlySet<string> | null): Promise<boolean> {
    if (changed === null || !this.#isListed(changed)) {
      const found = await this.#asked.find();
      if (found === null) return true;
      this.#changes ??= new FileChanges(found.directory);
      await this.#list(found.all);
    }
    const past: PrintedLine[] = [];
    for (const followed of this.#followed.values()) {
      const isMeant = changed === null || followed.isNew || changed.has(basename(followed.log.path));
      if (isMeant) await this.#tried(() => this.#read(followed, past));
    }
    if (this.#end.aborted) return true;
    // Lines of several logs stand in the order in which they were printed.
    for (const line of past.sort((a, b) => a.time - b.time)) this.#asked.print(line);
    this.#isFirst = false;
    return false;
  }

  /** Whether what changed are logs that are known and there. */
  #isListed(changed: ReadonlySet<string>): boolean {
    const { directory } = this.#changes!;
    const isKnown = (name: string): boolean => this.#listed.has(name) && existsSync(join(directory, name));
    // Beside each log stands what says when its lines were written.
    return [...changed].every((name) => isKnown(name) || name.endsWith(".times"));
  }

  /** Begins with logs that came, and ends with those that are gone. */
  async #list(logs: readonly InstanceLog[]): Promise<void> {
    const { automaton } = this.#asked;
    this.#listed = new Set(logs.map(({ path }) => basename(path)));
    const meant = logs.filter((log) => automaton === null || log.automaton === automaton);
    const there = new Set(meant.map(({ path }) => path));
    for (const [path, followed] of this.#followed) {
      if (there.has(path)) continue;
      // What was printed last stands in the file that is open.
      await this.#tried(() => this.#read(followed, []));
      await this.#tried(() => followed.reader.close());
      this.#followed.delete(path);
    }
    for (const log of meant)
      if (!this.#followed.has(log.path))
        this.#followed.set(log.path, { log, reader: new LogReader(log.path), isNew: true });
  }

  async #read(followed: Followed, past: PrintedLine[]): Promise<void> {
    const { log, reader, isNew } = followed;
    // Of a log that comes later all is new.
    const first = { lines: this.#isFirst ? pastLines : Number.POSITIVE_INFINITY, unfinished: false };
    for await (const { text, time } of isNew ? reader.past(first) : reader.more()) {
      if (this.#end.aborted) return;
      const line = { automaton: log.automaton, index: log.index, time, text };
      if (isNew) past.push(line);
      else this.#asked.print(line);
    }
    followed.isNew = false;
  }

  /** Null where it failed. */
  async #tried<A>(work: () => Promise<A>): Promise<A | null> {
    try {
      return await work();
    } catch (error) {
      const message = `cannot read the logs: ${error instanceof Error ? error.message : String(error)}`;
      if (!this.#told.has(message)) this.#asked.onTrouble(message);
      this.#told.add(message);
      return null;
    }
  }
}
