/**
 * The way from a changed text, or a changed cell, to what is to change in the world:
 * every phase, in order. Each takes what the one before it changed, and only that.
 *
 *   text → declarations → terms      `grammar/document.ts`, before this is called
 *   terms → values                   `program/workspace.ts`, `program/evaluation.ts`
 *   values → composition → members   `program/systems.ts`, `program/relations.ts`
 *   members → attributes             `passes/`, `core/augment.ts`
 *   attributes → operations          `program/desired.ts`
 */
import type { Augmentation, PassRan } from "./core/augment.ts";
import { type Cause, set } from "./core/cause.ts";
import type { Diagnostic } from "./core/diagnostic.ts";
import type { Ran } from "./core/incremental.ts";
import { type Operation, ordered } from "./core/operation.ts";
import type { Member } from "./language/member.ts";
import type { Problem } from "./language/problem.ts";
import type { Desired, Difference } from "./program/desired.ts";
import { filesFrom } from "./program/imports.ts";
import { diagnose } from "./program/places.ts";
import type { Systems } from "./program/systems.ts";
import type { Workspace } from "./program/workspace.ts";

/** The stations on the way, each with what it keeps from one change to the next. */
export interface Stations {
  /** The program's own file. */
  readonly file: string;
  readonly workspace: Workspace;
  readonly systems: Systems;
  readonly augmentation: Augmentation<Member>;
  readonly desired: Desired;
  /** Cells that changed since passes last ran, and how. */
  readonly cells: Map<string, Cause>;
}

export type Compiled =
  | { readonly _tag: "Wrong"; readonly evaluated: Ran; readonly diagnostics: readonly Diagnostic[] }
  | {
      readonly _tag: "Done";
      readonly evaluated: Ran;
      readonly passes: ReadonlyMap<string, PassRan>;
      readonly operations: readonly Operation[];
      readonly difference: Difference;
    };

/**
 * `more`: what else is wrong, once it is known which system is interpreted. `keep`: whether
 * what comes out becomes the state of the passes; otherwise it is only looked at.
 */
export const compile = (stations: Stations, more: () => readonly Diagnostic[], keep: boolean): Compiled => {
  const { workspace, systems, augmentation, desired, cells } = stations;
  const evaluated = evaluate(workspace, systems, cells);
  const diagnostics = [...wrongIn(stations, systems.problems()), ...more()];
  if (diagnostics.length > 0) return { _tag: "Wrong", evaluated, diagnostics };

  const batch = augmentation.stage(systems.changes(augmentation), cells, (key) => systems.why(key, cells));
  if (batch.problems.length > 0) {
    augmentation.rollback();
    return {
      _tag: "Wrong",
      evaluated,
      diagnostics: wrongIn(stations, batch.problems as readonly Problem[]),
    };
  }
  const outcome = augmentation.outcome(batch);
  const system = systems.chosen?.definition.name ?? null;
  const difference = desired.difference(batch, system, outcome.tree.length);
  if (keep) {
    augmentation.commit(batch, outcome);
    desired.keep(difference);
    systems.settled();
    cells.clear();
  } else augmentation.rollback();
  const { passes } = outcome;
  return { _tag: "Done", evaluated, passes, operations: ordered(difference.operations), difference };
};

/** What is wrong in the files that the program is made of; others may be open that it was made of before. */
const wrongIn = ({ workspace, file }: Stations, more: Iterable<Problem>): readonly Diagnostic[] => {
  const all = diagnose(workspace, more);
  if (all.length === 0) return all;
  const files = filesFrom(workspace.imports, file);
  return all.filter((one) => files.has(one.file));
};

/** The first two phases: also the way back, when a change is taken back. */
export const evaluate = (workspace: Workspace, systems: Systems, cells: Map<string, Cause>): Ran => {
  const ran = workspace.settle();
  if (systems.take()) {
    const name = systems.chosen?.definition.name ?? undefined;
    const before = workspace.cells.get("system");
    if (workspace.cells.put("system", name)) cells.set("system", set("system", before, name));
  }
  return ran;
};
