/**
 * What belongs together in a run of tokens: brackets, the pieces of a string, `let` and
 * its `in`, `if` and `then`, `then` and `else`. The parser asks for it only where a
 * program nests deeper than the call stack of every Node bears.
 */

import type { Token } from "../tokens.ts";
import * as T from "../tokens.ts";

/**
 * For each token that opens something, the index of the token that closes it; else -1.
 * `declares`: a `let` that comes first is a declaration and has no `in`.
 */
export const closings = (tokens: readonly Token[], declares: boolean): Int32Array => {
  const match = new Int32Array(tokens.length).fill(-1);
  const open: number[] = [];
  const top = (): Token | undefined => (open.length > 0 ? tokens[open[open.length - 1]!] : undefined);
  for (let i = 0; i < tokens.length; i++) {
    const type = tokens[i]!.tokenType;
    switch (type) {
      case T.LParen:
      case T.LSquare:
      case T.LCurly:
      case T.TextStart:
      case T.If:
        open.push(i);
        break;
      case T.Let:
        if (i > 0 || !declares) open.push(i);
        break;
      case T.In:
        if (top()?.tokenType === T.Let) match[open.pop()!] = i;
        break;
      case T.Then:
        if (top()?.tokenType === T.If) {
          match[open.pop()!] = i;
          open.push(i);
        }
        break;
      case T.Else:
        if (top()?.tokenType === T.Then) match[open.pop()!] = i;
        break;
      case T.RParen:
      case T.RSquare:
      case T.RCurly:
      case T.TextMiddle:
      case T.TextEnd:
        // A comprehension's `if` has no `then`: its bracket closes it too.
        while (open.length > 0 && top()!.tokenType === T.If) open.pop();
        if (open.length > 0 && closes(type, top()!.tokenType)) match[open.pop()!] = i;
        if (type === T.TextMiddle) open.push(i);
        break;
      default:
    }
  }
  return match;
};

const closes = (closer: Token["tokenType"], opener: Token["tokenType"]): boolean => {
  switch (closer) {
    case T.RParen:
      return opener === T.LParen;
    case T.RSquare:
      return opener === T.LSquare;
    case T.RCurly:
      return opener === T.LCurly;
    default:
      return opener === T.TextStart || opener === T.TextMiddle;
  }
};
