/** Diagnostics for people. For programs they are printed as they are, see `diagnosticsJson`. */

import type { Diagnostic, Hint, Range, Severity } from "../../core/diagnostic.ts";
import { counted } from "../../core/tally.ts";
import { visibleLine } from "../../core/visible.ts";
import { excerpt, gutterOf, type Sources } from "./excerpt.ts";
import { width, wrap } from "./text.ts";
import type { Paint, Theme } from "./theme.ts";

const paintOf = (severity: Severity, theme: Theme): Paint =>
  severity === "error" ? theme.error : theme.warning;

/** A fix that the message does not already spell out. */
const remedy = ({ fix, message }: Hint): string | null => {
  if (fix === undefined || fix.text.includes("\n") || fix.text === "" || message.includes(fix.text))
    return null;
  return `write \`${fix.text}\``;
};

/** Lines of a message behind what stands in front of it; as they are where nothing limits them. */
const broken = (lines: readonly string[], taken: number, indent: number, room: number | null) =>
  lines.flatMap((line, i) =>
    room === null ? [line] : wrap(line, room - indent, i === 0 ? taken - indent : 0),
  );

export interface Page {
  readonly sources: Sources;
  readonly theme: Theme;
  /** Columns of the terminal; null where nothing limits them. */
  readonly room?: number | null;
}

/** `shown`: its place has been marked already. */
const hint = (each: Hint, shown: boolean, gutter: number, { sources, theme, room = null }: Page): string => {
  const spelled = remedy(each);
  const message =
    spelled === null ? each.message : each.message === "" ? spelled : `${each.message}: ${spelled}`;
  const indent = gutter + 9;
  const [first, ...more] = broken(message.split("\n"), indent, indent, room);
  const label = each.fix === undefined ? theme.place("note:") : theme.help("help:");
  const lines = [
    `${" ".repeat(gutter)} ${theme.quiet("=")} ${label} ${first}\n`,
    ...more.map((line) => `${" ".repeat(indent)}${line}\n`),
  ];
  if (each.place !== undefined && !shown) {
    const { file, range } = each.place;
    lines.push(
      `${" ".repeat(gutter)}${theme.quiet("-->")} ${visibleLine(file)}:${range.start.line}:${range.start.column}\n`,
    );
    const source = sources(file);
    if (source !== null)
      lines.push(excerpt(source, range, gutter, { mark: "-", paint: theme.place, theme, room }));
  }
  return lines.join("");
};

/** Whether both stand on one line, apart from each other. */
const beside = (a: Range, b: Range): boolean =>
  a.start.line === a.end.line &&
  b.start.line === a.start.line &&
  b.end.line === a.start.line &&
  (b.end.column <= a.start.column || a.end.column <= b.start.column);

/** The places of hints that can be marked in the excerpt of the diagnostic itself. */
const besides = ({ file, range, hints }: Diagnostic): readonly Range[] => {
  const kept: Range[] = [];
  for (const { place } of hints)
    if (place?.file === file && [range, ...kept].every((other) => beside(other, place.range)))
      kept.push(place.range);
  return kept;
};

/**
 * `file:line:col: error[code]: message`, the source with the range underlined, and the
 * hints: what would mend it, and the other places involved.
 */
export const renderDiagnostic = (diagnostic: Diagnostic, page: Page): string => {
  const { file, range, severity, code, hints } = diagnostic;
  const { sources, theme, room = null } = page;
  const paint = paintOf(severity, theme);
  const place = `${visibleLine(file)}:${range.start.line}:${range.start.column}:`;
  const kind = `${severity}[${code}]:`;
  const taken = width(`${place} ${kind} `);
  const [message = "", ...details] = diagnostic.message.split("\n");
  const [first, ...further] = broken([message], taken, 2, room);
  const gutter = gutterOf([
    range,
    ...hints.flatMap(({ place }) => (place === undefined ? [] : [place.range])),
  ]);
  const source = sources(file);
  const marked = source === null ? [] : besides(diagnostic);
  return [
    `${theme.heading(place)} ${paint(kind)} ${theme.heading(first!)}\n`,
    ...further.map((line) => `  ${theme.heading(line)}\n`),
    ...broken(details, 2, 2, room).map((line) => `  ${line}\n`),
    source === null ? "" : excerpt(source, range, gutter, { mark: "^", paint, theme, beside: marked, room }),
    ...hints.map((each) =>
      hint(each, each.place !== undefined && marked.includes(each.place.range), gutter, page),
    ),
  ].join("");
};

/** All of them, an empty line between two, and at the end how many. Empty for none. */
export const renderDiagnostics = (diagnostics: readonly Diagnostic[], page: Page): string => {
  const { theme } = page;
  if (diagnostics.length === 0) return "";
  const errors = diagnostics.filter(({ severity }) => severity === "error").length;
  const warnings = diagnostics.length - errors;
  const counts = [
    ...(errors > 0 ? [theme.error(counted(errors, "error"))] : []),
    ...(warnings > 0 ? [theme.warning(counted(warnings, "warning"))] : []),
  ];
  return [
    diagnostics.map((each) => renderDiagnostic(each, page)).join("\n"),
    `\n${counts.join(", ")}\n`,
  ].join("");
};
