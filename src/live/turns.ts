/**
 * Turns: all that comes in at once is dealt with at once, and what has to wait wakes
 * the orchestrator in its time. What is begun in a turn is told when the turn is through,
 * unless something of it is still to be done.
 */
import type { ResourceKey } from "../core/resource.ts";
import type { Reconciler } from "../reconcile.ts";
import { type Cause, Change, type Journal } from "./journal.ts";

/** So many turns may follow each other at once: then timers, sockets and others have theirs. */
const turnsInARow = 100;

interface Working {
  readonly journal: Journal;
  readonly reconciler: Reconciler;
  /** Asked before anything is done. */
  readonly isKept: () => boolean;
  readonly work: (now: number) => void;
  /** When what was done in the turn has been told. */
  readonly rest: (now: number) => void;
  /** The time that something waited for has come. */
  readonly wake: (now: number) => void;
}

export class Turns {
  readonly #working: Working;
  /** Begun in this turn. */
  #fresh: Change[] = [];
  #count = 0;
  #inARow = 0;
  #timer: NodeJS.Timeout | undefined;
  #isDue = false;
  #isClosed = false;

  constructor(working: Working) {
    this.#working = working;
  }

  /** Whether something has come in that has not been dealt with. */
  get isDue(): boolean {
    return this.#isDue;
  }

  get isClosed(): boolean {
    return this.#isClosed;
  }

  /** Tells one turn from another. */
  get count(): number {
    return this.#count;
  }

  begin(cause: Cause): Change {
    const change = new Change(cause);
    this.#fresh.push(change);
    return change;
  }

  /** The change is why the resource differs, if it does. */
  own(key: ResourceKey, change: Change): void {
    const { journal, reconciler } = this.#working;
    if (reconciler.diff.has(key)) journal.own(key, change);
    else journal.settled(key);
  }

  /** There is something to be dealt with. */
  soon(): void {
    if (this.#isDue || this.#isClosed) return;
    this.#isDue = true;
    const turn = (): void => {
      if (this.#isDue && !this.#isClosed && this.#working.isKept()) this.now();
    };
    // What leads to itself again and again must not keep everything else from happening.
    if (this.#inARow < turnsInARow) queueMicrotask(turn);
    else setImmediate(turn);
  }

  now(): void {
    const { journal, work, rest } = this.#working;
    this.#isDue = false;
    this.#count++;
    if (this.#inARow++ === 0) setImmediate(() => (this.#inARow = 0));
    const now = performance.now();
    work(now);
    const fresh = this.#fresh;
    this.#fresh = [];
    for (const change of fresh) journal.close(change);
    journal.sweep();
    rest(now);
  }

  /** Wakes at a time, and not at any that was said before; infinite: not at all. */
  sleepUntil(wakeAt: number, now: number): void {
    clearTimeout(this.#timer);
    if (wakeAt === Number.POSITIVE_INFINITY) return;
    const wake = (): void => {
      this.#working.wake(performance.now());
      this.soon();
    };
    this.#timer = setTimeout(wake, Math.max(1, Math.ceil(wakeAt - now)));
  }

  close(): void {
    this.#isClosed = true;
    clearTimeout(this.#timer);
  }
}
