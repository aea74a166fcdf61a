/** What a text means to the REPL: a command, declarations, an expression, or not yet anything. */
import { Lexer } from "../../grammar/lexer.ts";
import { theParser } from "../../grammar/parser.ts";
import { pieces } from "../../grammar/pieces.ts";
import type { Token } from "../../grammar/tokens.ts";
import * as T from "../../grammar/tokens.ts";

export type Reading =
  | { readonly _tag: "Nothing" }
  | { readonly _tag: "Command"; readonly name: string; readonly rest: string }
  | { readonly _tag: "Declarations" }
  | { readonly _tag: "Expression" };

const tokensOf = (text: string): { readonly tokens: Token[]; readonly lexer: Lexer } => {
  const lexer = new Lexer(text);
  const tokens: Token[] = [];
  for (let token = lexer.next(); token !== null; token = lexer.next()) tokens.push(token);
  return { tokens, lexer };
};

type How = "whole" | "unfinished" | "wrong";

/** Whether tokens parse, or do up to their end and fail there for want of more, or before. */
const parses = (tokens: readonly Token[], rule: "declaration" | "expression"): How => {
  const parser = theParser();
  const { errors, unclosed } = parser.parse([...tokens], parser[rule]);
  if (unclosed !== null) return "unfinished";
  const [first] = errors;
  return first === undefined ? "whole" : first.at >= tokens.length ? "unfinished" : "wrong";
};

/** `let x = 1 in x` is an expression, also where it ends behind `in`; `let x = 1` is a declaration. */
const isLetIn = (tokens: readonly Token[]): boolean => {
  const asExpression = parses(tokens, "expression");
  return (
    asExpression === "whole" || (asExpression === "unfinished" && parses(tokens, "declaration") === "wrong")
  );
};

const command = /^\s*:\s*(\S*)\s*([\s\S]*)$/;

export const reading = (text: string): Reading => {
  const called = command.exec(text);
  if (called !== null) return { _tag: "Command", name: called[1]!, rest: called[2]!.trimEnd() };
  const { tokens } = tokensOf(text);
  const [first, second] = tokens;
  if (first === undefined) return { _tag: "Nothing" };
  switch (first.tokenType) {
    case T.Import:
    case T.Type:
    case T.Protocol:
    case T.System:
      return { _tag: "Declarations" };
    case T.Automaton:
    case T.External:
      return { _tag: second !== undefined && T.isName(second) ? "Declarations" : "Expression" };
    case T.Let:
      return { _tag: isLetIn(tokens) ? "Expression" : "Declarations" };
    default:
      return { _tag: "Expression" };
  }
};

/** Whether more text could make it whole, and it is not whole yet. */
export const unfinished = (text: string): boolean => {
  if (command.test(text)) return false;
  const { lexer } = tokensOf(text);
  if (lexer.endless.length > 0) return true;
  if (lexer.problems.length > 0) return false;
  const kind = reading(text)._tag;
  if (kind === "Nothing") return false;
  if (kind === "Expression") return parses(tokensOf(text).tokens, "expression") === "unfinished";
  let last: Token[] = [];
  for (const piece of pieces(text, 0)) if (piece.tokens.length > 0) last = piece.tokens;
  return parses(last, "declaration") === "unfinished";
};
