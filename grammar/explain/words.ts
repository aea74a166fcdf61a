/** How tokens, and what was expected, are called. */

import type { TokenType } from "chevrotain";
import { linesOf } from "../../src/core/lines.ts";
import type { Token } from "../tokens.ts";
import * as T from "../tokens.ts";

const LONGEST = 32;

/** A token as a person sees it in the text. */
export const shown = (token: Token): string => {
  if (token.tokenType === T.TextMiddle || token.tokenType === T.TextEnd) return "`}`";
  const line = linesOf(token.image)[0]!;
  return `\`${line.length > LONGEST ? `${line.slice(0, LONGEST - 1)}…` : line}\``;
};

/** Sets of tokens that have a name of their own, larger ones first. */
const kinds: readonly (readonly [name: string, members: readonly TokenType[]])[] = [
  ["an expression", [T.NumberLiteral, T.Text, T.Name, T.LParen]],
  ["a session", [T.End, T.Plus, T.Name]],
  ["a payload type", [T.Name, T.LSquare, T.LCurly]],
  ["a clause", [T.Word.provides, T.Word.requires]],
  ["a string", [T.Text, T.TextStart]],
];

/** `an expression`, `a name or a number`. */
export const inWords = (expected: ReadonlySet<TokenType>): string => {
  for (const [name, members] of kinds) if (members.every((member) => expected.has(member))) return name;
  const labels = [...new Set([...expected].map((type) => type.LABEL ?? type.name))];
  return labels.length < 2
    ? (labels[0] ?? "nothing")
    : `${labels.slice(0, -1).join(", ")} or ${labels.at(-1)}`;
};
