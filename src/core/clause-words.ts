/** The words of clauses, as the lexer and readers of tokens need them. */
import {
  type ClauseChoice,
  type ClauseKeyword,
  type ClauseOption,
  choiceOf,
  clauseKeywords,
  clauseOptions,
  specs,
} from "./clauses.ts";

/** `on-failure` is three tokens. */
type Lexemes<Word extends string> = Word extends `${infer First}-${infer Rest}`
  ? First | Lexemes<Rest>
  : Word;
/** What stands in front of a provided port's number, and of the protocol of a required one. */
const portWords = ["on", "tcp", "udp", "each"] as const;
/** Every word that means something inside of clauses, and is a name elsewhere. */
export type ClauseWord = ClauseKeyword | ClauseOption | Lexemes<ClauseChoice> | (typeof portWords)[number];

/** Words right behind which an expression stands. */
export const wordsBeforeValue: ReadonlySet<string> = new Set([
  ...specs.filter(({ follows }) => follows === "value").map(({ word }) => word),
  ...specs.flatMap((spec) =>
    Object.entries(choiceOf(spec) ?? {}).flatMap(([word, argument]) => (argument === "value" ? [word] : [])),
  ),
  ...clauseOptions,
]);

/** All words of clauses as the lexer knows them. */
export const clauseWords = [
  ...new Set([
    ...clauseKeywords,
    ...clauseOptions,
    ...portWords,
    ...specs.flatMap((spec) => Object.keys(choiceOf(spec) ?? {}).flatMap((word) => word.split("-"))),
  ]),
] as readonly ClauseWord[];
