/** Clauses as goals write them: `restart never`, `runs ["a"]`, `env.MODE fast`. */
import {
  type ClauseSpec,
  choiceOf,
  clauseFields,
  clauseOf,
  clauseOfOption,
  clauseOfWord,
  clauseTags,
  wordOfField,
} from "../core/clauses.ts";
import type { AutomatonValue } from "../language/value.ts";
import type { Goal } from "./goal.ts";

type SetGoal = Goal & { readonly _tag: "Set" };

/** The words of the clauses that can be set as a whole, in the order of their table. */
export const settable: readonly string[] = [
  ...clauseTags
    .map(clauseOf)
    .flatMap(({ word, merges, options }) =>
      merges
        ? []
        : [word, ...Object.keys(options).filter((option) => clauseFields.some((field) => field === option))],
    ),
];

/** The fields of an automaton that a clause, or what goes on with it, gives. */
export const fieldsOfWord = (word: string): readonly (keyof AutomatonValue)[] =>
  clauseFields.filter((field) => wordOfField(field) === word) as readonly (keyof AutomatonValue)[];

/** The first of the words that may follow a clause's own, where a value can stand behind it: `exec` of `runs`. */
const wordBefore = (spec: ClauseSpec): string | null =>
  Object.entries(choiceOf(spec) ?? {}).find(([, argument]) => argument === "value")?.[0] ?? null;

const beginsWith = (spec: ClauseSpec, text: string): boolean =>
  Object.keys(choiceOf(spec) ?? {}).some((word) => text === word || text.startsWith(`${word} `));

/** As a clause of its own. */
export const clauseText = ({ word, name, text }: SetGoal): string => {
  if (word === "env") return `env { ${name} = ${text} }`;
  const spec = clauseOfWord(word);
  // What goes on with a clause takes one to go on with.
  if (spec === null) return `${clauseOfOption(word)?.word ?? ""} 1 ${word} ${text}`.trim();
  const before = choiceOf(spec) === null || beginsWith(spec, text) ? null : wordBefore(spec);
  return before === null ? `${word} ${text}` : `${word} ${before} ${text}`;
};

/** The expression in it, without the words of the clause. */
export const valueText = ({ word, text }: SetGoal): string => {
  const spec = clauseOfWord(word);
  const before = spec === null ? null : wordBefore(spec);
  return before !== null && text.startsWith(`${before} `) ? text.slice(before.length).trim() : text;
};
