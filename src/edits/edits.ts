/** From a goal to edits of the text that reach it, each tried before it is offered. */
import { type Diagnostic, errorsOf, type Range } from "../core/diagnostic.ts";
import { nearest } from "../core/nearest.ts";
import type { Operation } from "../core/operation.ts";
import type { ResourceKey } from "../core/resource.ts";
import { rangeIn } from "../program/ask.ts";
import type { Program } from "../program/program.ts";
import type { Reason } from "../program/reasons.ts";
import type { Assignment } from "../program/setting.ts";
import { EditContext } from "./context.ts";
import { automataOf, describeGoal, type Goal, type Refusal, refuse } from "./goal.ts";
import { hashOf } from "./hash.ts";
import { costOf, type Judged, judge } from "./judge.ts";
import { splicesBetween } from "./lines.ts";
import type { Proposal } from "./proposal.ts";
import { proposalsFor } from "./proposals.ts";
import { isClear, ranked } from "./rank.ts";
import { isReached, remember } from "./reached.ts";
import { refusalOf } from "./refusal.ts";
import { isFormatted, type TextChange } from "./splice.ts";

/** A text in the place of another. */
export interface TextEdit {
  readonly file: string;
  readonly range: Range;
  readonly text: string;
}

/** One way to reach a goal, which was tried and does. */
export interface Choice {
  /** What it does, in words. */
  readonly title: string;
  readonly edits: readonly TextEdit[];
  /** Inputs that are set where the system runs. */
  readonly inputs: readonly Assignment[];
  /** What would change of the desired resources. */
  readonly operations: readonly Operation[];
  readonly reasons: ReadonlyMap<ResourceKey, readonly Reason[]>;
  /** How much has nothing to do with what the goal speaks of: operations, and automata that need none for now. */
  readonly collateral: number;
  /** The automata that also change. */
  readonly touches: readonly string[];
  /** Comments that go with what is taken out. */
  readonly lost: readonly string[];
  /** What somebody should know before it is done. */
  readonly warnings: readonly string[];
  /** The texts of the files, before and after. */
  readonly texts: readonly (TextChange & { readonly hash: string })[];
}

/** What there is to do for a goal. */
export type Edits =
  /** Nothing: it is so already. */
  | { readonly _tag: "Reached" }
  | { readonly _tag: "Refused"; readonly refusal: Refusal; readonly diagnostics: readonly Diagnostic[] }
  /** The best first. `clear`: the first can be applied without being chosen. */
  | { readonly _tag: "Found"; readonly choices: readonly Choice[]; readonly clear: boolean };

const warningsOf = (goal: Goal): readonly string[] =>
  goal._tag === "Rename"
    ? [`${goal.automaton} ends and ${goal.to} is new: its addresses and its state go with its name`]
    : [];

const choiceOf = (goal: Goal, judged: Judged): Choice => {
  const { proposal, texts, operations, reasons, touched, lost } = judged;
  return {
    title: proposal.title,
    edits: texts.flatMap(({ file, before, after }) =>
      splicesBetween(file, before, after).map((splice) => ({
        file,
        range: rangeIn(before)(splice),
        text: splice.text,
      })),
    ),
    inputs: proposal.inputs,
    operations,
    reasons,
    collateral: costOf(judged),
    touches: touched,
    lost,
    warnings: warningsOf(goal),
    texts: texts.map((text) => ({ ...text, hash: hashOf(text.before) })),
  };
};

/** Automata that a goal speaks of and that are not there: a wire may lead to, or from, one that is only declared. */
const unknown = (context: EditContext, goal: Goal): Refusal | null => {
  const { program } = context;
  const names = goal._tag === "Rename" || goal._tag === "Copy" ? [goal.automaton] : automataOf(goal);
  const isAdded = goal._tag === "Wire" || goal._tag === "Rewire" || goal._tag === "Publish";
  for (const name of names) {
    const isThere = isAdded ? context.automaton(name) !== null : context.member(name) !== null;
    if (isThere) continue;
    const all = [
      ...(program.relations?.keys() ?? []),
      ...(isAdded ? context.declared.map((one) => one.name) : []),
    ];
    const close = nearest(name, all);
    const message = `${program.system ?? "the program"} has no automaton ${name}`;
    return close === null ? refuse(message) : refuse(message, `did you mean ${close}?`);
  }
  return null;
};

const sameTexts = (a: Judged, b: Judged): boolean =>
  a.texts.length === b.texts.length &&
  a.texts.every(({ file, after }, i) => b.texts[i]!.file === file && b.texts[i]!.after === after) &&
  JSON.stringify(a.proposal.inputs) === JSON.stringify(b.proposal.inputs);

/** So many proposals are tried; the others are further out. */
const most = 64;

/** What edits reach a goal in a program as it stands. Nothing of the program changes. `live`: whether inputs can be set where it runs. */
export const editsFor = (program: Program, goal: Goal, live = true): Edits => {
  const errors = errorsOf(program.diagnostics);
  if (errors.length > 0)
    return { _tag: "Refused", refusal: refuse("the program has errors"), diagnostics: errors };
  if (program.relations === null)
    return { _tag: "Refused", refusal: refuse("the program has no system"), diagnostics: [] };
  const before = remember(program, goal);
  if (isReached(program, goal, before)) return { _tag: "Reached" };
  const context = new EditContext(program);
  const missing = unknown(context, goal);
  if (missing !== null) return { _tag: "Refused", refusal: missing, diagnostics: [] };
  const tidy = new Map<string, boolean>();
  const isTidy = (file: string): boolean => {
    const known = tidy.get(file) ?? isFormatted(context.fileText(file));
    tidy.set(file, known);
    return known;
  };
  const good: Judged[] = [];
  const wrong: { readonly proposal: Proposal; readonly diagnostics: readonly Diagnostic[] }[] = [];
  let tried = 0;
  for (const proposal of proposalsFor(goal, context, before)) {
    if (!live && proposal.inputs.length > 0) continue;
    if (++tried > most) break;
    const verdict = judge(context, goal, proposal, before, isTidy);
    if (verdict._tag === "Wrong") wrong.push({ proposal, diagnostics: verdict.diagnostics });
    if (verdict._tag === "Good" && !good.some((one) => sameTexts(one, verdict.judged)))
      good.push(verdict.judged);
  }
  if (good.length > 0) {
    const all = ranked(good);
    return { _tag: "Found", choices: all.map((one) => choiceOf(goal, one)), clear: isClear(all) };
  }
  return refusalOf(goal, context, wrong, describeGoal(goal));
};
