/** The call around a place: for signatures. */
import { Lexer } from "../../../grammar/lexer.ts";
import type { Token } from "../../../grammar/tokens.ts";
import * as T from "../../../grammar/tokens.ts";
import { openIn } from "./brackets.ts";
import { type Before, extentOf, startOf } from "./operand.ts";

export interface CallAround {
  readonly callee: Before;
  /** How many arguments stand in front of the one at the place. */
  readonly index: number;
  /** Of the argument at the place, where it is given by name. */
  readonly name: string | null;
}

/** The innermost call around an offset of a text; null where there is none. */
export const callAround = (text: string, offset: number): CallAround | null => {
  const lexer = new Lexer(text.slice(0, offset));
  const tokens: Token[] = [];
  for (let token = lexer.next(); token !== null; token = lexer.next())
    if (token.image !== "") tokens.push(token);
  const stack = openIn(tokens);
  const at = stack.findLastIndex(({ kind }) => kind === "call");
  if (at < 0 || stack.slice(at + 1).some(({ kind }) => kind === "clauses")) return null;
  const { index } = stack[at]!;
  const callee = tokens.slice(0, index);
  const inside = tokens.slice(index + 1);
  let depth = 0;
  let arguments_ = 0;
  let begin = 0;
  inside.forEach(({ tokenType: type }, i) => {
    if ([T.LParen, T.LSquare, T.LCurly, T.TextStart].includes(type)) depth++;
    else if ([T.RParen, T.RSquare, T.RCurly, T.TextEnd].includes(type)) depth--;
    else if (type === T.Comma && depth === 0) {
      arguments_++;
      begin = i + 1;
    }
  });
  const [first, second] = [inside[begin], inside[begin + 1]];
  const name = first !== undefined && second?.tokenType === T.Equals ? first.image : null;
  return {
    callee: extentOf(callee, startOf(callee, false, stack[at - 1]?.index ?? -1)),
    index: arguments_,
    name,
  };
};
