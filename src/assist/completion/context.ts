/**
 * What could be written at a place, by the tokens in front of it alone: while one types,
 * the text hardly ever parses.
 */
import { Lexer } from "../../../grammar/lexer.ts";
import type { Token } from "../../../grammar/tokens.ts";
import * as T from "../../../grammar/tokens.ts";
import { clauseDocs } from "../clauses.ts";

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

interface Open {
  readonly kind: Bracket;
  /** Index of the bracket among the tokens. */
  readonly index: number;
  /** Whether sessions or payloads are written around it. */
  readonly session: boolean;
}

/** An expression in front of the place, by its offsets. */
export interface Before {
  readonly start: number;
  readonly end: number;
}

export type Context =
  | { readonly _tag: "Nothing" }
  | { readonly _tag: "Declaration" }
  | { readonly _tag: "Words"; readonly words: readonly string[] }
  /** A new clause, or more of the last one. */
  | { readonly _tag: "Clause"; readonly used: ReadonlySet<string>; readonly first: boolean }
  | { readonly _tag: "Session"; readonly whole: boolean }
  | { readonly _tag: "Payload" }
  | { readonly _tag: "Field"; readonly owner: Before; readonly selfKnown: boolean }
  | { readonly _tag: "Arrow"; readonly left: Before; readonly op: "=>" | "->" }
  /** An argument of a call; `name` is the one whose value is to be written. */
  | {
      readonly _tag: "Argument";
      readonly callee: Before;
      readonly name: string | null;
      readonly given: readonly string[];
    }
  | { readonly _tag: "Imported"; readonly path: string; readonly given: readonly string[] }
  | { readonly _tag: "Path"; readonly typed: string }
  | { readonly _tag: "Expression"; readonly selfKnown: boolean };

export interface Place {
  readonly context: Context;
  /** What is typed of the word already: from here to the place. */
  readonly from: number;
}

const beforeName: ReadonlySet<unknown> = new Set([T.Import, T.Type, T.Protocol, T.System]);
const clauseWords: ReadonlySet<string> = new Set(Object.values(clauseDocs).map(({ word }) => word));
const equations: ReadonlySet<string> = new Set(["instances", "settle", "env", "runs", "health"]);

const bracketOf = (
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
  if (second?.tokenType === T.Automaton || before?.tokenType === T.TextEnd) {
    if (before?.tokenType !== T.TextEnd || opensAutomaton(tokens, index)) return "clauses";
  }
  if (before?.image === "env" && stack.at(-1)?.kind === "clauses") return "record";
  if (inSession)
    return before?.tokenType === T.Ampersand || before?.tokenType === T.Plus ? "choice" : "payload";
  return "record";
};

/** `automaton "a${…}b" {` */
const opensAutomaton = (tokens: readonly Token[], index: number): boolean => {
  let depth = 0;
  for (let i = index - 1; i >= 0; i--) {
    const type = tokens[i]!.tokenType;
    if (type === T.TextEnd) depth++;
    else if (type === T.TextStart && --depth === 0) return tokens[i - 1]?.tokenType === T.Automaton;
  }
  return false;
};

/** In the clauses that are open: the word of the last one, and where it stands. */
const lastClause = (
  tokens: readonly Token[],
  from: number,
): { readonly word: string; readonly index: number } | null => {
  let depth = 0;
  for (let i = tokens.length - 1; i > from; i--) {
    const { tokenType: type, image } = tokens[i]!;
    if (type === T.RParen || type === T.RSquare || type === T.RCurly || type === T.TextEnd) depth++;
    else if (type === T.LParen || type === T.LSquare || type === T.LCurly || type === T.TextStart) depth--;
    else if (depth === 0 && clauseWords.has(image) && beginsClause(tokens, i, from))
      return { word: image, index: i };
  }
  return null;
};

/** A clause word that is no name: nothing in front of it wants an operand. */
const beginsClause = (tokens: readonly Token[], index: number, from: number): boolean => {
  const before = tokens[index - 1]!;
  if (index - 1 === from) return true;
  if (
    T.isOperator(before) ||
    [T.Dot, T.Comma, T.Equals, T.Colon, T.Bang, T.Question].includes(before.tokenType)
  )
    return false;
  return ![
    "provides",
    "requires",
    "instances",
    "settle",
    "name",
    "every",
    "timeout",
    "exec",
    "http",
  ].includes(before.image);
};

/** Whether an operand may end with the token. */
const endsOperand = (token: Token): boolean =>
  (T.isName(token) && !clauseWords.has(token.image)) ||
  [T.NumberLiteral, T.Text, T.TextEnd, T.True, T.False, T.RParen, T.RSquare, T.RCurly, T.End].includes(
    token.tokenType,
  );

/** The brackets that are open behind the tokens. */
const openIn = (tokens: readonly Token[]): readonly Open[] => {
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
const inSession = (tokens: readonly Token[], stack: readonly Open[]): boolean => {
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

/** Where the operand, or with `loose` the whole expression, begins that ends with the tokens. */
const startOf = (tokens: readonly Token[], loose: boolean, floor: number): number => {
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

const extentOf = (tokens: readonly Token[], from: number): Before => ({
  start: tokens[from]?.startOffset ?? 0,
  end: tokens.at(-1)?.end ?? 0,
});

const namesOfArguments = (tokens: readonly Token[]): readonly string[] =>
  tokens.flatMap((token, i) =>
    tokens[i + 1]?.tokenType === T.Equals && T.isName(token) ? [token.image] : [],
  );

const inClauses = (tokens: readonly Token[], from: number, tokensAll: number): Context | null => {
  const last = lastClause(tokens, from);
  const used = new Set<string>();
  for (let i = from + 1; i < tokensAll; i++)
    if (clauseWords.has(tokens[i]!.image) && beginsClause(tokens, i, from)) used.add(tokens[i]!.image);
  if (last === null) return { _tag: "Clause", used, first: true };
  const behind = tokens.slice(last.index + 1);
  const end = tokens.at(-1)!;
  const words = (...all: readonly string[]): Context => ({ _tag: "Words", words: all });
  const clause: Context = { _tag: "Clause", used, first: false };
  switch (last.word) {
    case "provides":
    case "requires": {
      const colon = behind.findIndex(({ tokenType }) => tokenType === T.Colon);
      if (colon < 0) return behind.length < 2 ? { _tag: "Nothing" } : words(":");
      const on = behind.findIndex(({ image }, i) => i > colon && image === "on");
      if (on < 0) {
        if (behind.length === colon + 1) return { _tag: "Session", whole: true };
        if (!endsOperand(end)) return null;
        return last.word === "provides" ? words("on") : clause;
      }
      if (behind.length === on + 1) return words("tcp", "udp");
      return behind.length > on + 2 && endsOperand(end) ? clause : null;
    }
    case "runs":
      return behind.length === 0 ? words("exec") : endsOperand(end) && behind.length > 1 ? clause : null;
    case "health":
      if (behind.length === 0) return words("tcp", "http", "exec");
      if (end.image === "http" || end.image === "exec" || !(endsOperand(end) || end.image === "tcp"))
        return null;
      return {
        _tag: "Clause",
        used: new Set([...used].filter((word) => word !== "health").concat("health")),
        first: false,
      };
    case "restart":
      return behind.length === 0 ? words("always", "on-failure", "never") : clause;
    case "env":
      return behind.length === 0 ? words("{") : clause;
    default:
      return behind.length > 0 && endsOperand(end) ? clause : null;
  }
};

const knowsSelf = (tokens: readonly Token[], stack: readonly Open[]): boolean => {
  const clauses = stack.findLast(({ kind }) => kind === "clauses");
  if (clauses === undefined) return false;
  const inner = stack[stack.indexOf(clauses) + 1]?.index ?? tokens.length;
  const last = lastClause(tokens.slice(0, inner), clauses.index);
  return last !== null && equations.has(last.word);
};

const contextOf = (tokens: readonly Token[], firstOnLine: boolean): Context => {
  const end = tokens.at(-1);
  if (end === undefined) return { _tag: "Declaration" };
  const stack = openIn(tokens);
  const top = stack.at(-1);
  const floor = top?.index ?? -1;
  const selfKnown = knowsSelf(tokens, stack);
  const expression: Context = { _tag: "Expression", selfKnown };
  if (top?.kind === "imported") {
    const given = tokens
      .slice(floor + 1)
      .filter((token) => T.isName(token))
      .map(({ image }) => image);
    return { _tag: "Imported", path: tokens[1]?.text ?? "", given };
  }
  if (top?.kind === "parameters" && end.tokenType !== T.Equals) return { _tag: "Nothing" };
  const session = inSession(tokens, stack);
  if (session) {
    const inner = ofSession(tokens, top);
    if (inner !== null) return inner;
  }
  if (end.tokenType === T.Dot) {
    const inner = tokens.slice(0, -1);
    return { _tag: "Field", owner: extentOf(inner, startOf(inner, false, floor)), selfKnown };
  }
  if (top?.kind === "clauses") {
    const found = inClauses(tokens, floor, tokens.length);
    if (found !== null) return found;
  }
  if (end.tokenType === T.FatArrow || end.tokenType === T.ThinArrow) {
    const inner = tokens.slice(0, -1);
    return {
      _tag: "Arrow",
      left: extentOf(inner, startOf(inner, true, lowest(tokens, floor))),
      op: end.tokenType === T.FatArrow ? "=>" : "->",
    };
  }
  if (top?.kind === "call") {
    const callee = tokens.slice(0, floor);
    const of = extentOf(callee, startOf(callee, false, stack.at(-2)?.index ?? -1));
    const given = namesOfArguments(tokens.slice(floor + 1));
    if (end.tokenType === T.LParen || end.tokenType === T.Comma)
      return { _tag: "Argument", callee: of, name: null, given };
    if (end.tokenType === T.Equals)
      return { _tag: "Argument", callee: of, name: tokens.at(-2)!.image, given };
  }
  if (top?.kind === "record" && (end.tokenType === T.LCurly || end.tokenType === T.Comma))
    return { _tag: "Nothing" };
  if (end.tokenType === T.Fn || beforeName.has(end.tokenType) || end.image === "for")
    return { _tag: "Nothing" };
  if (end.tokenType === T.Let || end.tokenType === T.Automaton || end.tokenType === T.As)
    return { _tag: "Nothing" };
  if (endsOperand(end)) {
    if (stack.length === 0 && firstOnLine) return { _tag: "Declaration" };
    return { _tag: "Words", words: following(tokens, stack) };
  }
  return expression;
};

/** An expression does not reach back over the token that leads it in. */
const lowest = (tokens: readonly Token[], floor: number): number => {
  for (let i = tokens.length - 1; i > floor; i--) {
    const type = tokens[i]!.tokenType;
    if ([T.Equals, T.Comma, T.In, T.Then, T.Else, T.Spread].includes(type) && isOpen(tokens, i)) return i;
  }
  return floor;
};

/** Whether no bracket between the token and the end is closed over it. */
const isOpen = (tokens: readonly Token[], index: number): boolean => {
  let depth = 0;
  for (let i = tokens.length - 1; i > index; i--) {
    const type = tokens[i]!.tokenType;
    if (type === T.RParen || type === T.RSquare || type === T.RCurly || type === T.TextEnd) depth++;
    else if (type === T.LParen || type === T.LSquare || type === T.LCurly || type === T.TextStart) depth--;
  }
  return depth === 0;
};

/** Words that may follow an operand. */
const following = (tokens: readonly Token[], stack: readonly Open[]): readonly string[] => {
  const count = (type: Token["tokenType"]): number =>
    tokens.filter(({ tokenType }) => tokenType === type).length;
  const words = ["with"];
  if (count(T.If) > count(T.Then)) words.unshift("then");
  else if (count(T.Then) > count(T.Else)) words.unshift("else");
  const lets = tokens.filter(({ tokenType }, i) => tokenType === T.Let && i > 0).length;
  if (lets > count(T.In)) words.unshift("in");
  if (stack.at(-1)?.kind === "list") words.push("for", "if");
  if (tokens[0]?.tokenType === T.Import) return ["as", "{"];
  return words;
};

const ofSession = (tokens: readonly Token[], top: Open | undefined): Context | null => {
  const end = tokens.at(-1)!;
  const type = end.tokenType;
  if (type === T.Bang || type === T.Question || top?.kind === "payload") {
    if (type === T.Comma || (type === T.LCurly && top?.kind === "payload")) return { _tag: "Nothing" };
    return type === T.Dot || endsOperand(end) ? null : { _tag: "Payload" };
  }
  if (tokens[0]?.tokenType === T.Type) return type === T.Equals ? { _tag: "Payload" } : null;
  if (top?.kind === "choice" && (type === T.LCurly || type === T.Comma)) return { _tag: "Nothing" };
  if (type === T.Mu) return { _tag: "Nothing" };
  if (type === T.Dot) return follows(tokens) ? { _tag: "Session", whole: false } : null;
  if ([T.Colon, T.Equals, T.Semicolon, T.Dual, T.LParen, T.Then, T.Else].includes(type))
    return { _tag: "Session", whole: type === T.Equals };
  return null;
};

/** Whether a dot goes on with a session: behind a payload or `mu t`, not behind a name. */
const follows = (tokens: readonly Token[]): boolean => {
  const [payload, sign] = [tokens.at(-2), tokens.at(-3)];
  if (payload === undefined) return false;
  if ([T.RSquare, T.RCurly].includes(payload.tokenType)) return true;
  return [T.Bang, T.Question, T.Mu, T.Dot].includes(sign?.tokenType ?? T.Comma);
};

/** What could be written at an offset of a text: of a declaration, or of an entry in the REPL. */
export const placeIn = (text: string, offset: number): Place => {
  const before = text.slice(0, offset);
  const lexer = new Lexer(before);
  const tokens: Token[] = [];
  for (let token = lexer.next(); token !== null; token = lexer.next()) tokens.push(token);
  const nothing: Place = { context: { _tag: "Nothing" }, from: offset };
  const comment = lexer.comments.at(-1);
  if (comment !== undefined && comment.end === before.length && before.startsWith("--", comment.start))
    return nothing;
  if (lexer.endless.length > 0) return nothing;
  const tokensOfText = tokens.filter(({ image }) => image !== "");
  const last = tokensOfText.at(-1);
  if (last !== undefined && texts.has(last.tokenType) && isUnclosed(lexer, before)) {
    if (tokensOfText.length !== 2 || tokens[0]!.tokenType !== T.Import) return nothing;
    return {
      context: { _tag: "Path", typed: before.slice(last.startOffset + 1) },
      from: last.startOffset + 1,
    };
  }
  if (last?.tokenType === T.NumberLiteral && last.end === offset) return nothing;
  const typing = last !== undefined && last.end === offset && /\w$/.test(before);
  const done = typing ? tokensOfText.slice(0, -1) : tokensOfText;
  const from = typing ? last.startOffset : offset;
  const line = before.slice(before.lastIndexOf("\n", from - 1) + 1, from);
  return { context: contextOf(done, line.trim() === ""), from };
};

const texts: ReadonlySet<unknown> = new Set([T.Text, T.TextMiddle, T.TextEnd]);

/** Whether the text ends within a string. */
const isUnclosed = ({ problems }: Lexer, text: string): boolean =>
  problems.some(({ start, end }) => text[start] === '"' && end === text.length);

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
