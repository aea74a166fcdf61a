/** Characters that no program contains outside of strings, and what was likely meant. */
import { type SyntaxProblem, syntaxProblem } from "../problem.ts";
import { letters } from "./characters.ts";
import { hiddenAt } from "./hidden.ts";

/** What people mean by characters that their keyboard, editor or other language gave them. */
const meant: ReadonlyMap<string, string> = new Map([
  ["“", '"'],
  ["”", '"'],
  ["„", '"'],
  ["'", '"'],
  ["‘", '"'],
  ["’", '"'],
  ["`", '"'],
  ["–", "-"],
  ["—", "--"],
  ["−", "-"],
  ["×", "*"],
  ["÷", "/"],
  ["≤", "<="],
  ["≥", ">="],
  ["≠", "!="],
  ["→", "->"],
  ["⇒", "=>"],
  ["…", "..."],
  ["µ", "mu"],
  ["μ", "mu"],
  ["#", "--"],
  ["\u00a0", " "],
  ["\u2003", " "],
  ["\u3000", " "],
]);

const spelt = (character: string): string =>
  /[\p{C}\p{Z}]/u.test(character)
    ? `U+${character.codePointAt(0)!.toString(16).toUpperCase().padStart(4, "0")}`
    : `\`${character}\``;

/** The problem with what stands at `start`, and where reading goes on. */
export const junk = (text: string, start: number, limit: number): { end: number; problem: SyntaxProblem } => {
  const hidden = hiddenAt(text, start, false);
  if (hidden !== null) return { end: hidden.end, problem: hidden };
  const character = String.fromCodePoint(text.codePointAt(start)!);
  const wordEnd = Math.min(letters(text, start), limit);
  const plain = meant.get(character);
  if (wordEnd > start && plain === undefined) {
    return {
      end: wordEnd,
      problem: syntaxProblem(
        start,
        wordEnd,
        "A name has only the letters A to Z and a to z, digits and `_`.",
        {
          message: "Any text may stand in a string.",
        },
      ),
    };
  }
  const end = start + character.length;
  const fix = plain === undefined ? [] : [hint(start, end, plain)];
  return {
    end,
    problem: syntaxProblem(start, end, `I do not know the character ${spelt(character)}.`, ...fix),
  };
};

const hint = (start: number, end: number, plain: string) => ({
  message: plain === " " ? "Write a plain space." : `Write \`${plain}\`.`,
  fix: { start, end, text: plain },
});
