/**
 * Starts processes inside instances, on a thread of its own: namespaces belong to
 * threads, and the main thread must stay where it is.
 */

import { Worker } from "node:worker_threads";
import type { CapabilityName } from "../../src/core/capabilities.ts";
import type { Spawn } from "../ffi/spawn.ts";
import { KernelError, revive } from "../kernel-error.ts";
import { endThread } from "../thread.ts";
import type { ProgramConfinement } from "./confinement.ts";
import type { InitSpawn } from "./init.ts";
import type { OwnedFile } from "./own-files.ts";
import type { View } from "./view.ts";

/** Programs that go on without this process. */
export type Detached = Spawn & { readonly stdio: NonNullable<Spawn["stdio"]> };

/** A program in a sandbox that is made for it. */
export interface StartRequest {
  readonly _tag: "start";
  /** Descriptor, open on the network namespace to be born in. */
  readonly network: number;
  readonly view: View;
  readonly confinement: ProgramConfinement;
  readonly init: InitSpawn;
  /** Descriptor, open for reading on the pipe that the program writes to. */
  readonly output: number;
  readonly spawn: Detached;
}

/** A program beside another one. */
export interface JoinRequest {
  readonly _tag: "join";
  /** A pidfd of that. */
  readonly beside: number;
  /** What it may do beside the usual. */
  readonly grants: readonly CapabilityName[];
  readonly spawn: Detached;
}

/** Other files in place of those that a process has. */
export interface FilesRequest {
  readonly _tag: "replace";
  /** A pidfd of it. */
  readonly of: number;
  readonly files: readonly OwnedFile[];
  /** Where such files are mounted in its view. */
  readonly mounted: readonly string[];
}

/** What the thread is asked for; its answer has the same number. */
export type SpawnRequest = (StartRequest | JoinRequest | FilesRequest) & { readonly id: number };

/** A program that was started in a sandbox of its own. */
export interface Started {
  readonly pid: number;
  /** The first process of its pid namespace. */
  readonly init: number;
  /** What it is not kept from on this machine, a sentence each. */
  readonly unenforced: readonly string[];
}

/** A program that was started beside another one. */
export interface Joined {
  readonly pid: number;
  /** Descriptor, open on a uts namespace in which only it lives, and what it starts. The caller closes it. */
  readonly tag: number;
}

/** What the thread has started; null where that was not asked for. */
export type Spawned = Started | Joined | null;

/** What became of a request. */
export type SpawnReply =
  | { readonly id: number; readonly spawned: Spawned }
  | { readonly id: number; readonly refusal: { operation: string; code: string; words: string } };

interface Waiting {
  readonly resolve: (spawned: Spawned) => void;
  readonly reject: (error: Error) => void;
}

/** The thread that starts processes. It is started when it is needed, and again after it was lost. */
export class Spawner {
  /** Whether what it starts may be granted more than the usual: then it is the program that loses what it is not. */
  readonly #grants: boolean;
  #worker: Worker | null = null;
  #nextId = 0;
  #isClosing = false;
  readonly #waiting = new Map<number, Waiting>();

  constructor(grants = false) {
    this.#grants = grants;
  }

  /** Starts the thread ahead of its first use: about 40 ms that a repair should not wait for. */
  warm(): Worker {
    if (this.#worker !== null) return this.#worker;
    // What the thread opens for others is theirs to close.
    const options = { trackUnmanagedFds: false, workerData: { grants: this.#grants } };
    const worker = new Worker(new URL("./spawner-worker.js", import.meta.url), options);
    worker.on("message", (reply: SpawnReply) => this.#answered(reply));
    worker.on("error", (error: Error) => this.#lost(worker, revive(error)));
    worker.on("exit", () => this.#lost(worker, new Error("the thread that starts processes has ended")));
    worker.unref();
    this.#worker = worker;
    return worker;
  }

  /** Starts a program in a sandbox of its own; the descriptors in the request may be closed then. */
  start(request: Omit<StartRequest, "_tag">): Promise<Started> {
    return this.#ask({ _tag: "start", ...request }) as Promise<Started>;
  }

  /** Starts a program beside another; the descriptors in the request may be closed then. */
  join(request: Omit<JoinRequest, "_tag">): Promise<Joined> {
    return this.#ask({ _tag: "join", ...request }) as Promise<Joined>;
  }

  /** Puts files in place of those that a process has; the descriptor in the request may be closed then. */
  async replace(request: Omit<FilesRequest, "_tag">): Promise<void> {
    await this.#ask({ _tag: "replace", ...request });
  }

  #ask(request: StartRequest | JoinRequest | FilesRequest): Promise<Spawned> {
    const worker = this.warm();
    const id = this.#nextId++;
    return new Promise((resolve, reject) => {
      this.#waiting.set(id, { resolve, reject });
      worker.ref();
      worker.postMessage({ ...request, id } satisfies SpawnRequest);
    });
  }

  async close(): Promise<void> {
    this.#isClosing = true;
    if (this.#worker !== null) await endThread(this.#worker);
  }

  #answered(reply: SpawnReply): void {
    const waiting = this.#waiting.get(reply.id);
    this.#waiting.delete(reply.id);
    // While its end is waited for it keeps this process: with nothing left to do, that would end before.
    if (this.#waiting.size === 0 && !this.#isClosing) this.#worker?.unref();
    if ("spawned" in reply) waiting?.resolve(reply.spawned);
    else waiting?.reject(new KernelError(reply.refusal.operation, reply.refusal.code, reply.refusal.words));
  }

  #lost(worker: Worker, error: Error): void {
    if (this.#worker === worker) this.#worker = null;
    for (const { reject } of this.#waiting.values()) reject(error);
    this.#waiting.clear();
  }
}
