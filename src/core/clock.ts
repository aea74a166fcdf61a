/**
 * Time, as a running system is given it. Nothing else reads the time or waits, so a simulation with
 * a clock of its own runs a system as fast as it can, and twice in the same way.
 */

/** Ends what it was returned for. Calling it again does nothing. */
export type Cancel = () => void;

/** The only source of time: the system's own, or a virtual one that a simulation moves. */
export interface Clock {
  /** Milliseconds of a clock that never goes back. Only differences mean anything. */
  now(): number;
  /** Milliseconds since 1970: the time of day, for people. */
  wallTime(): number;
  /** Calls once after so many milliseconds. Until then the process stays alive. */
  after(milliseconds: number, call: () => void): Cancel;
  /** Calls every so many milliseconds. Keeps no process alive. */
  every(milliseconds: number, call: () => void): Cancel;
  /** Calls as soon as what runs now has ended, before anything else happens. */
  soon(call: () => void): void;
  /** Calls after what else is due: sockets, files, timers. */
  later(call: () => void): void;
}

/** Resolves after so many milliseconds. */
export const sleep = (clock: Clock, milliseconds: number): Promise<void> =>
  new Promise((resolve) => void clock.after(milliseconds, resolve));
