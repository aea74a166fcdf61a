/** The operand that ends in front of a place. */
import type { Token } from "../../../grammar/tokens.ts";
import * as T from "../../../grammar/tokens.ts";
import { endsOperand } from "./brackets.ts";

/** An expression in front of the place, by its offsets. */
export interface Before {
  readonly start: number;
  readonly end: number;
}
/** Where the operand, or with `loose` the whole expression, begins that ends with the tokens. */
export const startOf = (tokens: readonly Token[], loose: boolean, floor: number): number => {
  let depth = 0;
  let i = tokens.length - 1;
  for (; i > floor; i--) {
    const token = tokens[i]!;
    const type = token.tokenType;
    if (type === T.RParen || type === T.RSquare || type === T.RCurly || type === T.TextEnd) depth++;
    else if (type === T.LParen || type === T.LSquare || type === T.LCurly || type === T.TextStart) depth--;
    if (depth > 0) continue;
    const before = tokens[i - 1];
    if (before === undefined || i - 1 === floor) break;
    if (before.tokenType === T.Dot || type === T.Dot) continue;
    // `f(x)`, `a[1]`: what is in brackets belongs to what stands right in front of it.
    if ((type === T.LParen || type === T.LSquare) && before.end === token.startOffset && endsOperand(before))
      continue;
    if (!loose) break;
    const goesOn = T.isOperator(token) ? before.tokenType !== T.Comma : T.isOperator(before);
    if (!goesOn) break;
  }
  return Math.max(i, floor + 1);
};

export const extentOf = (tokens: readonly Token[], from: number): Before => ({
  start: tokens[from]?.startOffset ?? 0,
  end: tokens.at(-1)?.end ?? 0,
});

/** The name that a token is, or a string that is one. */
export const nameIn = ({ tokenType, image, text }: Token): string => (tokenType === T.Text ? text : image);

export const namesOfArguments = (tokens: readonly Token[]): readonly string[] =>
  tokens.flatMap((token, i) =>
    tokens[i + 1]?.tokenType === T.Equals && (T.isName(token) || token.tokenType === T.Text)
      ? [nameIn(token)]
      : [],
  );
/** An expression does not reach back over the token that leads it in. */
export const lowest = (tokens: readonly Token[], floor: number): number => {
  for (let i = tokens.length - 1; i > floor; i--) {
    const type = tokens[i]!.tokenType;
    if ([T.Equals, T.Comma, T.In, T.Then, T.Else, T.Spread].includes(type) && isOpen(tokens, i)) return i;
  }
  return floor;
};

/** Whether no bracket between the token and the end is closed over it. */
export const isOpen = (tokens: readonly Token[], index: number): boolean => {
  let depth = 0;
  for (let i = tokens.length - 1; i > index; i--) {
    const type = tokens[i]!.tokenType;
    if (type === T.RParen || type === T.RSquare || type === T.RCurly || type === T.TextEnd) depth++;
    else if (type === T.LParen || type === T.LSquare || type === T.LCurly || type === T.TextStart) depth--;
  }
  return depth === 0;
};
