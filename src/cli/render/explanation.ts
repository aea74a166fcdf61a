/** Why an automaton is as it is, for people. */
import type { Explanation, PassExplained, Source } from "../../program/explain.ts";
import { counted, cut, padEnd, width } from "./text.ts";
import type { Theme } from "./theme.ts";

const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === "object" && value !== null && !Array.isArray(value);

/** A value on one line: addresses and the like without the punctuation of JSON. */
const inline = (value: unknown): string => {
  if (value === null || value === undefined) return "-";
  if (Array.isArray(value)) return value.map(inline).join(", ");
  if (!isRecord(value)) return String(value);
  if (typeof value.key === "string") return value.key;
  if ("v4" in value && "v6" in value) return `${inline(value.v4)} ${inline(value.v6)}`;
  const fields = Object.entries(value).map(([name, field]) => `${name} ${inline(field)}`);
  return isRecord(Object.values(value)[0]) ? fields.join("; ") : fields.join(", ");
};

/** The fields of an attribute, one a line; a list of resources by their keys. */
const lines = (attribute: unknown): readonly (readonly [name: string, value: string])[] => {
  if (!isRecord(attribute)) return [["", inline(attribute)]];
  return Object.entries(attribute).flatMap(([name, value]) => {
    const isList = Array.isArray(value) && value.length > 1 && isRecord(value[0]);
    if (!isList) return [[name, inline(value)] as const];
    return value.map((each, index) => [index === 0 ? name : "", inline(each)] as const);
  });
};

const at = ({ place }: Source): string =>
  place === undefined ? "" : `${place.file}:${place.range.start.line}:${place.range.start.column}`;

const told = (source: Source): string => {
  const { what, value, place } = source;
  const known = value === undefined || value === null ? what : `${what} = ${inline(value)}`;
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
  { pass: name, attribute, from: sources, cause }: PassExplained,
  room: number,
  theme: Theme,
): string => {
  const rows = lines(attribute);
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
  return [
    `${theme.heading(automaton)} is written in ${counted(written.length, "place")}\n${written
      .map((source) => `  ${theme.link(at(source))}${" ".repeat(left - width(at(source)))}  ${source.what}\n`)
      .join("")}`,
    ...passes.map((each) => pass(each, room, theme)),
  ].join("\n");
};
