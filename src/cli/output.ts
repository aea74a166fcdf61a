/**
 * What is written to a file descriptor arrives in order and whole, or it is known that it
 * did not. Invariants: a write never blocks the event loop; a short write is continued;
 * after the first failure nothing more is tried; `drained` resolves in every case.
 *
 * Node's own streams hold none of these: they forget the rest of a short write to a file,
 * block on a terminal that is stopped, and lose what a pipe has not taken when the process
 * exits.
 */
import { constants, fstatSync, openSync, type Stats, write, writeSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";
import { isatty } from "node:tty";

/** A reader that has so many bytes to take is slow: what can wait is not written meanwhile. */
const slowFrom = 64 << 10;
/** So much is handed to the kernel at once. */
const most = 1 << 20;
/** Between two tries on a descriptor that somebody else has set to be non-blocking, in milliseconds. */
const retryMs = 5;
/** How often it is looked whether there still is a reader, in milliseconds. */
const lookMs = 500;

const codeOf = (error: unknown): string => (error as NodeJS.ErrnoException).code ?? "";

/** How much was written; 0 where the descriptor takes nothing at the moment. */
const writeSome = (fd: number, bytes: Buffer): Promise<number> =>
  new Promise((resolve, reject) => {
    // In a thread of the pool: there it may block.
    write(fd, bytes, 0, Math.min(bytes.length, most), null, (error, written) => {
      if (error === null) resolve(written);
      else if (error.code === "EAGAIN") resolve(0);
      else reject(error);
    });
  });

/** The same terminal, opened so that writing to it does not block; null where that is not allowed. */
const openUnblocked = (fd: number): number | null => {
  try {
    return openSync(`/proc/self/fd/${fd}`, constants.O_WRONLY | constants.O_NONBLOCK | constants.O_NOCTTY);
  } catch {
    return null;
  }
};

/** Outputs to one file have one queue, so that it gets everything in the order in which it was written. */
class Queue {
  #pieces: { readonly output: Output; readonly bytes: Buffer }[] = [];
  #done: Promise<void> | null = null;

  get isEmpty(): boolean {
    return this.#done === null;
  }

  push(output: Output, bytes: Buffer): void {
    this.#pieces.push({ output, bytes });
    this.#done ??= this.#work();
  }

  async drained(): Promise<void> {
    while (this.#done !== null) await this.#done;
  }

  async #work(): Promise<void> {
    while (this.#pieces.length > 0) {
      const { output } = this.#pieces[0]!;
      const end = this.#pieces.findIndex((piece) => piece.output !== output);
      const run = this.#pieces.splice(0, end < 0 ? this.#pieces.length : end);
      await output.put(Buffer.concat(run.map(({ bytes }) => bytes)));
    }
    this.#done = null;
  }
}

export class Output {
  readonly fd: number;
  readonly isTerminal: boolean;
  readonly #queue: Queue;
  /** The terminal without blocking, so that a line that moves does so while the event loop is busy. */
  readonly #unblocked: number | null;
  readonly #gone = new AbortController();
  #looking: NodeJS.Timeout | undefined;
  #waiting = 0;

  constructor(fd: number, queue = new Queue()) {
    this.fd = fd;
    this.#queue = queue;
    this.isTerminal = isatty(fd);
    this.#unblocked = this.isTerminal ? openUnblocked(fd) : null;
  }

  write(text: string): void {
    if (this.#gone.signal.aborted || text === "") return;
    const bytes = Buffer.from(text);
    const rest = this.#queue.isEmpty ? this.#writeNow(bytes) : bytes;
    if (rest.length === 0) return;
    this.#waiting += rest.length;
    this.#queue.push(this, rest);
  }

  /** Whether what was written waits for a slow reader. */
  get isFull(): boolean {
    return this.#waiting >= slowFrom;
  }

  /** Resolves when all that was written was taken, or will never be. */
  drained(): Promise<void> {
    return this.#queue.drained();
  }

  /** Aborted when nothing more can be written; the reason is the error of the kernel. */
  get gone(): AbortSignal {
    return this.#gone.signal;
  }

  /** From now on the end of a reader is noticed also while there is nothing to write. */
  watchReader(): void {
    this.#looking ??= setInterval(() => void this.#look(), lookMs).unref();
  }

  async #look(): Promise<void> {
    const { hasHungUp } = await import("../../runtime/ffi/hangup.ts");
    if (hasHungUp(this.fd)) this.#end(Object.assign(new Error("nobody reads it"), { code: "EPIPE" }));
  }

  /** Only for the queue. Never rejects. */
  async put(bytes: Buffer): Promise<void> {
    let rest = bytes;
    try {
      while (rest.length > 0 && !this.#gone.signal.aborted) {
        const written = await writeSome(this.fd, rest);
        if (written === 0) await sleep(retryMs);
        rest = rest.subarray(written);
        this.#waiting -= written;
      }
    } catch (error) {
      this.#end(error);
    }
    this.#waiting -= rest.length;
  }

  /** What a terminal does not take at once. */
  #writeNow(bytes: Buffer): Buffer {
    let rest = bytes;
    try {
      while (this.#unblocked !== null && rest.length > 0)
        rest = rest.subarray(writeSync(this.#unblocked, rest));
    } catch (error) {
      if (codeOf(error) !== "EAGAIN") {
        this.#end(error);
        return rest.subarray(rest.length);
      }
    }
    return rest;
  }

  #end(error: unknown): void {
    clearInterval(this.#looking);
    this.#gone.abort(error);
  }
}

const statOf = (fd: number): Stats | null => {
  try {
    return fstatSync(fd);
  } catch {
    return null;
  }
};

const isSameFile = (a: Stats | null, b: Stats | null): boolean =>
  a !== null && b !== null && a.dev === b.dev && a.ino === b.ino;

/** Standard output and error. */
export const openOutputs = (): { readonly out: Output; readonly err: Output } => {
  const queue = new Queue();
  const shared = isSameFile(statOf(1), statOf(2));
  return { out: new Output(1, queue), err: new Output(2, shared ? queue : new Queue()) };
};
