/** Why an automaton is as it is, for people. */

import { jsonText } from "../../core/json-text.ts";
import { counted } from "../../core/tally.ts";
import { visibleLine } from "../../core/visible.ts";
import type { InstanceStatus } from "../../live/control/status.ts";
import type { ExplainedDependency, Explanation, PassExplained } from "../../program/explain.ts";
import { ownSteps } from "../../program/provenance/own-steps.ts";
import type { ReportedProvenance } from "../../program/provenance/report.ts";
import { type Row, rowsOf } from "./attribute.ts";
import { fill, padEnd, width } from "./text.ts";
import type { Theme } from "./theme.ts";

/** A value on one line. */
const inline = (value: unknown): string =>
  typeof value === "object" && value !== null ? jsonText(value) : visibleLine(String(value));

const at = ({ place }: ExplainedDependency): string =>
  place === undefined ? "" : `${place.file}:${place.range.start.line}:${place.range.start.column}`;

const told = (source: ExplainedDependency): string => {
  const { what, value, place } = source;
  const known = value === undefined ? what : value === null ? `no ${what}` : `${what} = ${inline(value)}`;
  return place === undefined ? known : `${known} (${at(source)})`;
};

/** Where nothing limits a line, several sources share one that is not much wider than people read. */
const usualRoom = 160;

/** What it was computed from, broken into lines between two sources, and where one alone is too wide within it. */
const from = (sources: readonly ExplainedDependency[], room: number): readonly string[] => {
  const broken: string[] = [];
  for (const [index, source] of sources.entries()) {
    const next = told(source) + (index + 1 < sources.length ? "," : "");
    const last = broken.at(-1);
    if (last !== undefined && width(last) + 1 + width(next) <= Math.min(room, usualRoom))
      broken[broken.length - 1] = `${last} ${next}`;
    else broken.push(next);
  }
  return broken.flatMap((line) => hanging(line, room, 0));
};

/** Further lines begin two columns further right. Of the first line `taken` columns are used. */
const hanging = (text: string, room: number, taken: number): readonly string[] =>
  fill(text, Math.max(1, room - 2), taken - 2).map((line, i) => (i === 0 ? line : `  ${line}`));

/** With fewer columns than these behind a name, what there is to say of it stands below. */
const leastBeside = 24;

/** A line or more: what something is called, in a column of its own, and what there is to say of it. */
const entry = (name: string, left: number, text: string, room: number): readonly string[] => {
  const before = left === 0 ? 2 : left + 4;
  const head = left === 0 ? "  " : `  ${padEnd(name, left)}  `;
  if (before + width(text) <= room) return [`${head}${text}`];
  const [indent, above] =
    room - before < leastBeside ? ([6, [`  ${name}`]] as const) : ([before, []] as const);
  const lines = fill(text, Math.max(1, room - indent)).map((line) => `${" ".repeat(indent)}${line}`);
  return above.length > 0 ? [...above, ...lines] : [`${head}${lines[0]!.slice(indent)}`, ...lines.slice(1)];
};

const longest = (texts: readonly string[]): number =>
  texts.reduce((most, text) => Math.max(most, width(text)), 0);

const pass = (
  { pass: name, from: sources, cause }: PassExplained,
  rows: readonly Row[],
  room: number,
  theme: Theme,
): string => {
  const left = longest(rows.map(([field]) => field));
  const [first, ...more] = hanging(cause, room - 2, width(name));
  return [
    `${theme.heading(name)}${theme.quiet(`  ${first}`)}\n`,
    ...more.map((line) => `  ${theme.quiet(line)}\n`),
    ...rows.flatMap(([field, value]) => entry(field, left, value, room)).map((line) => `${line}\n`),
    ...from(sources, room - 7).map(
      (line, index) => `  ${theme.quiet(`${index === 0 ? "from" : "    "} ${line}`)}\n`,
    ),
  ].join("");
};

/** Where each thing about it comes from, the innermost first; what all of it has in common once. */
const comesFrom = (provenances: readonly ReportedProvenance[], room: number, theme: Theme): string => {
  const left = longest(provenances.map(({ of }) => of));
  const whole = provenances.find(({ of }) => of === "automaton");
  const isBeside = room - left - 4 >= leastBeside;
  const indent = isBeside ? left + 4 : 6;
  const rows = provenances.flatMap((one) => {
    const lines = from(one === whole ? one.steps : ownSteps(one, whole), room - indent);
    const head = isBeside ? `  ${padEnd(one.of, left)}  ` : `  ${one.of}\n${" ".repeat(indent)}`;
    return lines.map((line, i) => `${i === 0 ? head : " ".repeat(indent)}${theme.quiet(line)}\n`);
  });
  return `${theme.heading("comes from")}\n${rows.join("")}`;
};

/** What it is that is explained: `cart.0 is an instance of cart, which`. */
const subjectOf = ({ automaton, part }: Explanation, theme: Theme): string => {
  if (part === null) return theme.heading(automaton);
  return part.kind === "instance"
    ? `${theme.heading(`${automaton}.${part.index}`)} is an instance of ${automaton}, which`
    : `${theme.heading(`${automaton}.${part.name}`)} is a port of ${automaton}, which`;
};

/** How instances stand now, where the system runs. */
const now = (instances: readonly InstanceStatus[], room: number, theme: Theme): string => {
  const names = instances.map(({ index }) => `instance ${index}`);
  const rows = instances.flatMap(({ state, reason }, i) =>
    entry(
      names[i]!,
      longest(names),
      `${state}${reason === null || state === "ready" ? "" : `: ${reason}`}`,
      room,
    ),
  );
  return `${theme.heading("now")}\n${rows.map((line) => `${line}\n`).join("")}`;
};

/** `instances`: as `status` knows those that are meant; none where the system does not run. */
export const renderExplanation = (
  explanation: Explanation,
  instances: readonly InstanceStatus[],
  columns: number | null,
  theme: Theme,
): string => {
  const { automaton, part, written, provenances, passes } = explanation;
  const room = columns ?? Number.POSITIVE_INFINITY;
  const left = longest(written.map(at));
  const attributes = Object.fromEntries(passes.map((each) => [each.pass, each.attribute]));
  const told = passes
    .map((each) => ({ each, rows: rowsOf(each.pass, attributes, { automaton, part }) }))
    .filter(({ rows }) => part === null || rows.length > 0);
  const places = `is written in ${counted(written.length, "place")}`;
  const subject = subjectOf(explanation, theme);
  return [
    `${subject}${width(subject) + 1 + width(places) <= room ? " " : "\n"}${places}\n${written
      .flatMap((source) => {
        const [first, ...more] = entry(at(source), left, source.what, room);
        return [first!.replace(at(source), theme.link), ...more].map((line) => `${line}\n`);
      })
      .join("")}`,
    ...(provenances.length === 0 ? [] : [comesFrom(provenances, room, theme)]),
    ...(instances.length === 0 ? [] : [now(instances, room, theme)]),
    ...told.map(({ each, rows }) => pass(each, rows, room, theme)),
  ].join("\n");
};
