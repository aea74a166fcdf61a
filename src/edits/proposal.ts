/** A change that may reach a goal, before it is judged. */
import type { Assignment } from "../program/setting.ts";
import type { Splice } from "./splice.ts";

/** What somebody might do to reach a goal. */
export interface Proposal {
  /** What it does, in words. */
  readonly title: string;
  readonly splices: readonly Splice[];
  /** Inputs that are set where the system runs; the text stays as it is. */
  readonly inputs: readonly Assignment[];
  /** How far it is from where the value is written: 0 at the innermost place. */
  readonly distance: number;
  /** Whether something that is computed is written out instead. */
  readonly losesEquation: boolean;
  /** Whether it is never done without being chosen. */
  readonly asks: boolean;
}

/** A proposal that changes text alone, and keeps equations. */
export const propose = (
  title: string,
  splices: readonly Splice[],
  more: Partial<Proposal> = {},
): Proposal => ({ title, splices, inputs: [], distance: 0, losesEquation: false, asks: false, ...more });
