/** What a proposal comes to: previewed, so that it is offered only if it does what is wanted. */
import { commentsIn } from "../../grammar/format/items.ts";
import { type Diagnostic, errorsOf } from "../core/diagnostic.ts";
import { type Operation, subject } from "../core/operation.ts";
import type { ResourceKey } from "../core/resource.ts";
import { equal } from "../language/equality.ts";
import type { AutomatonMember } from "../language/member.ts";
import type { Reason } from "../program/reasons.ts";
import type { EditContext } from "./context.ts";
import { automataOf, type Goal } from "./goal.ts";
import type { Proposal } from "./proposal.ts";
import { isReached, type Remembered } from "./reached.ts";
import { formatted, isFormatted, type Splice, spliced, type TextChange } from "./splice.ts";

/** A proposal that does what is wanted, and all that it does. */
export interface Judged {
  readonly proposal: Proposal;
  readonly texts: readonly TextChange[];
  readonly operations: readonly Operation[];
  readonly reasons: ReadonlyMap<ResourceKey, readonly Reason[]>;
  /** Operations that have nothing to do with what the goal speaks of. */
  readonly collateral: readonly Operation[];
  /** Other automata that say something else, with operations or, for now, without. */
  readonly touched: readonly string[];
  /** Comments that are no longer there. */
  readonly lost: readonly string[];
}

/** Why a proposal is none. */
export type Verdict =
  | { readonly _tag: "Good"; readonly judged: Judged }
  | { readonly _tag: "Wrong"; readonly diagnostics: readonly Diagnostic[] }
  /** It leaves everything as it is, or does not do what is wanted, or cannot be written. */
  | { readonly _tag: "Useless" };

/** The texts after splices, formatted where they were formatted; null where that cannot be. */
export const retexts = (
  context: EditContext,
  splices: readonly Splice[],
  isTidy: (file: string) => boolean = (file) => isFormatted(context.fileText(file)),
): readonly TextChange[] | null => {
  const texts: TextChange[] = [];
  for (const file of new Set(splices.map((one) => one.file))) {
    if (context.isReadOnly(file)) return null;
    const before = context.fileText(file);
    const after = spliced(
      before,
      splices.filter((one) => one.file === file),
    );
    if (after === null) return null;
    texts.push({ file, before, after: isTidy(file) ? formatted(after) : after });
  }
  return texts;
};

/** Automata that have wires to one of these, or from it. */
const neighbours = (context: EditContext, names: readonly string[]): ReadonlySet<string> => {
  const found = new Set<string>();
  const own = (member: AutomatonMember | null): void => {
    for (const { to } of member?.wires ?? []) for (const { automaton } of to) found.add(automaton);
  };
  for (const name of names) own(context.member(name));
  for (const { key } of context.program.augmentation.tree) {
    const member = context.member(key);
    if (member?.wires.some(({ to }) => to.some(({ automaton }) => names.includes(automaton))) === true)
      found.add(key);
  }
  return found;
};

/** What follows for others when an automaton comes, goes, or is wired otherwise: their wires and host names. */
const follows: ReadonlySet<string> = new Set(["wire", "hosts"]);

/** The operations that a goal does not speak of. */
const collateralOf = (
  context: EditContext,
  goal: Goal,
  names: readonly string[],
  operations: readonly Operation[],
): readonly Operation[] => {
  if (goal._tag === "SetInput") return [];
  const near = goal._tag === "Scale" || goal._tag === "Set" ? new Set<string>() : neighbours(context, names);
  return operations.filter((operation) => {
    const { automaton, kind } = subject(operation);
    if (automaton === null || names.includes(automaton)) return false;
    if (goal._tag === "DeletePublication") return kind !== "publication";
    return !(near.has(automaton) && follows.has(kind));
  });
};

/** Where a wire leads now that may lead to any other provider. */
const newProviders = ({ program }: EditContext, goal: Goal): readonly string[] => {
  if (goal._tag !== "Rewire") return [];
  const member = program.relations?.member(goal.from) ?? null;
  const wires = member?._tag === "Automaton" ? member.wires : [];
  const wire = wires.find(({ requirement }) => requirement === goal.requirement);
  return wire?.to.map(({ automaton }) => automaton) ?? [];
};

/** Other automata that say something else than before. Asked while the edit is in place. */
const changedOthers = ({ program }: EditContext, names: readonly string[]): readonly string[] =>
  [...program.augmentation.tree].flatMap(({ key, member: before }) => {
    if (names.includes(key) || before._tag !== "Automaton") return [];
    const now = program.relations?.member(key) ?? null;
    const isSame = now?._tag === "Automaton" && equal(now.automaton, before.automaton) === true;
    return isSame ? [] : [key];
  });

const lostComments = (texts: readonly TextChange[]): readonly string[] =>
  texts.flatMap(({ before, after }) => {
    const left = commentsIn(after).map(({ start, end }) => after.slice(start, end));
    return commentsIn(before).flatMap(({ start, end }) => {
      const comment = before.slice(start, end);
      const at = left.indexOf(comment);
      if (at < 0) return [comment];
      left.splice(at, 1);
      return [];
    });
  });

/** How much else would change: operations, and automata that for now need none. */
export const costOf = ({ collateral, touched }: Judged): number => {
  const operated = new Set(collateral.map((one) => subject(one).automaton));
  return collateral.length + touched.filter((name) => !operated.has(name)).length;
};

/** An edit of more operations is explained by its diff. */
const mostExplained = 1_000;

/** Previews a proposal. Nothing of the program changes. */
export const judge = (
  context: EditContext,
  goal: Goal,
  proposal: Proposal,
  before: Remembered,
  isTidy?: (file: string) => boolean,
): Verdict => {
  const texts = retexts(context, proposal.splices, isTidy);
  if (texts === null) return { _tag: "Useless" };
  const changed = texts.filter((one) => one.before !== one.after);
  if (changed.length === 0 && proposal.inputs.length === 0) return { _tag: "Useless" };
  const { program } = context;
  const { preview, seen } = program.previewAll(
    changed.map(({ file, after }) => [file, after] as const),
    proposal.inputs,
    () => {
      if (!isReached(program, goal, before)) return null;
      const names = [...automataOf(goal), ...newProviders(context, goal)];
      return { names, others: changedOthers(context, names) };
    },
    mostExplained,
  );
  const errors = errorsOf(preview.diagnostics);
  if (errors.length > 0) return { _tag: "Wrong", diagnostics: errors };
  if (seen === null) return { _tag: "Useless" };
  const { operations, reasons } = preview;
  const collateral = collateralOf(context, goal, seen.names, operations);
  const others = goal._tag === "SetInput" ? [] : seen.others;
  const touched = [...new Set([...collateral.flatMap((one) => subject(one).automaton ?? []), ...others])];
  const lost = lostComments(changed);
  return {
    _tag: "Good",
    judged: { proposal, texts: changed, operations, reasons, collateral, touched, lost },
  };
};
