/** Why an automaton is as it is, for people. */

import { jsonText } from "../../core/json-text.ts";
import { counted } from "../../core/tally.ts";
import { visibleLine } from "../../core/visible.ts";
import type { InstanceStatus } from "../../live/control/status.ts";
import type { Explanation, PassExplained, Source } from "../../program/explain.ts";
import type { ToldProvenance } from "../../program/provenance/told.ts";
import { type Row, rowsOf } from "./attribute.ts";
import { cut, padEnd, width } from "./text.ts";
import type { Theme } from "./theme.ts";

/** A value on one line. */
const inline = (value: unknown): string =>
  typeof value === "object" && value !== null ? jsonText(value) : visibleLine(String(value));

const at = ({ place }: Source): string =>
  place === undefined ? "" : `${place.file}:${place.range.start.line}:${place.range.start.column}`;

const told = (source: Source): string => {
  const { what, value, place } = source;
  const known = value === undefined ? what : value === null ? `no ${what}` : `${what} = ${inline(value)}`;
  return place === undefined ? known : `${known} (${at(source)})`;
};

/** What it was computed from, broken into lines between two sources. */
const from = (sources: readonly Source[], room: number): readonly string[] => {
  const broken: string[] = [];
  for (const [index, source] of sources.entries()) {
    const next = told(source) + (index + 1 < sources.length ? "," : "");
    const last = broken.at(-1);
    if (last !== undefined && width(last) + 1 + width(next) <= room)
      broken[broken.length - 1] = `${last} ${next}`;
    else broken.push(next);
  }
  return broken;
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
  const fits = (text: string): string => cut(text, room - 2);
  return [
    `${theme.heading(name)}${theme.quiet(`  ${cause}`)}\n`,
    ...rows.map(([field, value]) => `  ${fits(`${padEnd(field, left)}${left > 0 ? "  " : ""}${value}`)}\n`),
    ...from(sources, room - 7).map(
      (line, index) => `  ${theme.quiet(`${index === 0 ? "from" : "    "} ${line}`)}\n`,
    ),
  ].join("");
};

/** The steps that lead to it from where the automaton itself is told. */
const ownSteps = ({ steps }: ToldProvenance, whole: ToldProvenance | undefined): ToldProvenance["steps"] => {
  const rest = whole?.steps ?? [];
  let shared = 0;
  while (
    shared < Math.min(rest.length, steps.length - 1) &&
    isSame(rest.at(-1 - shared)!, steps.at(-1 - shared)!)
  )
    shared++;
  return shared < rest.length ? steps : steps.slice(0, steps.length - shared);
};

const isSame = (a: Source, b: Source): boolean => told(a) === told(b);

/** Where each thing about it comes from, the innermost first; what all of it has in common once. */
const comesFrom = (provenances: readonly ToldProvenance[], room: number, theme: Theme): string => {
  const left = longest(provenances.map(({ of }) => of));
  const whole = provenances.find(({ of }) => of === "automaton");
  const rows = provenances.flatMap((one) =>
    from(one === whole ? one.steps : ownSteps(one, whole), room - left - 4).map(
      (line, index) => `  ${padEnd(index === 0 ? one.of : "", left)}  ${theme.quiet(line)}\n`,
    ),
  );
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
const now = (instances: readonly InstanceStatus[], theme: Theme): string =>
  [
    `${theme.heading("now")}\n`,
    ...instances.map(
      ({ index, state, reason }) =>
        `  instance ${index}  ${state}${reason === null || state === "ready" ? "" : `: ${reason}`}\n`,
    ),
  ].join("");

/** `instances`: as `status` knows those that are meant; none where the system does not run. */
export const renderExplanation = (
  explanation: Explanation,
  instances: readonly InstanceStatus[],
  columns: number | null,
  theme: Theme,
): string => {
  const { automaton, part, written, provenances, passes } = explanation;
  const room = columns ?? 160;
  const left = longest(written.map(at));
  const attributes = Object.fromEntries(passes.map((each) => [each.pass, each.attribute]));
  const told = passes
    .map((each) => ({ each, rows: rowsOf(each.pass, attributes, { automaton, part }) }))
    .filter(({ rows }) => part === null || rows.length > 0);
  return [
    `${subjectOf(explanation, theme)} is written in ${counted(written.length, "place")}\n${written
      .map((source) => `  ${theme.link(at(source))}${" ".repeat(left - width(at(source)))}  ${source.what}\n`)
      .join("")}`,
    ...(provenances.length === 0 ? [] : [comesFrom(provenances, room, theme)]),
    ...(instances.length === 0 ? [] : [now(instances, theme)]),
    ...told.map(({ each, rows }) => pass(each, rows, room, theme)),
  ].join("\n");
};
