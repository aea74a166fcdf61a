/**
 * A lease by a lock on a file. The file may be taken away meanwhile, with all the others: then it is
 * made anew, unless another orchestrator was faster, which has the system from then on.
 */
import { type Either, isLeft, left, right } from "fp-ts/lib/Either.js";
import { systemClock } from "../../../runtime/clock.ts";
import { KernelError } from "../../../runtime/kernel-error.ts";
import type { Cancel, Clock } from "../../core/clock.ts";
import type { Lease, LeaseEvents, LeaseRefused } from "./lease.ts";
import { type Lock, lockSystem } from "./lock.ts";

/** How often it is looked for, in milliseconds; besides, before anything is decided. */
const lookEveryMs = 1_000;

/** Takes the lease of a system, or says which process has it. Throws a `KernelError` where there can be none. */
export const acquireLease = (
  root: string,
  system: string,
  clock: Clock = systemClock,
): Either<LeaseRefused, Lease> => {
  const lock = lockSystem(root, system, clock);
  return isLeft(lock) ? left(lock.left) : right(new FileLease(lock.right, root, system, clock));
};

class FileLease implements Lease {
  readonly #root: string;
  readonly #system: string;
  readonly #clock: Clock;
  #lock: Lock;
  #events: LeaseEvents = { onRegained: () => {}, onLost: () => {} };
  #stopLooking: Cancel | null = null;
  #state: "held" | "lost" | "ending" = "held";

  constructor(lock: Lock, root: string, system: string, clock: Clock) {
    this.#lock = lock;
    this.#root = root;
    this.#system = system;
    this.#clock = clock;
  }

  isHeld(): boolean {
    if (this.#state !== "held" || this.#lock.holds()) return this.#state !== "lost";
    try {
      const again = lockSystem(this.#root, this.#system, this.#clock);
      if (isLeft(again)) {
        this.#state = "lost";
        this.#events.onLost();
        return false;
      }
      this.#lock.release();
      this.#lock = again.right;
      this.#events.onRegained();
    } catch (error) {
      // Where this one cannot have it, nobody can.
      if (!(error instanceof KernelError)) throw error;
    }
    return true;
  }

  keep(events: LeaseEvents): void {
    this.#events = events;
    this.#stopLooking ??= this.#clock.every(lookEveryMs, () => void this.isHeld());
  }

  leave(): void {
    this.#stopLooking?.();
    if (this.#state === "held") this.#state = "ending";
  }

  release(): void {
    this.leave();
    this.#lock.release();
  }
}
