/**
 * What could be written at a place, by the tokens in front of it alone: while one types,
 * the text hardly ever parses.
 */

import { Lexer } from "../../../grammar/lexer.ts";
import type { Token } from "../../../grammar/tokens.ts";
import * as T from "../../../grammar/tokens.ts";
import { capabilityNames } from "../../core/capabilities.ts";
import { type ClauseSpec, clauseKeywords, clauseOfWord } from "../../core/clauses.ts";
import { lineStart } from "../../core/lines.ts";
import { endingSignals } from "../../core/signals.ts";
import { beginsClause, endsOperand, inSession, lastClause, type Open, openIn } from "./brackets.ts";
import { type Before, extentOf, lowest, nameIn, namesOfArguments, startOf } from "./operand.ts";

export type Context =
  | { readonly _tag: "Nothing" }
  | { readonly _tag: "Declaration" }
  | { readonly _tag: "Words"; readonly words: readonly string[] }
  /** A new clause, or more of the last one. */
  | { readonly _tag: "Clause"; readonly used: ReadonlySet<string>; readonly first: boolean }
  /** `each`: that word may stand in front of it. */
  | { readonly _tag: "Session"; readonly each: boolean }
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

export interface CompletionPoint {
  readonly context: Context;
  /** What is typed of the word already: from here to the place. */
  readonly from: number;
}

const beforeName: ReadonlySet<unknown> = new Set([T.Import, T.Type, T.Protocol, T.System]);

const inClauses = (tokens: readonly Token[], from: number, tokensAll: number): Context | null => {
  const last = lastClause(tokens, from);
  const used = new Set<string>();
  for (let i = from + 1; i < tokensAll; i++)
    if (clauseKeywords.has(tokens[i]!.image) && beginsClause(tokens, i, from)) used.add(tokens[i]!.image);
  if (last === null) return { _tag: "Clause", used, first: true };
  const behind = tokens.slice(last.index + 1);
  const end = tokens.at(-1)!;
  const words = (...all: readonly string[]): Context => ({ _tag: "Words", words: all });
  const clause: Context = { _tag: "Clause", used, first: false };
  const { follows, options }: ClauseSpec = clauseOfWord(last.word)!;
  if (follows === "port") {
    const colon = behind.findIndex(({ tokenType }) => tokenType === T.Colon);
    if (colon < 0) return behind.length < 2 ? { _tag: "Nothing" } : words(":");
    const on = behind.findIndex(({ image }, i) => i > colon && image === "on");
    if (on < 0) {
      if (behind.length === colon + 1) return { _tag: "Session", each: last.word === "requires" };
      if (behind.length === colon + 2 && end.image === "each") return { _tag: "Session", each: false };
      if (!endsOperand(end)) return null;
      return last.word === "provides" ? words("on") : clause;
    }
    if (behind.length === on + 1) return words("tcp", "udp");
    return behind.length > on + 2 && endsOperand(end) && !Object.hasOwn(options, end.image) ? clause : null;
  }
  if (follows === "nothing") return clause;
  if (follows === "list") return behind.length === 0 ? words("[") : clause;
  if (follows === "block") return behind.length === 0 ? words("{") : clause;
  if (follows === "value") return behind.length > 0 && endsOperand(end) ? clause : null;
  if (follows === "name") {
    if (behind.length < 2) return behind.length === 0 ? { _tag: "Nothing" } : words("at");
    return endsOperand(end) && !Object.hasOwn(options, end.image) ? clause : null;
  }
  if (follows === "signal" && behind.length < 2)
    return behind.length === 0 ? words(...endingSignals) : clause;
  const choice = follows === "signal" ? {} : follows;
  if (behind.length === 0) return words(...Object.keys(choice));
  if (follows !== "signal" && Object.values(choice).every((argument) => argument === "nothing"))
    return clause;
  if (choice[end.image] === "word" && behind.length === 1)
    return words(...Object.keys(choice).filter((each) => choice[each] === "value"));
  // An expression stands behind some words of the choice, and behind each option.
  const isBeforeValue = choice[end.image] === "value" || Object.hasOwn(options, end.image);
  const isChosen = behind.length > 1 || choice[end.image] === "nothing";
  return endsOperand(end) && isChosen && !isBeforeValue ? clause : null;
};

const knowsSelf = (tokens: readonly Token[], stack: readonly Open[]): boolean => {
  const clauses = stack.findLast(({ kind }) => kind === "clauses");
  if (clauses === undefined) return false;
  const inner = stack[stack.indexOf(clauses) + 1]?.index ?? tokens.length;
  const last = lastClause(tokens.slice(0, inner), clauses.index);
  return last !== null && clauseOfWord(last.word)!.self;
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
  if (top?.kind === "list" && tokens[floor - 1]?.tokenType === T.Word.grants && end.tokenType !== T.Name)
    return { _tag: "Words", words: capabilityNames };
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
      return { _tag: "Argument", callee: of, name: nameIn(tokens.at(-2)!), given };
  }
  if (top?.kind === "record" && (end.tokenType === T.LCurly || end.tokenType === T.Comma))
    return { _tag: "Nothing" };
  if (end.tokenType === T.External && tokens.length === 1) return { _tag: "Nothing" };
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
  if (type === T.Dot) return follows(tokens) ? { _tag: "Session", each: false } : null;
  if (type === T.Colon && top?.kind === "clauses") return null;
  if ([T.Colon, T.Equals, T.Semicolon, T.Dual, T.LParen, T.Then, T.Else].includes(type))
    return { _tag: "Session", each: false };
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
export const placeIn = (text: string, offset: number): CompletionPoint => {
  const before = text.slice(0, offset);
  const lexer = new Lexer(before);
  const tokens: Token[] = [];
  for (let token = lexer.next(); token !== null; token = lexer.next()) tokens.push(token);
  const nothing: CompletionPoint = { context: { _tag: "Nothing" }, from: offset };
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
  const line = before.slice(lineStart(before, from), from);
  return { context: contextOf(done, line.trim() === ""), from };
};

const texts: ReadonlySet<unknown> = new Set([T.Text, T.TextMiddle, T.TextEnd]);

/** Whether the text ends within a string. */
const isUnclosed = ({ problems }: Lexer, text: string): boolean =>
  problems.some(({ start, end }) => text[start] === '"' && end === text.length);
