/** Exact fixes, to be applied. */
import {
  type CodeAction,
  CodeActionKind,
  type CodeActionParams,
  type Range,
  type TextEdit,
} from "vscode-languageserver";
import type { Diagnostic, Hint } from "../../core/diagnostic.ts";
import { fileOf } from "../files.ts";
import { toRange } from "../place.ts";
import type { Project } from "../project.ts";
import { toldOf } from "./diagnostics.ts";
import { refactorings } from "./refactor.ts";

export const codeActionKinds = [
  CodeActionKind.QuickFix,
  CodeActionKind.SourceFixAll,
  CodeActionKind.RefactorRewrite,
] as const;

type Fix = NonNullable<Hint["fix"]>;

const touches = (a: Range, b: Range): boolean => !before(a.end, b.start) && !before(b.end, a.start);

const before = (a: Range["start"], b: Range["start"]): boolean =>
  a.line < b.line || (a.line === b.line && a.character < b.character);

const titleOf = ({ message, fix }: Hint): string => {
  const { text } = fix!;
  if (text === "") return message === "" ? "Take it out" : message;
  if (text.includes("\n")) return message === "" ? "Mend it" : message;
  return message.includes(text) && message.length <= 80 ? message : `Write \`${text}\``;
};

const editOf = ({ range, text }: Fix): TextEdit => ({ range: toRange(range), newText: text });

const fixesOf = ({ hints }: Diagnostic): readonly Hint[] => hints.filter(({ fix }) => fix !== undefined);

const quickFixes = (project: Project, diagnostic: Diagnostic): readonly CodeAction[] => {
  const fixes = fixesOf(diagnostic);
  return fixes.map((hint) => ({
    title: titleOf(hint),
    kind: CodeActionKind.QuickFix,
    diagnostics: [toldOf(project, diagnostic)],
    isPreferred: fixes.length === 1,
    edit: { changes: { [project.uri(hint.fix!.file)]: [editOf(hint.fix!)] } },
  }));
};

/** Of each mistake that can be mended in one way only, that one; none that overlaps an earlier. */
const fixAll = (project: Project, all: readonly Diagnostic[]): readonly CodeAction[] => {
  const changes: Record<string, TextEdit[]> = {};
  for (const diagnostic of all) {
    const fixes = fixesOf(diagnostic);
    if (fixes.length !== 1) continue;
    const fix = fixes[0]!.fix!;
    const edit = editOf(fix);
    const uri = project.uri(fix.file);
    changes[uri] ??= [];
    if (!changes[uri].some(({ range }) => touches(range, edit.range))) changes[uri].push(edit);
  }
  if (Object.keys(changes).length === 0) return [];
  return [
    {
      title: "Mend all that can be mended in one way only",
      kind: CodeActionKind.SourceFixAll,
      edit: { changes },
    },
  ];
};

const wants = ({ context }: CodeActionParams, kind: string): boolean =>
  context.only === undefined || context.only.some((only) => kind === only || kind.startsWith(`${only}.`));

export const codeActions = (project: Project, params: CodeActionParams): CodeAction[] => {
  const all = project.diagnostics().get(fileOf(params.textDocument.uri)) ?? [];
  const here = all.filter(({ range }) => touches(toRange(range), params.range));
  return [
    ...refactorings(project, params),
    ...(wants(params, CodeActionKind.QuickFix) ? here.flatMap((each) => quickFixes(project, each)) : []),
    ...(params.context.only !== undefined && wants(params, CodeActionKind.SourceFixAll)
      ? fixAll(project, all)
      : []),
  ];
};
