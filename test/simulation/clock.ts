/** A clock that moves only when it is told to: timers are called in their order, as fast as they can be. */
import type { Cancel, Clock } from "../../src/core/clock.ts";

interface Timer {
  readonly at: number;
  readonly order: number;
  readonly call: () => void;
}

/** Lets all promises go on that can, then those that these let go on, and so on. */
const settle = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

/** So much earlier than asked for timers are called, in milliseconds. */
const earlyMs = 0.002;

/** The time of day when a simulation begins. */
const epoch = Date.UTC(2030, 0, 1);

export class VirtualClock implements Clock {
  #now = 0;
  #order = 0;
  /** In the order of their times, the next one last. */
  readonly #timers: Timer[] = [];

  /** Deciding takes its time too. */
  now(): number {
    this.#now += 0.001;
    return this.#now;
  }

  wallTime(): number {
    return epoch + this.#now;
  }

  /** As on a real machine, a timer may be called a little early. */
  after(milliseconds: number, call: () => void): Cancel {
    const timer = { at: this.#now + Math.max(0, milliseconds - earlyMs), order: this.#order++, call };
    let place = this.#timers.length;
    while (place > 0 && this.#timers[place - 1]!.at <= timer.at) place--;
    this.#timers.splice(place, 0, timer);
    return () => {
      const found = this.#timers.indexOf(timer);
      if (found >= 0) this.#timers.splice(found, 1);
    };
  }

  every(milliseconds: number, call: () => void): Cancel {
    let cancel: Cancel = () => {};
    const again = (): void => {
      cancel = this.after(milliseconds, () => {
        again();
        call();
      });
    };
    again();
    return () => cancel();
  }

  soon(call: () => void): void {
    queueMicrotask(call);
  }

  later(call: () => void): void {
    this.after(0, call);
  }

  /** Goes on to a time, through all that is due until then. */
  async runUntil(end: number): Promise<void> {
    await settle();
    for (let next = this.#timers.at(-1); next !== undefined && next.at <= end; next = this.#timers.at(-1)) {
      this.#timers.pop();
      this.#now = Math.max(this.#now, next.at);
      next.call();
      await settle();
    }
    this.#now = Math.max(this.#now, end);
  }
}

/** The timers of one process among others on a clock: when it dies, none of them is called any more. */
export class ProcessClock implements Clock {
  readonly #clock: Clock;
  #isDead = false;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  get isDead(): boolean {
    return this.#isDead;
  }

  now(): number {
    return this.#clock.now();
  }

  wallTime(): number {
    return this.#clock.wallTime();
  }

  after(milliseconds: number, call: () => void): Cancel {
    return this.#clock.after(milliseconds, () => this.#unlessDead(call));
  }

  every(milliseconds: number, call: () => void): Cancel {
    const cancel = this.#clock.every(milliseconds, () => {
      if (this.#isDead) cancel();
      else call();
    });
    return cancel;
  }

  soon(call: () => void): void {
    this.#clock.soon(() => this.#unlessDead(call));
  }

  later(call: () => void): void {
    this.#clock.later(() => this.#unlessDead(call));
  }

  die(): void {
    this.#isDead = true;
  }

  #unlessDead(call: () => void): void {
    if (!this.#isDead) call();
  }
}
