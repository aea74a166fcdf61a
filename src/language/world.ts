/**
 * All that evaluation may read beside its own term. The incremental engine stands
 * behind it and notes every read; a plain implementation makes the same evaluator a
 * from-scratch one.
 */
import type { Candidates } from "../core/nearest.ts";
import type { SharedFiles } from "../core/resource.ts";
import type { Term } from "../core/term.ts";
import type { Problem, Site } from "./problem.ts";
import type { Value } from "./value.ts";

export interface EvaluationResult<T = Value> {
  readonly value: T;
  /** In the order in which they were found. */
  readonly problems: readonly Problem[];
}

/** What was read of the world, and as what; only the world itself can tell more. */
export type Seen = readonly (readonly [source: object, value: unknown])[];

/** An outcome with the evaluation steps that it took, which count wherever it is used. */
export interface Remembered extends EvaluationResult {
  readonly steps: number;
}

/** What became of a file that is read. */
export interface FileRead {
  /** As messages name it. */
  readonly file: string;
  /** Null: it cannot be read. Bytes that are no UTF-8 stand in it as `decodeUtf8` leaves them. */
  readonly text: string | null;
  /** Why it cannot be read, as a sentence; null: nothing is there. */
  readonly reason: string | null;
  /** Whether that is since it is larger than a bound. */
  readonly isTooLarge?: boolean;
}

export interface World {
  /** Of the module that is evaluated. */
  readonly module: string;
  /** A top-level name: a definition or an import. Undefined where there is none. */
  global(name: string): Value | undefined;
  /** Names that `global` knows, for "did you mean". */
  globals(): Candidates;
  /** The live cell `input(name, default)`: its set value, or else the default. `site`: of the default. */
  input(name: string, fallback: Value, site: Site): Value;
  /**
   * An observed cell: `connections` of an automaton, `cpus` of the host (`of` null).
   * A plain number in the unit of language.md, section 4.
   */
  observed(of: string | null, cell: string): number;
  /**
   * The outcome of a term, remembered while nothing that it read has changed: of a chunk of
   * a long list, or of a chunk of a comprehension's elements. `binding` says all that the
   * term's local names stand for, and what is done with it; null where it has none. The
   * same may be asked again while it computes, for a chunk within a chunk. Inside, sites
   * are relative to the term (`within: term`, `at: 0` for itself), since what is remembered
   * must not depend on where in the declaration the term stands.
   *
   * Null where this very outcome is being computed: a function that calls itself through
   * its argument asks so. Then the caller evaluates without remembering.
   */
  remember(term: Term, binding: string | null, compute: (world: World) => Remembered): Remembered | null;
  /**
   * Notes all that is read of the world until the result is called, which tells what that
   * was. Not to be asked within itself. Missing where reads are not noted.
   */
  noteReads?(): () => Seen;
  /** Whether all that was read is still as it was seen; notes that it was read again, as far as it is. */
  seesAgain?(seen: Seen): boolean;
  /**
   * Whether the program of a command is there, where it would run: null if it is, or if
   * nobody knows; else why it is not, in words. `path`: the PATH that the automaton says, if it
   * says one; `directory`: where it starts, if it says that; `shares`: what of the machine it sees elsewhere.
   */
  missingProgram?(
    program: string,
    path: string | null,
    directory: string | null,
    shares: readonly SharedFiles[],
  ): string | null;
  /** Why a user, or a group, is not to be had where programs run, in words; null if it is, or if nobody knows. */
  missingUser?(user: string): string | null;
  /** Why a directory is not to be had where programs run, in words; null if it is, or if nobody knows. */
  missingDirectory?(path: string): string | null;
  /** The text of a file that stands beside the source file `from`. Missing where no files can be read. */
  readFile?(path: string, from: string): FileRead;
  /** A path that is written in the file of this world, relative to nothing any more, as far as that is known. */
  place?(path: string): string;
  /** Notes how many steps the evaluation took that this world is for. Missing where nobody counts them. */
  spent?(steps: number): void;
  readonly limits: Limits;
}

/** Bounds on what a program may build; beyond them it is `limit-exceeded`. */
export interface Limits {
  /** Evaluation steps for one definition, and for one chunk of a long list. */
  readonly steps: number;
  /** Evaluation steps for all definitions of a program together. */
  readonly total: number;
  /** Calls within calls. */
  readonly depth: number;
  /** Elements of one list, characters of one string, instances of one system. */
  readonly size: number;
  /** Decimal digits of one number. */
  readonly digits: number;
  /** States of one protocol. */
  readonly states: number;
  /** Bytes of one source file; where its text is given, characters. */
  readonly source: number;
}

export const defaultLimits: Limits = {
  steps: 2_000_000,
  total: 6_000_000,
  depth: 10_000,
  size: 1_000_000,
  digits: 10_000,
  states: 100_000,
  source: 32_000_000,
};
