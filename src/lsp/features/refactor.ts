/** Edits of the system at the automaton under the cursor, as refactorings: each was tried before it is offered. */
import {
  type CodeAction,
  CodeActionKind,
  type CodeActionParams,
  CodeActionTriggerKind,
  type TextEdit,
} from "vscode-languageserver";
import { type Choice, editsFor } from "../../edits/edits.ts";
import { describeGoal, type Goal } from "../../edits/goal.ts";
import { countOf } from "../../edits/reached.ts";
import type { AutomatonValue } from "../../language/value.ts";
import type { Program } from "../../program/program.ts";
import { namedAt } from "../locate.ts";
import { toRange } from "../place.ts";
import { systemPrograms } from "../programs.ts";
import type { Project } from "../project.ts";

/** So many ways are offered for one goal. */
const most = 3;

/** The automaton that the name under the cursor stands for. */
const automatonAt = (project: Project, params: CodeActionParams): AutomatonValue | null => {
  const { textDocument, range } = params;
  const named = namedAt(project, { textDocument, position: range.start });
  if (named?.entity?._tag !== "Definition") return null;
  const value = project.workspace.valueOf(named.entity.definition);
  return value._tag === "Automaton" ? value : null;
};

/** A name that nothing has yet: `cart2`. */
const nextName = (program: Program, name: string): string => {
  for (let number = 2; ; number++) {
    const next = `${name}${number}`;
    if (
      program.augmentation.get(next) === undefined &&
      program.workspace.lookup(program.file, next) === undefined
    )
      return next;
  }
};

/** What one may want of an automaton without saying more. */
const goalsFor = (program: Program, automaton: string): readonly Goal[] => {
  const member = program.relations?.member(automaton);
  if (member?._tag !== "Automaton") return [];
  const count = countOf(program, automaton);
  const counts = count === null ? [] : [count + 1, ...(count > 0 ? [count - 1] : [])];
  return [
    ...counts.map((to): Goal => ({ _tag: "Scale", automaton, count: to })),
    { _tag: "Copy", automaton, to: nextName(program, automaton) },
    ...member.wires.map(
      ({ requirement }): Goal => ({ _tag: "Rewire", from: automaton, requirement, to: null, port: null }),
    ),
    { _tag: "Delete", automaton },
  ];
};

const actionOf = (project: Project, goal: Goal, { title, edits }: Choice): CodeAction => {
  const changes: Record<string, TextEdit[]> = {};
  for (const { file, range, text } of edits) {
    const uri = project.uri(file);
    changes[uri] ??= [];
    changes[uri].push({ range: toRange(range), newText: text });
  }
  return {
    title: `${describeGoal(goal)}: ${title}`,
    kind: CodeActionKind.RefactorRewrite,
    edit: { changes },
  };
};

/** Whether somebody asks for them: not each time that the cursor moves. */
const isAsked = ({ context: { only, triggerKind } }: CodeActionParams): boolean =>
  only === undefined
    ? triggerKind !== CodeActionTriggerKind.Automatic
    : only.some(
        (kind) =>
          CodeActionKind.RefactorRewrite === kind || CodeActionKind.RefactorRewrite.startsWith(`${kind}.`),
      );

/** What can be done with the automaton under the cursor that changes nothing else. */
export const refactorings = (project: Project, params: CodeActionParams): readonly CodeAction[] => {
  if (!isAsked(params)) return [];
  const automaton = automatonAt(project, params);
  if (automaton === null) return [];
  for (const program of systemPrograms(project, params.textDocument.uri))
    if (program.relations?.member(automaton.name)?._tag === "Automaton")
      return goalsFor(program, automaton.name).flatMap((goal) => {
        const edits = editsFor(program, goal, false);
        if (edits._tag !== "Found") return [];
        const free = edits.choices.filter(({ collateral }) => collateral === 0).slice(0, most);
        return free.map((choice) => actionOf(project, goal, choice));
      });
  return [];
};
