/**
 * The way from a changed text, or a changed cell, to what is to change in the world: every
 * phase, in order. Each takes what the one before it changed, and only that. Nothing is kept:
 * `Program` commits what comes out, or takes it back.
 *
 *   text → declarations → terms      `grammar/document.ts`, before this is called
 *   terms → values                   `program/workspace.ts`, `program/evaluation.ts`
 *   values → composition → members   `program/systems.ts`, `program/relations.ts`
 *   members → attributes             `passes/`, `core/augment.ts`
 *   attributes → operations          `program/desired.ts`
 */

import type { Augmentation, Batch, BatchResult } from "./core/augment.ts";
import type { Exceeded } from "./core/budgets.ts";
import { type Cause, set } from "./core/cause.ts";
import { systemCell } from "./core/cell-key.ts";
import { type Diagnostic, hasErrors } from "./core/diagnostic.ts";
import type { Ran } from "./core/incremental.ts";
import { type Operation, ordered } from "./core/operation.ts";
import type { Member } from "./language/member.ts";
import type { Problem } from "./language/problem.ts";
import { siteOf } from "./program/definition.ts";
import type { Desired, Difference } from "./program/desired.ts";
import { filesFrom } from "./program/imports.ts";
import { budgetProblems, diagnose, inputProblems } from "./program/locations.ts";
import type { System } from "./program/system.ts";
import type { Systems } from "./program/systems.ts";
import type { Workspace } from "./program/workspace.ts";

/** What each phase keeps from one change to the next. */
export interface Pipeline {
  /** The program's own file. */
  readonly file: string;
  readonly workspace: Workspace;
  readonly systems: Systems;
  readonly augmentation: Augmentation<Member>;
  readonly desired: Desired;
  /** Cells that changed since passes last ran, and how. */
  readonly cells: Map<string, Cause>;
  /** What a system is called in the world, where that is not its own name. */
  readonly labels: Map<string, string>;
}

type Naming = Pick<Pipeline, "workspace" | "systems" | "cells" | "labels">;

/** `Wrong`: nothing is staged. `Done`: a batch is staged, to be committed or rolled back. */
export type Compiled =
  | { readonly _tag: "Wrong"; readonly evaluated: Ran; readonly diagnostics: readonly Diagnostic[] }
  | {
      readonly _tag: "Done";
      readonly evaluated: Ran;
      /** Warnings alone. */
      readonly diagnostics: readonly Diagnostic[];
      readonly batch: Batch<Member>;
      readonly result: BatchResult<Member>;
      readonly operations: readonly Operation[];
      readonly difference: Difference;
    };

/** `more`: what else is wrong, once it is known which system is interpreted. */
export const compile = (pipeline: Pipeline, more: () => readonly Diagnostic[]): Compiled => {
  const { workspace, systems, augmentation, desired, cells } = pipeline;
  const evaluated = evaluateProgram(pipeline);
  const problems = [
    ...systems.problems(),
    ...inputProblems(workspace, pipeline.file),
    ...budgetProblems(workspace, pipeline.file),
  ];
  const diagnostics = [...wrongIn(pipeline, problems), ...more()];
  if (hasErrors(diagnostics)) return { _tag: "Wrong", evaluated, diagnostics };

  const batch = augmentation.stage(systems.changes(augmentation), cells, (key) => systems.why(key, cells));
  const { exceeded } = batch;
  if (batch.problems.length > 0 || exceeded !== null) {
    augmentation.rollback();
    const problems = [...(batch.problems as readonly Problem[])];
    if (exceeded !== null) problems.push(exceededIn(systems.chosen!, exceeded));
    return { _tag: "Wrong", evaluated, diagnostics: wrongIn(pipeline, problems) };
  }
  const result = augmentation.result(batch);
  const system = systems.chosen?.definition.name ?? null;
  const named = system === null ? null : { system, label: labelIn(workspace) };
  const difference = desired.difference(batch, named, result.tree.length);
  const operations = ordered(difference.operations);
  return { _tag: "Done", evaluated, diagnostics, batch, result, operations, difference };
};

/**
 * A system that comes to more than a bound of the passes allows. Which members were folded when that
 * was found depends on the edit, so none of them is named.
 */
const exceededIn = ({ definition }: System, { message }: Exceeded): Problem => ({
  code: "limit-exceeded",
  message,
  site: siteOf(definition),
  hints: [{ message: "`--limit size=N` lets a program build more" }],
});

/** What is wrong in the files that the program is made of; others may be open that it was made of before. */
const wrongIn = ({ workspace, file }: Pipeline, more: Iterable<Problem>): readonly Diagnostic[] => {
  const all = diagnose(workspace, more);
  if (all.length === 0) return all;
  const files = filesFrom(workspace.imports, file);
  return all.filter((one) => files.has(one.file));
};

/** The first two phases: also the way back, when a change is taken back. */
export const evaluateProgram = (pipeline: Naming): Ran => {
  const settled = pipeline.workspace.settle();
  if (pipeline.systems.take(settled)) nameSystem(pipeline);
  return settled.ran;
};

/** Tells the passes what the system is called in the world. */
export const nameSystem = ({ workspace, systems, cells, labels }: Naming): void => {
  const name = systems.chosen?.definition.name ?? undefined;
  const label = name === undefined ? name : (labels.get(name) ?? name);
  const before = workspace.cells.get(systemCell);
  if (workspace.cells.put(systemCell, label)) cells.set(systemCell, set(systemCell, before, label));
};

/** What passes take for the name of the system. */
export const labelIn = ({ cells }: Workspace): string => cells.get(systemCell)!;
