/**
 * Operations under way. What makes up the network flies as one batch at a time; beside
 * it every process on its own, so that an end that takes its time holds up nothing.
 */
import type { Failure, Progress } from "../core/base.ts";
import { type Operation, subject } from "../core/operation.ts";
import type { Reconciler } from "../reconcile.ts";

/** Processes that are started or ended at one time. */
const processesAtOnce = 64;

export interface Pilot {
  /** Whether its time has come. */
  may(operation: Operation): boolean;
  starting(operation: Operation): void;
  landed(operations: readonly Operation[], failures: readonly Failure[]): void;
  progress(progress: Progress): void;
}

const isProcess = (operation: Operation): boolean => subject(operation).kind === "process";

export class Flights {
  readonly #reconciler: Reconciler;
  readonly #pilot: Pilot;
  #network = false;
  #processes = 0;
  readonly #flying = new Set<Promise<void>>();

  constructor(reconciler: Reconciler, pilot: Pilot) {
    this.#reconciler = reconciler;
    this.#pilot = pilot;
  }

  get count(): number {
    return this.#flying.size;
  }

  /** Begins whatever can be begun. */
  dispatch(): void {
    if (this.#reconciler.diff.size === 0) return;
    if (!this.#network) {
      const batch = this.#reconciler.ready((one) => !isProcess(one) && this.#pilot.may(one));
      if (batch.length > 0) this.#launch(batch, (more) => (this.#network = more));
    }
    const free = processesAtOnce - this.#processes;
    if (free <= 0) return;
    const processes = this.#reconciler.ready((one) => isProcess(one) && this.#pilot.may(one));
    for (const one of processes.slice(0, free))
      this.#launch([one], (more) => (this.#processes += more ? 1 : -1));
  }

  /** Resolves when nothing is under way. */
  async landed(): Promise<void> {
    while (this.#flying.size > 0) await Promise.all(this.#flying);
  }

  #launch(operations: readonly Operation[], count: (more: boolean) => void): void {
    count(true);
    for (const one of operations) this.#pilot.starting(one);
    const flight = this.#fly(operations).then((failures) => {
      count(false);
      this.#flying.delete(flight);
      this.#pilot.landed(operations, failures);
    });
    this.#flying.add(flight);
  }

  async #fly(operations: readonly Operation[]): Promise<readonly Failure[]> {
    try {
      return await this.#reconciler.perform(operations, (progress) => this.#pilot.progress(progress));
    } catch (error) {
      // Nobody knows how far it came: all of it is to be tried again.
      const message = error instanceof Error ? error.message : String(error);
      return operations.map(({ key }) => ({ key, doing: "apply the change", code: "internal", message }));
    }
  }
}
