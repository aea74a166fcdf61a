/** The inside of strings: from an opening quote or `}` to a closing quote or `${`. */
import { type SyntaxProblem, syntaxProblem } from "../problem.ts";

export interface Piece {
  /** What it means: escapes resolved, line ends read as `\n`. */
  readonly text: string;
  /** Behind the closing quote or the `${`. */
  readonly end: number;
  readonly stop: "quote" | "interpolation" | "limit";
}

const escapes: ReadonlyMap<string, string> = new Map([
  ["n", "\n"],
  ["t", "\t"],
  ['"', '"'],
  ["\\", "\\"],
  ["$", "$"],
]);
const escapeHint = { message: 'The escapes are `\\n` `\\t` `\\"` `\\\\` `\\$` and `\\u{…}`.' };
const unicode = /\\u\{([0-9A-Fa-f]{1,6})\}/y;

export const readText = (
  text: string,
  from: number,
  limit: number,
  triple: boolean,
  problems: SyntaxProblem[],
): Piece => {
  let meaning = "";
  let copied = from;
  let at = from;
  const upTo = (end: number): string => meaning + ` ${text.slice(copied, end)}`.slice(1);
  while (at < limit) {
    const code = text.charCodeAt(at);
    if (code === 34 && !triple) return { text: upTo(at), end: at + 1, stop: "quote" };
    if (code === 36 && text.charCodeAt(at + 1) === 123 && at + 1 < limit) {
      return { text: upTo(at), end: at + 2, stop: "interpolation" };
    }
    if (code === 13) {
      meaning = upTo(at);
      copied = ++at;
      if (text.charCodeAt(at) !== 10) meaning += "\n";
    } else if (code === 92 && at + 1 < limit) {
      meaning = upTo(at);
      const next = text[at + 1]!;
      const simple = escapes.get(next);
      unicode.lastIndex = at;
      if (simple !== undefined) {
        meaning += simple;
        at += 2;
      } else if (unicode.test(text) && unicode.lastIndex <= limit) {
        const end = unicode.lastIndex;
        const point = Number.parseInt(text.slice(at + 3, end - 1), 16);
        if (point <= 0x10ffff && (point < 0xd800 || point > 0xdfff)) meaning += String.fromCodePoint(point);
        else problems.push(syntaxProblem(at, end, `There is no character \`${text.slice(at, end)}\`.`));
        at = end;
      } else {
        const length = text.codePointAt(at + 1)! > 0xffff ? 3 : 2;
        problems.push(
          syntaxProblem(
            at,
            at + length,
            `There is no escape \`${text.slice(at, at + length)}\`.`,
            escapeHint,
          ),
        );
        at += length;
      }
      copied = at;
    } else at++;
  }
  return { text: upTo(limit), end: limit, stop: "limit" };
};
