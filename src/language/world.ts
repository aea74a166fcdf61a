/**
 * All that evaluation may read beside its own term. The incremental engine stands
 * behind it and notes every read; a plain implementation makes the same evaluator a
 * from-scratch one.
 */
import type { Term } from "../core/term.ts";
import type { Problem } from "./problem.ts";
import type { Value } from "./value.ts";

export interface Outcome<T = Value> {
  readonly value: T;
  /** In the order in which they were found. */
  readonly problems: readonly Problem[];
}

export interface World {
  /** Of the module that is evaluated. */
  readonly module: string;
  /** A top-level name: a definition or an import. Undefined where there is none. */
  global(name: string): Value | undefined;
  /** Names that `global` knows, for "did you mean". */
  globals(): Iterable<string>;
  /** The live cell `input(name, default)`: its set value, or else the default. */
  input(name: string, fallback: Value): Value;
  /**
   * An observed cell: `connections` of an automaton, `cpus` of the host (`of` null).
   * A plain number in the unit of language.md, section 4.
   */
  observed(of: string | null, cell: string): number;
  /**
   * The outcome of a term that has no local names, remembered while nothing that it
   * read has changed. Used for the chunks of long lists; it may be asked again while it
   * computes, for the chunks within a chunk. Inside, sites are relative to
   * the term (`within: term`, `at: 0` for itself), since what is remembered must not
   * depend on where in the declaration the term stands.
   */
  remember(term: Term, compute: (world: World) => Outcome): Outcome;
  readonly limits: Limits;
}

/** Bounds on what a program may build; beyond them it is `limit-exceeded`. */
export interface Limits {
  /** Evaluation steps for one definition, and for one chunk of a long list. */
  readonly steps: number;
  /** Calls within calls. */
  readonly depth: number;
  /** Elements of one list, characters of one string, instances of one automaton. */
  readonly size: number;
  /** Decimal digits of one number. */
  readonly digits: number;
  /** States of one protocol. */
  readonly states: number;
}

export const defaultLimits: Limits = {
  steps: 2_000_000,
  depth: 10_000,
  size: 1_000_000,
  digits: 10_000,
  states: 100_000,
};
