/** What a completion script asks for, see `scripts.ts`. */
import type { Command } from "../command.ts";
import { type Candidate, candidates, type Lookup } from "./candidates.ts";
import { unquoted, wordsOfBash } from "./words.ts";

const letters = { file: "f", directory: "d", open: "o" } as const;

/** A line for a candidate, of which the shell has `before` characters already. */
const lineOf = ({ text, summary, kind }: Candidate, before: number, isBash: boolean): string => {
  // Readline sets the slash of a directory itself.
  const shown = isBash && kind === "directory" ? text.slice(0, -1) : text;
  return `${kind === undefined ? "w" : letters[kind]}${shown.slice(before)}\t${summary}\n`;
};

/** A line for each candidate: a letter that says what it is, the text, a tab, and its summary. */
export const complete = async (
  commands: readonly Command[],
  [shell = "", ...args]: readonly string[],
  lookup: Lookup,
): Promise<string> => {
  const isBash = shell === "bash";
  const { words, before } = isBash
    ? wordsOfBash(args[0] ?? "", args[1] ?? "")
    : { words: args.map(unquoted), before: 0 };
  const found = await candidates(commands, words, lookup);
  // A line is a candidate: a name that has a line end cannot be offered.
  return found
    .filter(({ text }) => !/[\n\t]/.test(text))
    .map((candidate) => lineOf(candidate, before, isBash))
    .join("");
};
