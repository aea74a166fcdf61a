/**
 * Tells at once when a process ends, whether it is a child of this one or was found
 * running: a pidfd polls readable then, and a thread waits for all of them together.
 */
import { closeSync, writeSync } from "node:fs";
import { constants } from "node:os";
import { Worker } from "node:worker_threads";
import { atExit } from "../at-exit.ts";
import { bind, pidfdOpen } from "../ffi/libc.ts";
import { epollAdd, epollCreate, epollRemove, eventfd } from "../ffi/poll.ts";
import { refusedWith } from "../kernel-error.ts";
import { readStat } from "./proc.ts";

export interface WatcherData {
  readonly epoll: number;
  /** Readable: the thread shall end. */
  readonly wake: number;
}

/** How a process ended. Both null where it was no child of ours: the kernel tells only parents. */
export interface Exit {
  readonly code: number | null;
  readonly signal: string | null;
}

const unknownExit: Exit = { code: null, signal: null };

const P_PIDFD = 3;
const WNOHANG = 1;
const WEXITED = 4;
const CLD_EXITED = 1;
const waitid = bind<[number, number, Buffer, number], number>(
  "int waitid(int idtype, unsigned int id, void *info, int options)",
);

const signalNames = new Map(
  Object.entries(constants.signals).map(([name, number]) => [number, name] as const),
);

/** Takes the exit status of a child that ended, which ends it for good. */
const reap = (pidfd: number): Exit => {
  const info = Buffer.alloc(128);
  // ECHILD: not ours to wait for.
  if (waitid(P_PIDFD, pidfd, info, WEXITED | WNOHANG) === -1) return unknownExit;
  // siginfo_t of a 64-bit Linux: si_code at 8, si_pid at 16, si_status at 24.
  if (info.readInt32LE(16) === 0) return unknownExit;
  const status = info.readInt32LE(24);
  return info.readInt32LE(8) === CLD_EXITED
    ? { code: status, signal: null }
    : { code: null, signal: signalNames.get(status) ?? `signal ${status}` };
};

interface Watched {
  readonly pid: number;
  readonly onExit: (exit: Exit) => void;
}

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
    this.#watched.set(pidfd, { pid, onExit });
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
