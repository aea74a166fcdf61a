/** Waits for pipes to have something in them, or to be at their end, without reading them. At rest nothing wakes up. */
import { writeSync } from "node:fs";
import { Worker } from "node:worker_threads";
import { atExit } from "../../at-exit.ts";
import { epollAdd, epollAgain, epollCreate, epollRemove, eventfd } from "../../ffi/poll.ts";

/** What the thread needs: descriptors. */
export interface PollerData {
  readonly epoll: number;
  /** Readable: the thread shall end. */
  readonly wake: number;
}

/** A set of pipes with a thread that waits for them, until the process ends. */
export class PipePoller {
  readonly #epoll = epollCreate();

  /** `onReady` is called with the descriptors of pipes: each once until `again`. */
  constructor(onReady: (pipes: readonly number[]) => void) {
    const wake = eventfd();
    epollAdd(this.#epoll, wake);
    const workerData: PollerData = { epoll: this.#epoll, wake };
    const worker = new Worker(new URL("./pipe-poller-worker.js", import.meta.url), { workerData });
    worker.on("message", onReady);
    worker.on("error", (error) => {
      throw error;
    });
    // Node joins its threads on the way out, and this one waits in the kernel.
    atExit(() => writeSync(wake, new BigUint64Array([1n])));
  }

  /** Waits for a pipe. */
  add(pipe: number): void {
    epollAdd(this.#epoll, pipe);
  }

  /** Waits again for one that was ready. */
  again(pipe: number): void {
    epollAgain(this.#epoll, pipe);
  }

  /** Waits for a pipe no more; to be called before it is closed. */
  remove(pipe: number): void {
    epollRemove(this.#epoll, pipe);
  }
}
