/**
 * Keeping a system for as long as one runs it. The file that says whose it is may be taken
 * away meanwhile, with all the others: then it is made anew, unless somebody else was
 * faster, who has the system from then on.
 */
import { isLeft } from "fp-ts/lib/Either.js";
import { KernelError } from "../../runtime/kernel-error.ts";
import { type Lock, lockSystem } from "./lock.ts";

/** How often it is looked for, in milliseconds; besides, before anything is done. */
const lookEveryMs = 1_000;

interface Tenant {
  readonly root: string;
  readonly system: string;
  /** The file was away, and is there again. */
  readonly onReturn: () => void;
  readonly onLoss: () => void;
}

export class Tenure {
  readonly #tenant: Tenant;
  #lock: Lock;
  #timer: NodeJS.Timeout | undefined;
  #state: "kept" | "lost" | "ending" = "kept";

  constructor(lock: Lock, tenant: Tenant) {
    this.#lock = lock;
    this.#tenant = tenant;
  }

  /** Looks after it, even when nothing is to be done. */
  watch(): void {
    this.#timer = setInterval(() => this.isKept(), lookEveryMs).unref();
  }

  /** Whether the system is still this one's. */
  isKept(): boolean {
    if (this.#state !== "kept" || this.#lock.holds()) return this.#state !== "lost";
    const { root, system, onReturn, onLoss } = this.#tenant;
    try {
      const again = lockSystem(root, system);
      if (isLeft(again)) {
        this.#state = "lost";
        onLoss();
        return false;
      }
      this.#lock.release();
      this.#lock = again.right;
      onReturn();
    } catch (error) {
      // Where this one cannot have it, nobody can.
      if (!(error instanceof KernelError)) throw error;
    }
    return true;
  }

  /** From now on nothing is made anew. */
  leave(): void {
    clearInterval(this.#timer);
    if (this.#state === "kept") this.#state = "ending";
  }

  /** Gives the system to others. */
  release(): void {
    this.leave();
    this.#lock.release();
  }
}
