/** The brackets that are open in front of a place, and what kind of thing each holds. */
import type { Token } from "../../../grammar/tokens.ts";
import * as T from "../../../grammar/tokens.ts";
import { wordsBeforeValue } from "../../core/clause-words.ts";
import { clauseKeywords, clauseOfWord } from "../../core/clauses.ts";

type Bracket =
  | "call"
  | "parameters"
  | "group"
  | "list"
  | "record"
  | "clauses"
  | "choice"
  | "payload"
  | "imported"
  | "text";

export interface Open {
  readonly kind: Bracket;
  /** Index of the bracket among the tokens. */
  readonly index: number;
  /** Whether sessions or payloads are written around it. */
  readonly session: boolean;
}

export const bracketOf = (
  tokens: readonly Token[],
  index: number,
  stack: readonly Open[],
  inSession: boolean,
): Bracket => {
  const type = tokens[index]!.tokenType;
  const [before, second] = [tokens[index - 1], tokens[index - 2]];
  if (type === T.LSquare) return inSession ? "payload" : "list";
  if (type === T.LParen) {
    if (before?.tokenType === T.Fn) return "parameters";
    if (second?.tokenType === T.Let && before !== undefined && T.isName(before)) return "parameters";
    const called =
      before !== undefined &&
      (T.isName(before) || before.tokenType === T.RParen || before.tokenType === T.RSquare);
    return called && before.end === tokens[index]!.startOffset ? "call" : "group";
  }
  if (tokens[0]?.tokenType === T.Import) return "imported";
  if (before?.tokenType === T.With) return "clauses";
  if (second?.tokenType === T.Automaton || isExternal(tokens, index) || before?.tokenType === T.TextEnd) {
    if (before?.tokenType !== T.TextEnd || opensAutomaton(tokens, index)) return "clauses";
  }
  if (before?.image === "env" && stack.at(-1)?.kind === "clauses") return "record";
  if (inSession)
    return before?.tokenType === T.Ampersand || before?.tokenType === T.Plus ? "choice" : "payload";
  return "record";
};

/** `external a {`, at the beginning of a declaration */
const isExternal = (tokens: readonly Token[], index: number): boolean =>
  index === 2 && tokens[0]!.tokenType === T.External;

/** `automaton "a${…}b" {` */
export const opensAutomaton = (tokens: readonly Token[], index: number): boolean => {
  let depth = 0;
  for (let i = index - 1; i >= 0; i--) {
    const type = tokens[i]!.tokenType;
    if (type === T.TextEnd) depth++;
    else if (type === T.TextStart && --depth === 0) return tokens[i - 1]?.tokenType === T.Automaton;
  }
  return false;
};

/** In the clauses that are open: the word of the last one, and where it stands. */
export const lastClause = (
  tokens: readonly Token[],
  from: number,
): { readonly word: string; readonly index: number } | null => {
  let depth = 0;
  for (let i = tokens.length - 1; i > from; i--) {
    const { tokenType: type, image } = tokens[i]!;
    if (type === T.RParen || type === T.RSquare || type === T.RCurly || type === T.TextEnd) depth++;
    else if (type === T.LParen || type === T.LSquare || type === T.LCurly || type === T.TextStart) depth--;
    else if (depth === 0 && clauseKeywords.has(image) && beginsClause(tokens, i, from))
      return { word: image, index: i };
  }
  return null;
};

/** A clause word that is no name: nothing in front of it wants an operand. */
export const beginsClause = (tokens: readonly Token[], index: number, from: number): boolean => {
  const before = tokens[index - 1]!;
  if (index - 1 === from) return true;
  if (
    T.isOperator(before) ||
    [T.Dot, T.Comma, T.Equals, T.Colon, T.Bang, T.Question].includes(before.tokenType)
  )
    return false;
  return !wordsBeforeValue.has(before.image) && clauseOfWord(before.image)?.follows !== "port";
};

/** Whether an operand may end with the token. */
export const endsOperand = (token: Token): boolean =>
  (T.isName(token) && !clauseKeywords.has(token.image)) ||
  [T.NumberLiteral, T.Text, T.TextEnd, T.True, T.False, T.RParen, T.RSquare, T.RCurly, T.End].includes(
    token.tokenType,
  );

/** The brackets that are open behind the tokens. */
export const openIn = (tokens: readonly Token[]): readonly Open[] => {
  const stack: Open[] = [];
  tokens.forEach((token, index) => {
    const type = token.tokenType;
    if (type === T.LParen || type === T.LSquare || type === T.LCurly) {
      const session = inSession(tokens.slice(0, index), stack);
      stack.push({ kind: bracketOf(tokens, index, stack, session), index, session });
    } else if (type === T.TextStart) stack.push({ kind: "text", index, session: false });
    else if (type === T.RParen || type === T.RSquare || type === T.RCurly || type === T.TextEnd) stack.pop();
  });
  return stack;
};

/** Whether what follows the tokens is a session or a payload. */
export const inSession = (tokens: readonly Token[], stack: readonly Open[]): boolean => {
  const top = stack.at(-1);
  if (top === undefined) {
    const first = tokens[0]?.tokenType;
    return (
      (first === T.Protocol || first === T.Type) && tokens.some(({ tokenType }) => tokenType === T.Equals)
    );
  }
  if (top.kind === "choice" || top.kind === "payload") return true;
  if (top.kind === "group" && top.session) return true;
  if (top.kind !== "clauses") return false;
  const last = lastClause(tokens, top.index);
  if (last === null || (last.word !== "provides" && last.word !== "requires")) return false;
  const behind = tokens.slice(last.index + 1);
  return behind.some(({ tokenType }) => tokenType === T.Colon) && !behind.some(({ image }) => image === "on");
};
