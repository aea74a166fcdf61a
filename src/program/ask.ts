/** What an expression means in a program as it stands. */

import { parseExpression } from "../../grammar/expression.ts";
import type { Extent } from "../../grammar/problem.ts";
import type { Diagnostic, Position, Range } from "../core/diagnostic.ts";
import { countLineEnds, lineStart } from "../core/lines.ts";
import type { Read } from "../core/node.ts";
import { type Term, Terms } from "../core/term.ts";
import { evaluateCount, evaluateExpression } from "../language/evaluate.ts";
import { type Speaker, trialSpeaker } from "../language/evaluation/speaker.ts";
import type { Site } from "../language/problem.ts";
import { positionIn } from "../language/site.ts";
import type { AutomatonValue, Value } from "../language/value.ts";
import type { EvaluationResult, World } from "../language/world.ts";
import { diagnosticOf, type Location, rangeOf, syntaxDiagnostic } from "./locations.ts";
import { declaredNames } from "./module.ts";
import type { Program } from "./program.ts";

/** The file that diagnostics of the expression itself name. */
export const expressionFile = "<expression>";

/** A file of a workspace that has been brought in line: a program, or one of several. */
export type Asked = Pick<Program, "workspace" | "file">;

/** What an expression came to. */
export interface Answer {
  /** Poison where there are diagnostics, and where it reads what the program has wrong. */
  readonly value: Value;
  readonly diagnostics: readonly Diagnostic[];
}

/** Nothing that could change is waited for: the program has been brought in line. */
const read: Read = (source) => source.value!;

/** The world of an expression that stands in a file as it is now, without being noted as a reader of anything. */
const worldOf = ({ workspace, file }: Asked): World => {
  const world: World = {
    module: expressionFile,
    limits: workspace.limits,
    global: (name) => workspace.readName(workspace.modules.get(file)!, name, read),
    globals: () => declaredNames(workspace.modules.get(file)!),
    input: (name, fallback) => workspace.cells.input(name).value ?? fallback,
    observed: (of, cell) => (of === null ? workspace.cells.host(cell).value : 0),
    remember: (_, __, compute) => compute(world),
  };
  return world;
};

const positionAt = (text: string, offset: number): Position => {
  const start = lineStart(text, offset);
  // A byte order mark at the very beginning is in no column.
  const mark = start === 0 && offset > 0 && text.startsWith("\ufeff") ? 1 : 0;
  return { line: countLineEnds(text, 0, offset) + 1, column: offset - start + 1 - mark };
};

/** Where a piece of a text is. Costs its offset: for texts that few pieces are asked of. */
export const rangeIn =
  (text: string) =>
  ({ start, end }: Extent): Range => ({ start: positionAt(text, start), end: positionAt(text, end) });

/** The outcome of a term that may use the names of a file; sites count from it. */
export const askTerm = (asked: Asked, term: Term): EvaluationResult =>
  asked.workspace.handles.reading(read, () => evaluateExpression(term, "", worldOf(asked)));

/** How many instances an automaton asks for before anything is observed; null where that fails. */
export const askCount = (asked: Asked, automaton: AutomatonValue): number | null => {
  const { instances } = automaton;
  if (instances === null) return 1;
  const speaker = (): Speaker => trialSpeaker(automaton, null);
  return asked.workspace.handles.reading(read, () => evaluateCount(instances, speaker, worldOf(asked)).value);
};

/** The value of an expression that may use the program's names. */
export const ask = (program: Asked, text: string): Answer => {
  const { term, spans, errors } = parseExpression(text, new Terms());
  if (term === null) {
    const diagnostics = errors.map((error) => syntaxDiagnostic(error, expressionFile, rangeIn(text)));
    return { value: { _tag: "Poison" }, diagnostics };
  }
  const placeOf = (site: Site): Location => {
    if (site.module !== expressionFile) return { file: site.module, range: rangeOf(program.workspace, site) };
    const from = 4 * (positionIn(term, site) ?? 0) + (site.focus === true ? 2 : 0);
    const extent = { start: spans[from] ?? 0, end: spans[from + 1] ?? 0 };
    return { file: expressionFile, range: rangeIn(text)(extent) };
  };
  const { value, problems } = askTerm(program, term);
  return { value, diagnostics: problems.map((problem) => diagnosticOf(problem, placeOf)) };
};
