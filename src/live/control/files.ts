/**
 * The files that commands and processes meet a running system at. Others may take them
 * away: sweepers of /tmp or /run do it.
 */
import { type FSWatcher, readdirSync, statSync, watch } from "node:fs";
import type { SystemState } from "../../../runtime/process/state.ts";
import type { Cancel, Clock } from "../../core/clock.ts";
import type { ControlServer } from "./server.ts";

/** Of a change that is heard of, others follow at once: so long they are waited for, in milliseconds. */
const gatherMs = 10;
/** A watch ends with its directory, and misses one that comes later: so often it is looked in any case. */
const lookEveryMs = 1_000;

const identityOf = (path: string): string | null => {
  const stat = statSync(path, { throwIfNoEntry: false });
  return stat === undefined ? null : `${stat.dev} ${stat.ino}`;
};

export class SystemFiles {
  readonly #state: SystemState;
  readonly #server: ControlServer;
  readonly #clock: Clock;
  readonly #watches = new Map<string, { readonly identity: string; readonly watcher: FSWatcher }>();
  #cancels: readonly Cancel[] = [];
  #stopGathering: Cancel | null = null;
  /** The host tables that were there when the directory was last looked through. */
  #hosts: ReadonlySet<string> = new Set();
  #hostsChanged = Number.NaN;

  constructor(state: SystemState, server: ControlServer, clock: Clock) {
    this.#state = state;
    this.#server = server;
    this.#clock = clock;
  }

  /** What has been taken away, in words; null: nothing. */
  missing(): string | null {
    const { system } = this.#state;
    if (!this.#server.stands) return `the control socket of ${system} was taken away`;
    return this.#isHostTableMissing() ? `a host table of ${system} was taken away` : null;
  }

  /** Calls soon after something of them may have changed, and now and then, until the files are left alone. */
  follow(look: () => void): void {
    const every = (): void => {
      this.#watch(look);
      look();
    };
    this.#watch(look);
    this.#cancels = [this.#clock.every(lookEveryMs, every)];
  }

  /** What becomes of them is no matter from now on. */
  leave(): void {
    for (const cancel of this.#cancels) cancel();
    this.#stopGathering?.();
    for (const { watcher } of this.#watches.values()) watcher.close();
    this.#watches.clear();
  }

  /** Watches the directories that are there now. */
  #watch(look: () => void): void {
    const { root, directory } = this.#state;
    for (const path of [root, directory, `${directory}/hosts`]) {
      const identity = identityOf(path);
      const watched = this.#watches.get(path);
      if (identity === (watched?.identity ?? null)) continue;
      watched?.watcher.close();
      this.#watches.delete(path);
      const watcher = identity === null ? null : this.#begin(path, look);
      if (watcher !== null) this.#watches.set(path, { identity: identity!, watcher });
    }
  }

  #begin(path: string, look: () => void): FSWatcher | null {
    try {
      const watcher = watch(path, { persistent: false }, () => this.#soon(look));
      return watcher.on("error", () => watcher.close());
    } catch {
      return null; // gone meanwhile, or there are no more watches to be had: it is looked at all the same
    }
  }

  #soon(look: () => void): void {
    this.#stopGathering ??= this.#clock.after(gatherMs, () => {
      this.#stopGathering = null;
      look();
      // What was made anew is watched from now on.
      this.#watch(look);
    });
  }

  /** The orchestrator adds tables, and takes none away. */
  #isHostTableMissing(): boolean {
    const directory = `${this.#state.directory}/hosts`;
    const changed = statSync(directory, { throwIfNoEntry: false })?.mtimeMs ?? 0;
    if (changed === this.#hostsChanged) return false;
    const before = this.#hosts;
    this.#hosts = new Set(changed === 0 ? [] : readdirSync(directory));
    this.#hostsChanged = changed;
    return [...before].some((name) => !this.#hosts.has(name));
  }
}
