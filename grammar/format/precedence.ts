/** Where parentheses are needed so that a printed term is read as itself. */
import type { TermF } from "../../src/core/syntax.ts";
import type { Term } from "../../src/core/term.ts";
import { looseness } from "../parser/operators.ts";

type Node = TermF<Term>;

/** `fn`, `if` and `let` take in all that follows. */
const isWide = (node: Node): boolean => node._tag === "Fn" || node._tag === "If" || node._tag === "Let";

/** As an operand of a chain. Its own level too: `(a + b) + c` is not `a + b + c`. */
export const inChain = (chain: Node, operand: Node): boolean => {
  if (isWide(operand)) return true;
  if (operand._tag !== "Chain" || chain._tag !== "Chain") return false;
  return looseness(operand.ops[0]!) <= looseness(chain.ops[0]!);
};

/** Behind a unary operator. `--` would begin a comment. */
export const inUnary = (op: "-" | "!", operand: Node): boolean =>
  isWide(operand) ||
  operand._tag === "Chain" ||
  (operand._tag === "Unary" && operand.op === "-" && op === "-");

/** Before `.`, `(`, `[` or `with`. */
export const inSuffix = (base: Node): boolean =>
  isWide(base) || base._tag === "Chain" || base._tag === "Unary";

/** Whether a session goes on to the right as far as it can. */
const opensRight = (session: Node): boolean => {
  let at: Node = session;
  for (;;) {
    switch (at._tag) {
      case "Mu":
      case "If":
        return true;
      case "Then":
        at = at.children[1].node;
        break;
      case "Dual":
        at = at.children[0].node;
        break;
      case "Send":
      case "Receive": {
        const then = at.children[1];
        if (then === undefined) return false;
        at = then.node;
        break;
      }
      default:
        return false;
    }
    // There it stands in parentheses.
    if (at._tag === "Then") return false;
  }
};

/** Whether the first word of a session is this name. */
export const beginsWith = (name: string, session: Node): boolean => {
  let at: Node = session;
  while (at._tag === "Then" || at._tag === "Call" || at._tag === "Index" || at._tag === "Field")
    at = at.children[0].node;
  return at._tag === "Name" && at.name === name;
};

/** On the left or the right of `;`. */
export const leftOfThen = opensRight;
export const rightOfThen = (node: Node): boolean => node._tag === "Then";

/** Behind `dual`. */
export const inDual = (node: Node): boolean => node._tag === "Then";

/**
 * Behind the `.` of a send or receive. Behind a path a name goes on with it, unless it is
 * called or indexed.
 */
export const inContinuation = (payload: Node, then: Node): boolean => {
  if (then._tag === "Then") return true;
  if (payload._tag !== "Path") return false;
  let at: Node = then;
  let called = false;
  while (at._tag === "Call" || at._tag === "Index" || at._tag === "Field") {
    called = at._tag !== "Field";
    at = at.children[0].node;
  }
  return at._tag === "Name" && !called;
};
