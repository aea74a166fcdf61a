/** What could stand where the cursor is, from the table of commands. */
import { helpOption } from "../arguments.ts";
import type { Argument, Command, Completion, Option } from "../command.ts";

export interface Candidate {
  readonly text: string;
  readonly summary: string;
}

/** What only the machine knows: `word` is what is written so far. */
export interface Lookup {
  readonly files: (word: string, wanted: "program" | "directory") => readonly Candidate[];
  readonly systems: () => readonly Candidate[];
  readonly automata: (system: string | null) => Promise<readonly Candidate[]>;
}

interface Written {
  /** How many arguments are complete. */
  positionals: number;
  /** The option that waits for its value. */
  waiting: Option | null;
  system: string | null;
  ended: boolean;
}

const optionsOf = (command: Command): readonly Option[] => [...command.options, helpOption];

const read = (command: Command, words: readonly string[]): Written => {
  const written: Written = { positionals: 0, waiting: null, system: null, ended: false };
  for (const word of words) {
    if (written.waiting !== null) {
      // Bash makes words of their own of `=` and what follows it.
      if (word === "=") continue;
      if (written.waiting.name === "system") written.system = word;
      written.waiting = null;
    } else if (word === "--") {
      written.ended = true;
    } else if (word.startsWith("-") && word !== "-") {
      const option = optionsOf(command).find(
        ({ name, short }) => word === `--${name}` || word === `-${short}`,
      );
      if (option?.value !== undefined) written.waiting = option;
    } else {
      written.positionals++;
    }
  }
  return written;
};

const placeAt = (command: Command, index: number): Argument | undefined =>
  command.arguments[index] ?? command.arguments.findLast(({ many }) => many === true);

const within = async (
  complete: Completion | undefined,
  word: string,
  system: string | null,
  lookup: Lookup,
): Promise<readonly Candidate[]> => {
  if (complete === undefined) return [];
  if (typeof complete !== "string") return complete.map((text) => ({ text, summary: "" }));
  switch (complete) {
    case "program":
    case "directory":
      return lookup.files(word, complete);
    case "system":
      return lookup.systems();
    case "automaton":
      return lookup.automata(system);
  }
};

/** Candidates for the last of `words`, those before it being complete. */
export const candidates = async (
  commands: readonly Command[],
  words: readonly string[],
  lookup: Lookup,
): Promise<readonly Candidate[]> => {
  const word = words.at(-1) ?? "";
  const fitting = (all: readonly Candidate[]): readonly Candidate[] =>
    all.filter(({ text }) => text.startsWith(word));
  const asNames = (all: readonly Command[]): readonly Candidate[] =>
    all.map(({ name, summary }) => ({ text: name, summary }));
  if (words.length <= 1)
    return fitting([...asNames(commands), { text: "help", summary: "Explain a command" }]);
  if (words[0] === "help") return words.length === 2 ? fitting(asNames(commands)) : [];
  const command = commands.find(({ name }) => name === words[0]);
  if (command === undefined) return [];
  const { positionals, waiting, system, ended } = read(command, words.slice(1, -1));
  if (waiting !== null) {
    if (word === "=") return within(waiting.complete, "", system, lookup);
    return fitting(await within(waiting.complete, word, system, lookup));
  }
  if (ended && command.rest !== undefined) return [];
  const inline = /^(--([a-z-]+)=)(.*)$/.exec(word);
  if (inline !== null) {
    const option = optionsOf(command).find(({ name }) => name === inline[2]);
    const values = await within(option?.complete, inline[3]!, system, lookup);
    return fitting(values.map(({ text, summary }) => ({ text: `${inline[1]}${text}`, summary })));
  }
  if (word.startsWith("-") && !ended)
    return fitting(optionsOf(command).map(({ name, summary }) => ({ text: `--${name}`, summary })));
  const place = placeAt(command, positionals);
  if (place === undefined)
    return command.rest === undefined ? [] : fitting([{ text: "--", summary: command.rest.summary }]);
  const known = await within(place.complete, word, system, lookup);
  return fitting(known);
};
