/** A thread that waits for sockets which Node cannot watch, and tells when there is something to read. */
import { closeSync, writeSync } from "node:fs";
import { Worker } from "node:worker_threads";
import { atExit } from "../../at-exit.ts";
import { epollAdd, epollAgain, epollCreate, epollRemove, eventfd } from "../../ffi/poll.ts";
import type { WatcherData } from "../../process/watcher.ts";

export class Readiness {
  readonly #epoll = epollCreate();
  readonly #wake = eventfd();
  readonly #worker: Worker;
  readonly #readers = new Map<number, () => void>();
  readonly #ended: Promise<void>;
  /** Node joins its threads on the way out, and this one waits in the kernel. */
  readonly #endAtExit: () => void;

  constructor() {
    epollAdd(this.#epoll, this.#wake);
    const data: WatcherData = { epoll: this.#epoll, wake: this.#wake };
    this.#worker = new Worker(new URL("../../process/watcher-worker.js", import.meta.url), {
      workerData: data,
    });
    this.#worker.on("message", (ready: readonly number[]) => {
      for (const fd of ready) this.#read(fd);
    });
    this.#ended = new Promise((resolve) => this.#worker.once("exit", () => resolve()));
    this.#worker.unref();
    this.#endAtExit = atExit(() => this.#wakeUp());
  }

  /** Calls `read` whenever there is something; it must read all there is. */
  add(fd: number, read: () => void): void {
    this.#readers.set(fd, read);
    epollAdd(this.#epoll, fd);
  }

  /** To be called before the descriptor is closed. */
  remove(fd: number): void {
    if (this.#readers.delete(fd)) epollRemove(this.#epoll, fd);
  }

  #read(fd: number): void {
    const read = this.#readers.get(fd);
    if (read === undefined) return;
    read();
    if (this.#readers.has(fd)) epollAgain(this.#epoll, fd);
  }

  #wakeUp(): void {
    writeSync(this.#wake, new BigUint64Array([1n]));
  }

  async close(): Promise<void> {
    this.#endAtExit();
    this.#worker.ref();
    this.#wakeUp();
    await this.#ended;
    closeSync(this.#epoll);
    closeSync(this.#wake);
  }
}
