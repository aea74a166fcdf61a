/** The vocabulary: one Chevrotain token type for each word, sign and literal. */
import type { IToken, TokenType } from "chevrotain";
import { type ClauseWord, clauseWords } from "../src/core/clause-words.ts";
import { ChevrotainLexer, createToken } from "./chevrotain.ts";

/** A lexeme. Made by our own scanner, read by Chevrotain's parser. */
export class Token implements IToken {
  readonly tokenType: TokenType;
  readonly tokenTypeIdx: number;
  /** As written. */
  readonly image: string;
  readonly startOffset: number;
  /** Exclusive. */
  readonly end: number;
  /** Of a piece of a string: what it means, escapes resolved. */
  readonly text: string;

  constructor(tokenType: TokenType, image: string, startOffset: number, end: number, text: string) {
    this.tokenType = tokenType;
    this.tokenTypeIdx = tokenType.tokenTypeIdx!;
    this.image = image;
    this.startOffset = startOffset;
    this.end = end;
    this.text = text;
  }
}

/** `label` is how diagnostics call it. */
const define = (name: string, label: string, categories: TokenType[] = []): TokenType =>
  createToken({ name, label, categories, pattern: ChevrotainLexer.NA });

/** Every name; clause words are names too, with types of their own. */
export const Name = define("Name", "a name");
export const Operator = define("Operator", "an operator");

const words = new Map<string, TokenType>();
const signs = new Map<string, TokenType>();

const titled = (image: string): string => image[0]!.toUpperCase() + image.slice(1);

const word = (image: string): TokenType => {
  const type = define(titled(image), `\`${image}\``);
  words.set(image, type);
  return type;
};
const clauseWord = (image: string): TokenType => {
  // One with a dash is no name.
  const type = define(`${titled(image)}Word`, `\`${image}\``, image.includes("-") ? [] : [Name]);
  words.set(image, type);
  return type;
};
const sign = (name: string, image: string, categories: TokenType[] = []): TokenType => {
  const type = define(name, `\`${image}\``, categories);
  signs.set(image, type);
  return type;
};

export const Let = word("let");
export const In = word("in");
export const If = word("if");
export const Then = word("then");
export const Else = word("else");
export const Fn = word("fn");
export const Import = word("import");
export const As = word("as");
export const Type = word("type");
export const Protocol = word("protocol");
export const Automaton = word("automaton");
export const System = word("system");
export const With = word("with");
export const Dual = word("dual");
export const Mu = word("mu");
export const End = word("end");
export const True = word("true");
export const False = word("false");

/** The words of clauses, by themselves: `Word.provides`. */
export const Word = Object.fromEntries(clauseWords.map((image) => [image, clauseWord(image)])) as Readonly<
  Record<ClauseWord, TokenType>
>;
/** The types of some words of clauses. */
export const wordTypes = (images: Iterable<string>): readonly TokenType[] =>
  Array.from(images, (image) => Word[image as ClauseWord]);

export const ForWord = clauseWord("for");
/** It begins a declaration, and is a name everywhere else. */
export const External = clauseWord("external");

export const NumberLiteral = define("NumberLiteral", "a number");
/** A string without `${`. */
export const Text = define("Text", "a string");
/** `"…${`, `}…${`, `}…"` */
export const TextStart = define("TextStart", "a string");
export const TextMiddle = define("TextMiddle", "`}`");
export const TextEnd = define("TextEnd", "`}`");
export const Sha256 = define("Sha256", "`sha256:…`");
/** Anything that no program contains. */
export const Junk = define("Junk", "something unknown");

export const LParen = sign("LParen", "(");
export const RParen = sign("RParen", ")");
export const LSquare = sign("LSquare", "[");
export const RSquare = sign("RSquare", "]");
export const LCurly = sign("LCurly", "{");
export const RCurly = sign("RCurly", "}");
export const Comma = sign("Comma", ",");
export const Colon = sign("Colon", ":");
export const Semicolon = sign("Semicolon", ";");
export const Question = sign("Question", "?");
export const Dot = sign("Dot", ".");
export const Spread = sign("Spread", "...");
export const Equals = sign("Equals", "=");
export const Bang = sign("Bang", "!");
export const Ampersand = sign("Ampersand", "&");
export const FatArrow = sign("FatArrow", "=>", [Operator]);
export const ThinArrow = sign("ThinArrow", "->", [Operator]);
export const Bar = sign("Bar", "|", [Operator]);
export const Or = sign("Or", "||", [Operator]);
export const And = sign("And", "&&", [Operator]);
export const EqualTo = sign("EqualTo", "==", [Operator]);
export const UnequalTo = sign("UnequalTo", "!=", [Operator]);
export const Less = sign("Less", "<", [Operator]);
export const LessEqual = sign("LessEqual", "<=", [Operator]);
export const Greater = sign("Greater", ">", [Operator]);
export const GreaterEqual = sign("GreaterEqual", ">=", [Operator]);
export const Plus = sign("Plus", "+", [Operator]);
export const Minus = sign("Minus", "-", [Operator]);
export const Star = sign("Star", "*", [Operator]);
export const Slash = sign("Slash", "/", [Operator]);

export const keywords: ReadonlyMap<string, TokenType> = words;
export const punctuation: ReadonlyMap<string, TokenType> = signs;

export const vocabulary: TokenType[] = [
  Name,
  Operator,
  NumberLiteral,
  Text,
  TextStart,
  TextMiddle,
  TextEnd,
  Sha256,
  Junk,
  ...words.values(),
  ...signs.values(),
];

/** Above the index of every type. */
export const typeCount = Math.max(...vocabulary.map((type) => type.tokenTypeIdx!)) + 1;

/** A set of types: a table by their indices, for what is asked of every token. */
export class Types {
  readonly #has = new Uint8Array(typeCount);

  constructor(types: readonly TokenType[]) {
    for (const type of types) this.#has[type.tokenTypeIdx!] = 1;
  }

  has(token: IToken): boolean {
    return this.#has[token.tokenTypeIdx] === 1;
  }
}

/** Words that cannot be names. */
export const reserved: ReadonlySet<string> = new Set(
  [...words]
    .filter(([image, type]) => type.CATEGORIES!.length === 0 && !image.includes("-"))
    .map(([image]) => image),
);
/** The types of a category, and its own. */
const within = (category: TokenType): Types =>
  new Types(vocabulary.filter((type) => type === category || type.CATEGORIES![0] === category));

const names = within(Name);
export const operators = within(Operator);
export const isName = (token: IToken): boolean => names.has(token);
export const isOperator = (token: IToken): boolean => operators.has(token);
