/**
 * Starts processes inside instances, on a thread of its own: namespaces belong to
 * threads, and the main thread must stay where it is.
 */

import { Worker } from "node:worker_threads";
import type { Spawn } from "../ffi/posix-spawn.ts";
import { KernelError, revive } from "../kernel-error.ts";
import { endThread } from "../thread.ts";
import type { View } from "./view.ts";

export interface SpawnRequest {
  readonly id: number;
  /** Descriptor, open on the network namespace to be born in. */
  readonly namespace: number;
  readonly view: View;
  readonly spawn: Spawn;
}

export type SpawnReply =
  | { readonly id: number; readonly pid: number }
  | { readonly id: number; readonly refusal: { operation: string; code: string; words: string } };

interface Waiting {
  readonly resolve: (pid: number) => void;
  readonly reject: (error: Error) => void;
}

export class Spawner {
  #worker: Worker | null = null;
  #nextId = 0;
  readonly #waiting = new Map<number, Waiting>();

  /** Starts the thread ahead of its first use: about 40 ms that a repair should not wait for. */
  warm(): Worker {
    if (this.#worker !== null) return this.#worker;
    const worker = new Worker(new URL("./spawner-worker.js", import.meta.url));
    worker.on("message", (reply: SpawnReply) => this.#answered(reply));
    worker.on("error", (error: Error) => this.#lost(worker, revive(error)));
    worker.on("exit", () => this.#lost(worker, new Error("the thread that starts processes has ended")));
    worker.unref();
    this.#worker = worker;
    return worker;
  }

  /** The pid of a new process; the descriptors in the request may be closed then. */
  start(request: Omit<SpawnRequest, "id">): Promise<number> {
    const worker = this.warm();
    const id = this.#nextId++;
    return new Promise((resolve, reject) => {
      this.#waiting.set(id, { resolve, reject });
      worker.ref();
      worker.postMessage({ id, ...request });
    });
  }

  async close(): Promise<void> {
    if (this.#worker !== null) await endThread(this.#worker);
  }

  #answered(reply: SpawnReply): void {
    const waiting = this.#waiting.get(reply.id);
    this.#waiting.delete(reply.id);
    if (this.#waiting.size === 0) this.#worker?.unref();
    if ("pid" in reply) waiting?.resolve(reply.pid);
    else waiting?.reject(new KernelError(reply.refusal.operation, reply.refusal.code, reply.refusal.words));
  }

  #lost(worker: Worker, error: Error): void {
    if (this.#worker === worker) this.#worker = null;
    for (const { reject } of this.#waiting.values()) reject(error);
    this.#waiting.clear();
  }
}
