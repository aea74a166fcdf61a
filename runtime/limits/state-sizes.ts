/** What enforces the sizes of the directories that instances keep: the process manager has it. */
import type { KernelError } from "../kernel-error.ts";

/** A kept directory, by its instance and its name. */
export interface SizedState {
  readonly automaton: string;
  readonly index: number;
  readonly name: string;
}

export interface StateSizeLimits {
  /** Why this machine enforces no sizes; null: it does, as far as one can tell without trying. */
  inability(): KernelError | null;
  /** Why a kept directory cannot have a size, although others could; null: nothing is in the way. Nothing is made. */
  obstacle(state: SizedState, bytes: number): KernelError | null;
  /**
   * Makes what is kept as large as it is to be, if it has a size already; else makes sure that it can have that one when its
   * instance starts. `wasUnenforced`: what runs may have been started without it. Throws a `KernelError`.
   */
  set(state: SizedState, bytes: number, wasUnenforced: boolean): Promise<void>;
  /** How large a kept directory is that has a size; null where it has none, or is not there. As a program says it, where it is that large. */
  shown(state: SizedState, wanted: number | null): number | null;
  /** Whether hardly anything more can be written to it. */
  isNearlyFull(state: SizedState): boolean;
}
