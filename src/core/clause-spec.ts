/** What is known of a clause beside its grammar rule and its meaning: a row of the table in `clauses.ts`. */

/** What stands behind a word: an expression, nothing more, or another of the words. */
export type Argument = "value" | "nothing" | "word";

/** What is known of a clause. */
export interface ClauseSpec {
  /** The word that it begins with. */
  readonly word: string;
  /** How it is written, for people. */
  readonly form: string;
  /** What it means, in a sentence or two. */
  readonly doc: string;
  /** Whether an automaton may have several. */
  readonly repeats: boolean;
  /** Whether `with` adds to what there is, by name; else it replaces the clause as a whole. */
  readonly merges: boolean;
  /** Whether its values may be equations over `self`. */
  readonly self: boolean;
  /** Where it stands only inside of `with`: what is written instead elsewhere. */
  readonly insteadOutsideWith: string | null;
  /** The fields of an automaton's value that it gives. */
  readonly fields: readonly string[];
  /** What follows its word: a port, an expression, a block in braces, words in brackets, a name of its own, the name of a signal, nothing, or one of these words. */
  readonly follows:
    | "port"
    | "value"
    | "block"
    | "list"
    | "name"
    | "signal"
    | "nothing"
    | Readonly<Record<string, Argument>>;
  /** What the choice of one of several words decides, as the beginning of a sentence that they end. */
  readonly decides: string | null;
  /** Words that may go on with it, and what stands behind each, for people. All take an expression. */
  readonly options: Readonly<Record<string, string>>;
}
