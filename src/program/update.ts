/** What a change of a program comes to. */
import type { Compiled } from "../compile.ts";
import type { PassRan } from "../core/augment.ts";
import type { Diagnostic } from "../core/diagnostic.ts";
import type { Operation } from "../core/operation.ts";
import type { ResourceKey } from "../core/resource.ts";
import type { Reason } from "./reasons.ts";

/** What a change took, counted. */
export interface Stats {
  /** Definitions and chunks of long lists that were evaluated, and those that came out equal. */
  readonly evaluated: number;
  readonly evaluationCutOff: number;
  /** Declarations that were lexed and parsed. */
  readonly parsed: number;
  /** By the name of the pass. */
  readonly passes: Readonly<Record<string, PassRan>>;
}

/** What a change comes to: what is wrong with it, or what it does. */
export interface Update {
  readonly diagnostics: readonly Diagnostic[];
  /** In an order in which the world can take them. Empty if there are errors. */
  readonly operations: readonly Operation[];
  readonly stats: Stats;
}

/** What a change would come to. */
export interface Preview extends Update {
  /** Why each operation, by its key. */
  readonly reasons: ReadonlyMap<ResourceKey, readonly Reason[]>;
  /** The names of hosts elsewhere that it would need resolved. */
  readonly hosts: readonly string[];
  /** Automata whose program is changed from their next run by the clock on; without it, that was not looked for. */
  readonly waiting?: readonly string[];
}

/** `parsed`: how many declarations were. */
export const told = (compiled: Compiled, parsed: number): Update => {
  const { recomputed, cutOff } = compiled.evaluated;
  const stats = { evaluated: recomputed, evaluationCutOff: cutOff, parsed };
  switch (compiled._tag) {
    case "Wrong":
      return { diagnostics: compiled.diagnostics, operations: [], stats: { ...stats, passes: {} } };
    case "Done": {
      const passesRan = Object.fromEntries(compiled.result.passes);
      const { diagnostics, operations } = compiled;
      return { diagnostics, operations, stats: { ...stats, passes: passesRan } };
    }
  }
};

/** The counts of a change that took nothing. */
export const nothingRan: Stats = { evaluated: 0, evaluationCutOff: 0, parsed: 0, passes: {} };
