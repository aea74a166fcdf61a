/** When turns are taken: as soon as what came in at once has been taken, or at the time that was asked for. */
import type { Cancel, Clock } from "../../core/clock.ts";

/** So many turns may follow each other at once: then timers, sockets and others have theirs. */
const turnsInARow = 100;

const nothing: Cancel = () => {};

export class Scheduler {
  readonly #clock: Clock;
  readonly #onTurn: () => void;
  readonly #onTimer: () => void;
  #inARow = 0;
  #cancel = nothing;
  #isClosed = false;

  constructor(clock: Clock, onTurn: () => void, onTimer: () => void) {
    this.#clock = clock;
    this.#onTurn = onTurn;
    this.#onTimer = onTimer;
  }

  /** A turn, once what came in at the same time has been taken. */
  soon(): void {
    const turn = (): void => {
      if (this.#isClosed) return;
      if (this.#inARow++ === 0) this.#clock.later(() => (this.#inARow = 0));
      this.#onTurn();
    };
    // What leads to itself again and again must not keep everything else from happening.
    if (this.#inARow < turnsInARow) this.#clock.soon(turn);
    else this.#clock.later(turn);
  }

  /** Wakes at a time, and at none that was named before; null: not at all. */
  wakeAt(at: number | null): void {
    this.#cancel();
    this.#cancel = nothing;
    if (at === null || this.#isClosed) return;
    this.#cancel = this.#clock.after(Math.max(1, Math.ceil(at - this.#clock.now())), this.#onTimer);
  }

  close(): void {
    this.#isClosed = true;
    this.#cancel();
  }
}
