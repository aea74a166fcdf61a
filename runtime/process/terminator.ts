/**
 * Ends processes and makes sure that they are gone: SIGTERM to each, SIGKILL to what
 * is left after a grace. What a process starts after its SIGTERM may be how it ends well (a
 * last query, a command of a trap): as long as its parent lives, it is left alone in the grace. What was started before
 * that and not seen yet gets its SIGTERM at the next look.
 * All that end at one time share each look at /proc.
 */
import { constants } from "node:os";
import { setTimeout as sleep } from "node:timers/promises";
import { KernelError } from "../kernel-error.ts";
import type { KillTarget, Victim } from "./kill-target.ts";
import { ticksNow } from "./proc.ts";
import { ProcessIndex } from "./process-index.ts";

interface Ending {
  readonly target: KillTarget;
  readonly what: string;
  readonly killAt: number;
  /** When SIGKILL was first sent: it may be long after `killAt` where this process did not get to run. */
  killedAt: number | null;
  /** When SIGTERM was first sent, in clock ticks since boot. */
  signalledAt: number | null;
  /** Those that got SIGTERM. */
  readonly signalled: Set<string>;
  readonly done: () => void;
  readonly failed: (error: Error) => void;
}

/** How long the kernel may take to carry out a SIGKILL before we call it a failure. */
const defaultKillMs = 10_000;
const firstPauseMs = 2;
const longestPauseMs = 40;
const { SIGTERM, SIGHUP, SIGKILL } = constants.signals;

/** Ends targets, several at a time. */
export class Terminator {
  readonly #killMs: number;
  readonly #ticks: () => number | null;
  readonly #endings = new Set<Ending>();
  #busy = false;
  #pauseMs = firstPauseMs;

  /** `ticks`: clock ticks since boot. */
  constructor(killMs = defaultKillMs, ticks = ticksNow) {
    this.#killMs = killMs;
    this.#ticks = ticks;
  }

  /**
   * Resolves when nothing of the target lives, and releases it. Rejects where even
   * SIGKILL did not end it: a process that hangs in the kernel.
   */
  async end(target: KillTarget, what: string, graceMs: number): Promise<void> {
    try {
      await this.#begin(target, what, graceMs);
    } finally {
      target.release();
    }
  }

  /** Several at once. Goes on after an error, and then throws the first. */
  async endAll(targets: readonly KillTarget[], what: string, graceMs: number): Promise<void> {
    const ended = await Promise.allSettled(targets.map((target) => this.end(target, what, graceMs)));
    for (const result of ended) if (result.status === "rejected") throw result.reason;
  }

  #begin(target: KillTarget, what: string, graceMs: number): Promise<void> {
    return new Promise((done, failed) => {
      const killAt = performance.now() + graceMs;
      this.#endings.add({
        target,
        what,
        killAt,
        killedAt: null,
        signalledAt: null,
        signalled: new Set(),
        done,
        failed,
      });
      this.#pauseMs = firstPauseMs;
      if (!this.#busy) {
        this.#busy = true;
        // Everything that is to end in this turn is looked for at once.
        queueMicrotask(() => void this.#work());
      }
    });
  }

  async #work(): Promise<void> {
    while (this.#endings.size > 0) {
      try {
        this.#round();
      } catch (error) {
        // Nothing can be looked for: callers get the error, and do not wait for ever.
        for (const { failed } of this.#endings) failed(error as Error);
        this.#endings.clear();
      }
      if (this.#endings.size === 0) break;
      await sleep(this.#pauseMs);
      this.#pauseMs = Math.min(longestPauseMs, this.#pauseMs * 2);
    }
    this.#busy = false;
  }

  #round(): void {
    const index = new ProcessIndex();
    const now = performance.now();
    for (const ending of this.#endings) {
      const kill = now >= ending.killAt;
      const left = ending.target.victims(index, kill);
      if (left.length === 0) {
        this.#endings.delete(ending);
        ending.done();
      } else if (ending.killedAt !== null && now > ending.killedAt + this.#killMs) {
        this.#endings.delete(ending);
        const words = `still running after SIGKILL: ${left.map(({ id }) => id).join(", ")}`;
        ending.failed(new KernelError(ending.what, "ETIMEDOUT", words));
      } else {
        if (kill) ending.killedAt ??= now;
        ending.signalledAt ??= this.#ticks();
        signal(ending, left, kill);
      }
    }
  }
}

const signal = ({ signalled, signalledAt }: Ending, left: readonly Victim[], kill: boolean): void => {
  const hasBegun = signalled.size > 0;
  const alive = new Set(left.map(({ pid }) => pid));
  // Of what was started in the very tick nobody can tell: a command of a trap is much the likelier.
  const isLate = ({ startTime }: Victim): boolean =>
    hasBegun && !(startTime !== null && signalledAt !== null && startTime < signalledAt);
  for (const one of left) {
    const { id, parent, isGuest, send } = one;
    if (!kill && (signalled.has(id) || (isLate(one) && parent !== null && alive.has(parent)))) continue;
    signalled.add(id);
    send(kill ? [SIGKILL] : isGuest ? [SIGHUP, SIGTERM] : [SIGTERM]);
  }
};
