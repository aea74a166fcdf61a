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

/** What is wrong with a unit from `start` to `end`; null if it is one. */
export const unknownUnit = (unit: string, start: number, end: number): SyntaxProblem | null => {
  if (unitNames.has(unit)) return null;
  const near = nearest(unit, unitNames);
  return syntaxProblem(
    start,
    end,
    `There is no unit \`${unit}\`.`,
    near === null
      ? { message: `The units are ${[...unitNames].map((name) => `\`${name}\``).join(" ")}.` }
      : { message: `Did you mean \`${near}\`?`, fix: { start, end, text: near } },
  );
};
