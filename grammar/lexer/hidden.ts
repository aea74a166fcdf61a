/**
 * Characters that no program contains, not even in a string or a comment: those that change the
 * order in which text is shown, so that it says something else than is seen ("Trojan Source",
 * CVE-2021-42574), and what is no UTF-8.
 */
import { escapedByte } from "../../src/core/utf8.ts";
import { type SyntaxHint, type SyntaxProblem, syntaxProblem } from "../problem.ts";

/** By code unit, as Unicode names them. */
const bidirectional: ReadonlyMap<number, string> = new Map([
  [0x061c, "ARABIC LETTER MARK"],
  [0x200e, "LEFT-TO-RIGHT MARK"],
  [0x200f, "RIGHT-TO-LEFT MARK"],
  [0x202a, "LEFT-TO-RIGHT EMBEDDING"],
  [0x202b, "RIGHT-TO-LEFT EMBEDDING"],
  [0x202c, "POP DIRECTIONAL FORMATTING"],
  [0x202d, "LEFT-TO-RIGHT OVERRIDE"],
  [0x202e, "RIGHT-TO-LEFT OVERRIDE"],
  [0x2066, "LEFT-TO-RIGHT ISOLATE"],
  [0x2067, "RIGHT-TO-LEFT ISOLATE"],
  [0x2068, "FIRST STRONG ISOLATE"],
  [0x2069, "POP DIRECTIONAL ISOLATE"],
]);
const least = 0x061c;

const isSurrogate = (unit: number): boolean => unit >= 0xd800 && unit <= 0xdfff;

/** Whether the code unit is half of a character whose other half is not beside it. */
const isUnpaired = (text: string, at: number): boolean =>
  text.charCodeAt(at) < 0xdc00
    ? !(text.charCodeAt(at + 1) >= 0xdc00 && text.charCodeAt(at + 1) <= 0xdfff)
    : !(text.charCodeAt(at - 1) >= 0xd800 && text.charCodeAt(at - 1) < 0xdc00);

const hexadecimal = (unit: number): string => unit.toString(16).toUpperCase().padStart(4, "0");

/** What is wrong with the character at an offset; null if nothing is. */
export const hiddenAt = (text: string, at: number, isText: boolean): SyntaxProblem | null => {
  const unit = text.charCodeAt(at);
  if (unit < least) return null;
  const name = bidirectional.get(unit);
  if (name !== undefined) {
    const escaped = `\\u{${unit.toString(16)}}`;
    const hint: SyntaxHint = isText
      ? { message: `Write \`${escaped}\`.`, fix: { start: at, end: at + 1, text: escaped } }
      : { message: "Leave it out.", fix: { start: at, end: at + 1, text: "" } };
    const message = `U+${hexadecimal(unit)} (${name}) changes the order in which text is shown.`;
    return syntaxProblem(at, at + 1, message, hint);
  }
  if (!isSurrogate(unit) || !isUnpaired(text, at)) return null;
  const byte = escapedByte(unit);
  return syntaxProblem(
    at,
    at + 1,
    byte === null
      ? `U+${hexadecimal(unit)} is half of a character, without the other half.`
      : `This is not UTF-8: the byte 0x${byte.toString(16)} is part of no character.`,
    { message: "A program is UTF-8 text." },
  );
};

/** Adds what is wrong with characters of a string (`isText`) or a comment. */
export const checkHidden = (
  text: string,
  from: number,
  to: number,
  isText: boolean,
  problems: SyntaxProblem[],
): void => {
  for (let at = from; at < to; at++) {
    if (text.charCodeAt(at) < least) continue;
    const problem = hiddenAt(text, at, isText);
    if (problem !== null) problems.push(problem);
  }
};
