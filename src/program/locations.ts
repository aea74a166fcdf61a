/** From problems, which speak of terms, to diagnostics, which speak of text. */
import type { Extent, SyntaxProblem } from "../../grammar/problem.ts";
import type { Diagnostic, Range } from "../core/diagnostic.ts";
import { grouped } from "../core/tally.ts";
import { visible } from "../core/visible.ts";
import type { Problem, Site } from "../language/problem.ts";
import { positionIn } from "../language/site.ts";
import { type Definition, siteOf } from "./definition.ts";
import { filesFrom } from "./imports.ts";
import { offsetOf } from "./module.ts";
import type { Workspace } from "./workspace.ts";

const nowhere: Range = { start: { line: 1, column: 1 }, end: { line: 1, column: 1 } };

const rangeAt = (
  workspace: Workspace,
  { file, declaration }: Definition,
  start: number,
  end: number,
): Range => {
  const module = workspace.modules.get(file)!;
  const { document } = module;
  const offset = offsetOf(module, declaration);
  return { start: document.position(offset + start), end: document.position(offset + end) };
};

/** Where a site is in the text as it stands. */
export const rangeOf = (workspace: Workspace, site: Site): Range => {
  const definition = workspace.modules.get(site.module)?.definitions.get(site.declaration);
  if (definition === undefined || definition.term === null) return nowhere;
  const at = positionIn(definition.term, site) ?? 0;
  const { spans } = definition.declaration;
  const from = 4 * at + (site.focus === true ? 2 : 0);
  return rangeAt(workspace, definition, spans[from] ?? 0, spans[from + 1] ?? 0);
};

/** A range of a file. */
export interface Location {
  readonly file: string;
  readonly range: Range;
}

/** What is wrong with terms, as what is wrong with texts. */
export const diagnosticOf = (problem: Problem, placeOf: (site: Site) => Location): Diagnostic => ({
  code: problem.code,
  severity: problem.severity ?? "error",
  message: visible(problem.message),
  ...placeOf(problem.site),
  hints: problem.hints.map(({ message, site, fix }) => ({
    message: visible(message),
    ...(site !== undefined && fix === undefined ? { place: placeOf(site) } : {}),
    ...(fix !== undefined ? { fix: { ...placeOf(site ?? problem.site), text: fix } } : {}),
  })),
});

/** The same for what could not even be read. */
export const syntaxDiagnostic = (
  problem: SyntaxProblem,
  file: string,
  rangeOf: (extent: Extent) => Range,
): Diagnostic => ({
  code: problem.code,
  severity: "error",
  message: visible(problem.message),
  file,
  range: rangeOf(problem),
  hints: problem.hints.map(({ message, place, fix }) => ({
    message: visible(message),
    ...(place && { place: { file, range: rangeOf(place) } }),
    ...(fix && { fix: { file, range: rangeOf(fix), text: fix.text } }),
  })),
});

const before = (a: Diagnostic, b: Diagnostic): number =>
  (a.file < b.file ? -1 : a.file > b.file ? 1 : 0) ||
  a.range.start.line - b.range.start.line ||
  a.range.start.column - b.range.start.column ||
  (a.code < b.code ? -1 : a.code > b.code ? 1 : 0);

/** Which of two places comes first, where what a file imports comes before what is in the file `main`. */
const inOrder =
  (workspace: Workspace, main: string) =>
  (a: Site, b: Site): number => {
    if (a.module !== b.module)
      return a.module === main ? 1 : b.module === main ? -1 : a.module < b.module ? -1 : 1;
    const [one, other] = [rangeOf(workspace, a).start, rangeOf(workspace, b).start];
    return one.line - other.line || one.column - other.column;
  };

/** What is wrong with the inputs of a program as a whole. */
export const inputProblems = (workspace: Workspace, main: string): Iterable<Problem> => {
  let files: ReadonlySet<string> | null = null;
  const isRead = ({ module }: Site): boolean => {
    files ??= filesFrom(workspace.imports, main);
    return files.has(module);
  };
  return workspace.inputUses.problems(inOrder(workspace, main), isRead);
};

/** That evaluating all of the program takes too many steps, at its beginning: which of them are too many nobody can say. */
export const budgetProblems = ({ budget, modules, limits }: Workspace, main: string): readonly Problem[] => {
  const [first] = modules.get(main)!.document.declarations;
  const definition = first === undefined ? undefined : modules.get(main)!.byDeclaration.get(first)?.[0];
  if (!budget.isExceeded || definition === undefined) return [];
  const { largest } = budget;
  const most = largest?.node.label as Definition | undefined;
  const told =
    most === undefined ? [] : [{ message: `\`${most.name}\` takes most of them`, site: siteOf(most) }];
  return [
    {
      code: "limit-exceeded",
      message: `evaluating this program takes more than ${grouped(limits.total, "step")}`,
      site: siteOf(definition),
      hints: [...told, { message: "`--limit total=N` lets a program take more" }],
    },
  ];
};

/** Of these, several may be true of one place: each names other automata. */
const manifold: ReadonlySet<string> = new Set([
  "ambiguous-connection",
  "ambiguous-union",
  "not-one-way",
  "port-conflict",
  "protocol-mismatch",
  "requirement-already-wired",
  "unknown-port",
  "unsatisfied-requirement",
]);

/** Of two conflicting declarations, the one that the diagnostic points at. */
const preferred = (a: Diagnostic, b: Diagnostic): Diagnostic => {
  const line = ({ hints }: Diagnostic): number => hints[0]?.place?.range.start.line ?? 0;
  const text = (one: Diagnostic): string => JSON.stringify([one.message, one.hints]);
  return (line(a) - line(b) || (text(a) < text(b) ? -1 : 1)) < 0 ? a : b;
};

/**
 * Everything wrong, in the order of the text. A mistake in a function is reported once,
 * however many call it.
 */
export const diagnose = (workspace: Workspace, more: Iterable<Problem>): readonly Diagnostic[] => {
  const placeOf = (site: Site): Location => ({ file: site.module, range: rangeOf(workspace, site) });
  const all = new Map<string, Diagnostic>();
  const add = (diagnostic: Diagnostic): void => {
    const { code, file, range, message } = diagnostic;
    const key = JSON.stringify([code, file, range, manifold.has(code) ? message : ""]);
    const known = all.get(key);
    all.set(key, known === undefined ? diagnostic : preferred(known, diagnostic));
  };
  for (const definition of workspace.faulty) {
    const { file, declaration } = definition;
    const range = ({ start, end }: Extent): Range => rangeAt(workspace, definition, start, end);
    for (const problem of declaration.errors) add(syntaxDiagnostic(problem, file, range));
    for (const problem of definition.problems) add(diagnosticOf(problem, placeOf));
  }
  for (const problem of more) add(diagnosticOf(problem, placeOf));
  return [...all.values()].sort(before);
};
