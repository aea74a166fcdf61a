/** Numbers and their units. */
import { nearest } from "../../src/core/nearest.ts";
import { unitNames } from "../../src/core/syntax/expressions.ts";
import { type SyntaxProblem, syntaxProblem } from "../problem.ts";
import { isDigit, isNamePart } from "./characters.ts";

/** The end of the number that begins at `at`. */
export const numberEnd = (text: string, at: number): number => {
  const end = digits(text, at);
  return text.charCodeAt(end) === 46 && isDigit(text.charCodeAt(end + 1)) ? digits(text, end + 1) : end;
};

/** The end of the unit that may follow a number. */
export const unitEnd = (text: string, at: number): number => {
  if (text.charCodeAt(at) === 37) return at + 1;
  let end = at;
  while (isNamePart(text.charCodeAt(end))) end++;
  return end;
};

const digits = (text: string, at: number): number => {
  let end = at;
  for (;;) {
    while (isDigit(text.charCodeAt(end))) end++;
    if (text.charCodeAt(end) !== 95 || !isDigit(text.charCodeAt(end + 1))) return end;
    end++;
  }
};

/** Units as other tools write them, in small letters. */
const elsewhere: ReadonlyMap<string, string> = new Map(
  [
    ["KiB", "k", "ki"],
    ["MiB", "m", "mi"],
    ["GiB", "g", "gi"],
    ["m", "min", "mins", "minute", "minutes"],
    ["s", "sec", "secs", "second", "seconds"],
    ["h", "hr", "hrs", "hour", "hours"],
  ].flatMap(([unit, ...written]) => written.map((one) => [one, unit!] as const)),
);

/** What is said where a unit has no other name here, but another number has. */
const larger: ReadonlyMap<string, string> = new Map([
  ...["d", "day", "days"].map((unit) => [unit, "A day is `24h`."] as const),
  ...["t", "ti", "tb", "tib"].map((unit) => [unit, "A TiB is `1024GiB`."] as const),
]);

/** The unit that was meant; units of one letter are too near to one another for slips. */
const meantUnit = (unit: string): string | null => {
  const lower = unit.toLowerCase();
  const known = elsewhere.get(lower);
  if (known !== undefined) return known;
  if (unit.length > 1) return nearest(unit, unitNames);
  return [...unitNames].find((name) => name.toLowerCase() === lower) ?? null;
};

/** What is wrong with a unit from `start` to `end`; null if it is one. */
export const unknownUnit = (unit: string, start: number, end: number): SyntaxProblem | null => {
  if (unitNames.has(unit)) return null;
  const said = larger.get(unit.toLowerCase());
  const meant = said === undefined ? meantUnit(unit) : null;
  return syntaxProblem(
    start,
    end,
    `There is no unit \`${unit}\`.`,
    meant === null
      ? { message: said ?? `The units are ${[...unitNames].map((name) => `\`${name}\``).join(" ")}.` }
      : { message: `Did you mean \`${meant}\`?`, fix: { start, end, text: meant } },
  );
};
