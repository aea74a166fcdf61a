/**
 * Makes many instances on two threads. What one takes is the kernel's time, most of it
 * outside of the lock that all changes of links have in common: so two are nearly
 * twice as fast. This thread takes them from the front of the list, the other from its end.
 */
import { Worker } from "node:worker_threads";
import type { Instance } from "../../src/core/resource.ts";
import { KernelError } from "../kernel-error.ts";
import type { Owned } from "../owner.ts";
import { createNewInstance } from "./instance.ts";
import type { VethHub } from "./veth.ts";

/** To begin another thread takes as long as 40 of them; for fewer than these it is not worth it. */
const worthwhile = 200;

export interface CreateOrder {
  readonly owned: Owned;
  readonly hub: string;
  readonly instances: readonly Instance[];
  /** The index of the first one's link; of the others those that follow. */
  readonly firstIndex: number;
  /** For each whether it is taken: 0, or else the thread that took it. */
  readonly taken: Int32Array;
}

/** A `KernelError` on its way from one thread to the other. */
export interface KernelErrorMessage {
  readonly operation: string;
  readonly code: string;
  readonly words: string;
}

export interface CreateReport {
  /** By place in the list. */
  readonly refusals: readonly (readonly [place: number, refusal: KernelErrorMessage])[];
}

export const taker = { front: 1, end: 2 } as const;

/** Takes what nobody has taken. */
export const take = (taken: Int32Array, place: number, by: number): boolean =>
  Atomics.compareExchange(taken, place, 0, by) === 0;

export class ParallelCreate {
  readonly #order: CreateOrder;
  readonly #report: Promise<CreateReport>;

  private constructor(order: CreateOrder) {
    this.#order = order;
    const worker = new Worker(new URL("./parallel-create-worker.js", import.meta.url), { workerData: order });
    this.#report = new Promise((resolve, reject) => {
      worker.once("message", resolve);
      worker.once("error", reject);
    });
    this.#report.catch(() => undefined); // told to whoever waits for it
  }

  /** Null where they are too few. `reserve` gives the first of so many indexes. */
  static begin(
    owned: Owned,
    hub: string,
    instances: readonly Instance[],
    reserve: (count: number) => number,
  ): ParallelCreate | null {
    if (instances.length < worthwhile) return null;
    const taken = new Int32Array(new SharedArrayBuffer(4 * instances.length));
    return new ParallelCreate({ owned, hub, instances, firstIndex: reserve(instances.length), taken });
  }

  /** Makes one on this thread, if the other has not taken it. */
  create(hub: VethHub, place: number): void {
    if (!take(this.#order.taken, place, taker.front)) return;
    const { owned, instances, firstIndex } = this.#order;
    const freshIndex = (): number => firstIndex + place;
    createNewInstance(
      { route: hub.route, freshIndex, retire: (link) => hub.retire(link) },
      owned,
      instances[place]!,
    );
  }

  /** Waits for the other thread, and returns what was refused there. */
  async refusals(): Promise<ReadonlyMap<Instance, Error>> {
    const { refusals } = await this.#report;
    return new Map(
      refusals.map(([place, { operation, code, words }]) => [
        this.#order.instances[place]!,
        new KernelError(operation, code, words),
      ]),
    );
  }
}
