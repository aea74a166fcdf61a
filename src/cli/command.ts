/** What a command is, as data: help, manual, completion and parsing all follow from it. */
import type { Either } from "fp-ts/lib/Either.js";
import type { Terminal } from "./terminal.ts";

/** What the shell can offer in a place; a part is an automaton, an instance, or a port; a goal begins with a verb. */
export type Completion =
  | "program"
  | "directory"
  | "system"
  | "automaton"
  | "part"
  | "input"
  | "goal"
  | readonly string[];

export interface Option {
  /** The long name, without the dashes. */
  readonly name: string;
  readonly short?: string;
  /** The name of its value in help; a flag has none. */
  readonly value?: string;
  readonly many?: boolean;
  readonly summary: string;
  readonly complete?: Completion;
}

export interface Argument {
  /** As help writes it: `FILE`. */
  readonly name: string;
  readonly required: boolean;
  readonly many?: boolean;
  readonly summary: string;
  readonly complete?: Completion;
}

export interface Example {
  readonly command: string;
  readonly what: string;
}

export interface Command {
  readonly name: string;
  readonly summary: string;
  /** Paragraphs after the summary. */
  readonly description?: readonly string[];
  readonly arguments: readonly Argument[];
  /** What stands behind `--`. */
  readonly rest?: Argument;
  readonly options: readonly Option[];
  readonly examples: readonly Example[];
  readonly load: () => Promise<Implementation>;
}

/**
 * The words of a call by the name of their place, sorted out but not yet understood:
 * `file`, `json`, `detailed-exitcode`. A flag is true or absent, `many` a list.
 */
export type Words = Readonly<Record<string, string | true | readonly string[]>>;

export interface Call {
  readonly command: Command;
  readonly words: Words;
}

/** The words of a call make no sense. */
export interface Misuse {
  readonly message: string;
  readonly hint: string | null;
  readonly command: Command | null;
}

/** Done, what was asked failed, a plan found changes, an edit has several choices, bad usage. */
export const exit = { done: 0, failed: 1, changes: 2, choices: 3, usage: 64 } as const;
export type ExitCode = number;

/** What is wrong with one of the words. */
export interface Misunderstood {
  readonly word: string;
  readonly message: string;
}

/** Decodes the words and does what they ask; left is what could not be understood. */
export type Implementation = (words: Words, terminal: Terminal) => Promise<Either<Misunderstood, ExitCode>>;
