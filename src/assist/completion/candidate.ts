/** What is offered at a place: a candidate, and those that are known without looking. */
import { Lexer } from "../../../grammar/lexer.ts";
import type { Token } from "../../../grammar/tokens.ts";
import * as T from "../../../grammar/tokens.ts";
import { kindOf } from "../../language/describe.ts";
import { show } from "../../language/show.ts";
import type { Value } from "../../language/value.ts";

export type Kind =
  | "automaton"
  | "composition"
  | "protocol"
  | "type"
  | "function"
  | "value"
  | "module"
  | "local"
  | "port"
  | "field"
  | "argument"
  | "keyword"
  | "file";

export interface Candidate {
  readonly text: string;
  readonly kind: Kind;
  /** What it is, on one line. */
  readonly detail: string;
  /** More of it, shown on demand. */
  readonly doc?: string;
  /** Lower comes first. */
  readonly rank: number;
}

export const kindOfValue = (value: Value): Kind => {
  switch (value._tag) {
    case "Automaton":
      return "automaton";
    case "Composition":
      return "composition";
    case "Protocol":
      return "protocol";
    case "Type":
      return "type";
    case "Fn":
    case "Builtin":
      return "function";
    case "Module":
      return "module";
    default:
      return "value";
  }
};

export const detailOf = (value: Value): string => {
  const kind = kindOf(value);
  switch (value._tag) {
    case "Automaton":
    case "Composition":
    case "Module":
    case "Poison":
      return value._tag === "Poison" ? "does not come to a value" : kind;
    default:
      return `${kind}: ${show(value, { width: Infinity, elements: 4, depth: 2, characters: 60 })}`;
  }
};

export const keyword = (text: string, detail = ""): Candidate => ({ text, kind: "keyword", detail, rank: 3 });

export const declarations: readonly Candidate[] = [
  keyword("let", "let NAME = EXPR"),
  keyword("automaton", "automaton NAME { CLAUSE… }"),
  keyword("external", "external NAME { provides PORT: PROTOCOL on tcp NUMBER at HOST }"),
  keyword("protocol", "protocol NAME = SESSION"),
  keyword("type", "type NAME = PAYLOAD"),
  keyword("system", "system NAME = EXPR"),
  keyword("import", 'import "./FILE.arch" as NAME'),
];

export const operands: readonly Candidate[] = [
  keyword("if", "if CONDITION then EXPR else EXPR"),
  keyword("let", "let NAME = EXPR in EXPR"),
  keyword("fn", "fn(NAME, …) EXPR"),
  keyword("automaton", 'automaton "NAME" { CLAUSE… }'),
  keyword("true"),
  keyword("false"),
];

export const sessions: readonly Candidate[] = [
  keyword("end", "nothing more"),
  keyword("mu", "mu t. SESSION"),
  keyword("dual", "dual SESSION"),
];

/** Names that parameters and the like give anywhere in the text: which of them is bound here, a text that does not parse cannot tell. */
export const localsIn = (text: string): readonly Candidate[] => {
  const tokens: Token[] = [];
  const lexer = new Lexer(text);
  for (let token = lexer.next(); token !== null; token = lexer.next()) tokens.push(token);
  const names = new Set<string>();
  let parameters = 0;
  tokens.forEach((token, i) => {
    const [before, second] = [tokens[i - 1], tokens[i - 2]];
    if (token.tokenType === T.LParen) {
      const opens = before?.tokenType === T.Fn || second?.tokenType === T.Let;
      if (parameters > 0 || opens) parameters++;
    } else if (token.tokenType === T.RParen && parameters > 0) parameters--;
    if (!T.isName(token)) return;
    const listed = parameters === 1 && (before?.tokenType === T.LParen || before?.tokenType === T.Comma);
    const bound = before?.image === "for" || (before?.tokenType === T.Let && i > 1);
    if (listed || bound) names.add(token.image);
  });
  return [...names].map((name) => ({ text: name, kind: "local", detail: "a local name", rank: 0 }));
};
