/**
 * What is asked of the table of clauses: by tag, by word, by option, by field. The lexer, the explanations of
 * syntax errors, equality, `explain`, completion, hover, colours and the reference take from here what they need.
 */
import type { Argument, ClauseSpec } from "./clause-spec.ts";
import { type ClauseTag, clauses } from "./clause-table.ts";
import type { Term } from "./term.ts";

export type { Argument, ClauseSpec } from "./clause-spec.ts";
export { type ClauseTag, clauses } from "./clause-table.ts";

type Specs = typeof clauses;
type KeyOf<T> = T extends unknown ? keyof T & string : never;
/** A word that a clause may have behind its own, where it is one of several. */
export type ClauseChoice = KeyOf<Exclude<Specs[ClauseTag]["follows"], string>>;

/** A word that begins a clause. */
export type ClauseKeyword = Specs[ClauseTag]["word"];
/** A word that goes on with a clause. */
export type ClauseOption = KeyOf<Specs[ClauseTag]["options"]>;
/** A field of an automaton's value that a clause gives. */
export type ClauseField = Specs[ClauseTag]["fields"][number];
/** The tags of all clauses, in the order of the table. */
export const clauseTags = Object.keys(clauses) as readonly ClauseTag[];

/** The tag of a clause; of one behind which a `for` stands, of what is repeated. */
export const tagOfClause = ({ node }: Term): ClauseTag =>
  (node._tag === "Repeated" ? node.children[0].node : node)._tag as ClauseTag;

/** The row of a tag. */
export const clauseOf = (tag: ClauseTag): ClauseSpec => clauses[tag];

/** The row of a tag of any layer; null where it is no clause's. */
export const clauseOfTag = (tag: string): ClauseSpec | null =>
  Object.hasOwn(clauses, tag) ? clauseOf(tag as ClauseTag) : null;

/** The rows in their order. */
export const specs: readonly ClauseSpec[] = clauseTags.map(clauseOf);
const byWord: ReadonlyMap<string, ClauseSpec> = new Map(specs.map((spec) => [spec.word, spec]));
const byOption: ReadonlyMap<string, ClauseSpec> = new Map(
  specs.flatMap((spec) => Object.keys(spec.options).map((word) => [word, spec] as const)),
);

/** The row of the clause that begins with a word. */
export const clauseOfWord = (word: string): ClauseSpec | null => byWord.get(word) ?? null;

/** The row of the clause that a word goes on with: of `settle` that of `instances`. */
export const clauseOfOption = (word: string): ClauseSpec | null => byOption.get(word) ?? null;

/** The words one of which follows a clause's own, with what stands behind each; null where other things follow. */
export const choiceOf = ({ follows }: ClauseSpec): Readonly<Record<string, Argument>> | null =>
  typeof follows === "string" ? null : follows;

/** The words that begin clauses. */
export const clauseKeywords: ReadonlySet<string> = new Set(byWord.keys());

/** The words that begin clauses of every automaton, not only inside of `with`. */
export const ownKeywords: readonly string[] = specs
  .filter(({ insteadOutsideWith }) => insteadOutsideWith === null)
  .map(({ word }) => word);

/** The words that go on with clauses. */
export const clauseOptions: ReadonlySet<string> = new Set(byOption.keys());

/** The clauses that give a field, by its name. */
export const tagOfField: ReadonlyMap<string, ClauseTag> = new Map(
  clauseTags.flatMap((tag) => clauses[tag].fields.map((field) => [field, tag] as const)),
);

/** The fields that clauses give, in the order of the table. */
export const clauseFields = [...tagOfField.keys()] as readonly ClauseField[];

/** The word that gives a field: of `settle` the option, of others the clause's. */
export const wordOfField = (field: ClauseField): string =>
  clauseOptions.has(field) ? field : clauses[tagOfField.get(field)!].word;
