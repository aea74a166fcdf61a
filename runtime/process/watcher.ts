/**
 * Tells at once when a process ends, whether it is a child of this one or was found
 * running: a pidfd polls readable then, and a thread waits for all of them together.
 */
import { closeSync, writeSync } from "node:fs";
import { Worker } from "node:worker_threads";
import { atExit } from "../at-exit.ts";
import { pidfdOpen } from "../ffi/libc.ts";
import { epollAdd, epollCreate, epollRemove, eventfd } from "../ffi/poll.ts";
import { type Exit, reap, unknownExit } from "../ffi/wait.ts";
import { refusedWith } from "../kernel-error.ts";
import { foreignExit } from "./foreign-exit.ts";
import { type Identity, readStat } from "./proc.ts";

/** What the thread needs: descriptors. */
export interface WatcherData {
  readonly epoll: number;
  /** Readable: the thread shall end. */
  readonly wake: number;
}

interface Watched extends Identity {
  readonly onExit: (exit: Exit) => void;
}

/** Watches processes until they end. Has a thread, which `close` ends. */
export class Watcher {
  readonly #epoll = epollCreate();
  readonly #wake = eventfd();
  readonly #worker: Worker;
  readonly #watched = new Map<number, Watched>();
  readonly #ended: Promise<void>;
  /** Node joins its threads on the way out, and this one waits in the kernel. */
  readonly #endAtExit: () => void;

  constructor() {
    epollAdd(this.#epoll, this.#wake);
    const data: WatcherData = { epoll: this.#epoll, wake: this.#wake };
    this.#worker = new Worker(new URL("./watcher-worker.js", import.meta.url), { workerData: data });
    this.#worker.on("message", (ready: readonly number[]) => {
      for (const pidfd of ready) this.#exited(pidfd);
    });
    this.#ended = new Promise((resolve) => this.#worker.once("exit", () => resolve()));
    this.#worker.unref();
    this.#endAtExit = atExit(() => this.#wakeUp());
  }

  /**
   * Calls back once, when the process has ended; where it already has, soon. Nobody is
   * waited for by number alone: a process that took over the pid is not this one.
   */
  watch(pid: number, startTime: number, onExit: (exit: Exit) => void): void {
    const pidfd = openProcess(pid);
    // Looked at after opening: what the pidfd stands for can be no later process now.
    if (pidfd === null || readStat(pid)?.startTime !== startTime) {
      if (pidfd !== null) closeSync(pidfd);
      queueMicrotask(() => onExit(unknownExit));
      return;
    }
    this.#watched.set(pidfd, { pid, startTime, onExit });
    epollAdd(this.#epoll, pidfd);
  }

  #wakeUp(): void {
    writeSync(this.#wake, new BigUint64Array([1n]));
  }

  async close(): Promise<void> {
    this.#endAtExit();
    this.#worker.ref();
    this.#wakeUp();
    await this.#ended;
    for (const fd of [...this.#watched.keys(), this.#epoll, this.#wake]) closeSync(fd);
    this.#watched.clear();
  }

  #exited(pidfd: number): void {
    const watched = this.#watched.get(pidfd);
    if (watched === undefined) return;
    this.#watched.delete(pidfd);
    epollRemove(this.#epoll, pidfd);
    const exit = reap(pidfd);
    if (exit === unknownExit) void this.#tell(pidfd, watched);
    else {
      closeSync(pidfd);
      watched.onExit(exit);
    }
  }

  /** Tells of one that was no child, once the kernel says how it ended. */
  async #tell(pidfd: number, watched: Watched): Promise<void> {
    const exit = await foreignExit(pidfd, watched);
    closeSync(pidfd);
    watched.onExit(exit);
  }
}

const openProcess = (pid: number): number | null => {
  try {
    return pidfdOpen(pid);
  } catch (error) {
    if (refusedWith(error, "ESRCH")) return null;
    throw error;
  }
};
