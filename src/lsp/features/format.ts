/** Lines set anew: of the whole document, or of the declarations in a range. */
import type {
  DocumentFormattingParams,
  DocumentRangeFormattingParams,
  TextEdit,
} from "vscode-languageserver";
import { format as formatText } from "../../../grammar/printer.ts";
import { standingIn } from "../../assist/spot.ts";
import type { Module } from "../../program/module.ts";
import { moduleOf } from "../locate.ts";
import { offsetAt, rangeBetween } from "../place.ts";
import type { Project } from "../project.ts";

/** The lines that differ, as one edit: cursors and folds elsewhere stay. */
const difference = (module: Module, from: number, before: string, after: string): TextEdit[] => {
  if (before === after) return [];
  let start = 0;
  while (start < before.length && before[start] === after[start]) start++;
  let end = 0;
  const most = Math.min(before.length, after.length) - start;
  while (end < most && before[before.length - 1 - end] === after[after.length - 1 - end]) end++;
  return [
    {
      range: rangeBetween(module, from + start, from + before.length - end),
      newText: after.slice(start, after.length - end),
    },
  ];
};

/** A text that does not parse is left as it is. */
export const format = (project: Project, params: DocumentFormattingParams): TextEdit[] | null => {
  const module = moduleOf(project, params);
  if (module === null) return null;
  const { text } = module.document;
  const formatted = formatText(text);
  return formatted._tag === "Broken" ? null : difference(module, 0, text, formatted.text);
};

/** Whole declarations: those of which some is in the range. What does not parse is left as it is. */
export const formatRange = (project: Project, params: DocumentRangeFormattingParams): TextEdit[] | null => {
  const module = moduleOf(project, params);
  if (module === null) return null;
  const { text } = module.document;
  const [from, to] = [offsetAt(module, params.range.start), offsetAt(module, params.range.end)];
  return [...standingIn(module, from, Math.max(from, to - 1))].flatMap(({ base, declaration }) => {
    if (declaration.term === null) return [];
    const own = text.slice(base, base + declaration.length);
    const body = own.trimEnd();
    const formatted = formatText(`${body}\n`);
    if (formatted._tag === "Broken") return [];
    return difference(module, base, body, formatted.text.trimEnd());
  });
};
