/** Why an automaton is as it is, for people. */
import type { Explanation, PassExplained, Source } from "../../program/explain.ts";
import { type Row, rowsOf } from "./attribute.ts";
import { counted, cut, padEnd, width } from "./text.ts";
import type { Theme } from "./theme.ts";

/** A value on one line. */
const inline = (value: unknown): string =>
  typeof value === "object" && value !== null ? JSON.stringify(value) : String(value);

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

export const renderExplanation = (
  { automaton, written, passes }: Explanation,
  columns: number | null,
  theme: Theme,
): string => {
  const room = columns ?? 160;
  const left = longest(written.map(at));
  const attributes = Object.fromEntries(passes.map((each) => [each.pass, each.attribute]));
  return [
    `${theme.heading(automaton)} is written in ${counted(written.length, "place")}\n${written
      .map((source) => `  ${theme.link(at(source))}${" ".repeat(left - width(at(source)))}  ${source.what}\n`)
      .join("")}`,
    ...passes.map((each) => pass(each, rowsOf(each.pass, attributes), room, theme)),
  ].join("\n");
};
