/**
 * Ends processes and makes sure that they are gone: SIGTERM to each, SIGKILL to what
 * is left after a grace. All that end at one time share each look at /proc.
 */
import { closeSync } from "node:fs";
import { constants } from "node:os";
import { setTimeout as sleep } from "node:timers/promises";
import { pidfdOpen, pidfdSendSignal } from "../ffi/libc.ts";
import { KernelError, refusedWith } from "../kernel-error.ts";
import { type HeldNamespace, isSpared } from "./held.ts";
import { type Identity, inhabitants, isAlive, netnsInode } from "./proc.ts";

/** Who shall end: a fixed list, or whoever lives in a network namespace. */
export type Condemned =
  | {
      readonly _tag: "processes";
      readonly list: readonly Identity[];
    }
  | {
      readonly _tag: "namespace";
      /** Held until nobody lives in it, so that nobody else comes to live under its number. */
      readonly namespace: HeldNamespace;
      /** Spares those for which it is false. */
      readonly only: (pid: number) => boolean;
    };

/** Who lives in namespaces, and others beside them: nobody is named twice, or would be told twice to end. */
export const everybody = (
  others: readonly Identity[],
  namespaces: readonly (HeldNamespace | null)[],
): readonly Condemned[] => {
  const held = new Map<number, HeldNamespace>();
  for (const namespace of namespaces) {
    if (namespace === null) continue;
    if (held.has(namespace.inode)) namespace.release();
    else held.set(namespace.inode, namespace);
  }
  const list = others.filter(({ pid }) => !held.has(netnsInode(pid) ?? 0));
  const inside = [...held.values()].map(
    (namespace): Condemned => ({ _tag: "namespace", namespace, only: () => true }),
  );
  return [{ _tag: "processes", list }, ...inside];
};

interface Ending {
  readonly who: Condemned;
  readonly what: string;
  readonly killAt: number;
  readonly told: Set<number>;
  readonly done: () => void;
  readonly failed: (error: Error) => void;
}

/** How long the kernel may take to carry out a SIGKILL before we call it a failure. */
const killMs = 5_000;
const firstPauseMs = 2;
const longestPauseMs = 40;

export class Endings {
  readonly #endings = new Set<Ending>();
  #busy = false;
  #pauseMs = firstPauseMs;
  readonly #isGuest: (pid: number) => boolean;

  /** Guests, such as an interactive shell, may have no ear for SIGTERM: they get SIGHUP as well. */
  constructor(isGuest: (pid: number) => boolean) {
    this.#isGuest = isGuest;
  }

  /**
   * Resolves when none of them lives, and releases their namespace. Rejects where even
   * SIGKILL did not end them: a process that hangs in the kernel.
   */
  async end(who: Condemned, what: string, graceMs: number): Promise<void> {
    try {
      if (who._tag === "namespace" && isSpared(who.namespace)) return;
      await this.#condemn(who, what, graceMs);
    } finally {
      if (who._tag === "namespace") who.namespace.release();
    }
  }

  #condemn(who: Condemned, what: string, graceMs: number): Promise<void> {
    return new Promise((done, failed) => {
      const killAt = performance.now() + graceMs;
      this.#endings.add({ who, what, killAt, told: new Set(), done, failed });
      this.#pauseMs = firstPauseMs;
      if (!this.#busy) {
        this.#busy = true;
        // Everything condemned in this turn is looked for at once.
        queueMicrotask(() => void this.#work());
      }
    });
  }

  async #work(): Promise<void> {
    while (this.#endings.size > 0) {
      try {
        this.#round();
      } catch (error) {
        // Nobody can be looked for: whoever waits must hear of it, and not wait for ever.
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
    const namespaces = [...this.#endings].flatMap(({ who }) =>
      who._tag === "namespace" ? [who.namespace.inode] : [],
    );
    const living =
      namespaces.length === 0 ? new Map<number, readonly number[]>() : inhabitants(new Set(namespaces));
    const now = performance.now();
    for (const ending of this.#endings) {
      const left = remaining(ending.who, living);
      if (left.length === 0) {
        this.#endings.delete(ending);
        ending.done();
      } else if (now > ending.killAt + killMs) {
        this.#endings.delete(ending);
        const words = `still running after SIGKILL: ${left.join(", ")}`;
        ending.failed(new KernelError(ending.what, "ETIMEDOUT", words));
      } else this.#signal(ending, left, now);
    }
  }

  #signal(ending: Ending, pids: readonly number[], now: number): void {
    const { SIGTERM, SIGHUP, SIGKILL } = constants.signals;
    const kill = now >= ending.killAt;
    for (const pid of pids) {
      if (!kill && ending.told.has(pid)) continue;
      ending.told.add(pid);
      signalSafely(pid, kill ? [SIGKILL] : this.#isGuest(pid) ? [SIGHUP, SIGTERM] : [SIGTERM], ending.who);
    }
  }
}

const remaining = (who: Condemned, living: ReadonlyMap<number, readonly number[]>): readonly number[] =>
  who._tag === "namespace"
    ? (living.get(who.namespace.inode) ?? []).filter(who.only)
    : who.list.filter(({ pid, startTime }) => isAlive(pid, startTime)).map(({ pid }) => pid);

/** Whether what bears the number now is still one of those meant. */
const isMeant = (who: Condemned, pid: number): boolean =>
  who._tag === "namespace"
    ? netnsInode(pid) === who.namespace.inode && who.only(pid)
    : who.list.some((one) => one.pid === pid && isAlive(pid, one.startTime));

const signalSafely = (pid: number, signals: readonly number[], who: Condemned): void => {
  try {
    const pidfd = pidfdOpen(pid);
    try {
      if (isMeant(who, pid)) for (const signal of signals) pidfdSendSignal(pidfd, signal);
    } finally {
      closeSync(pidfd);
    }
  } catch (error) {
    if (!refusedWith(error, "ESRCH")) throw error;
  }
};
