/** What could stand where the cursor is, from the table of commands. */
import { goalVerbs } from "../../edits/goal-forms.ts";
import { helpOption } from "../arguments.ts";
import type { Argument, Command, Completion, Option } from "../command.ts";

export interface Candidate {
  readonly text: string;
  readonly summary: string;
  /** Of paths, and of words that go on; a directory ends with a slash. */
  readonly kind?: "file" | "directory" | "open";
}

/** Where names are looked for: in a program, or in what runs. */
export interface Where {
  readonly file: string | null;
  readonly system: string | null;
}

/** What only the machine knows. */
export interface Lookup {
  /** `word` is what is written so far. */
  readonly files: (word: string, wanted: "program" | "directory") => readonly Candidate[];
  readonly systems: (where: Where) => Promise<readonly Candidate[]>;
  readonly automata: (where: Where, ports: boolean) => Promise<readonly Candidate[]>;
  readonly inputs: (where: Where) => Promise<readonly Candidate[]>;
}

interface Written {
  /** How many arguments are complete. */
  positionals: number;
  /** The option that waits for its value. */
  waiting: Option | null;
  file: string | null;
  system: string | null;
  ended: boolean;
}

const optionsOf = (command: Command): readonly Option[] => [...command.options, helpOption];

const placeAt = (command: Command, index: number): Argument | undefined =>
  command.arguments[index] ?? command.arguments.findLast(({ many }) => many === true);

const read = (command: Command, words: readonly string[]): Written => {
  const written: Written = { positionals: 0, waiting: null, file: null, system: null, ended: false };
  for (const word of words) {
    if (written.waiting !== null) {
      if (written.waiting.name === "system") written.system = word;
      if (written.waiting.complete === "program") written.file = word;
      written.waiting = null;
    } else if (word === "--") {
      written.ended = true;
    } else if (word.startsWith("-") && word !== "-") {
      const option = optionsOf(command).find(
        ({ name, short }) => word === `--${name}` || word === `-${short}`,
      );
      if (option?.value !== undefined) written.waiting = option;
    } else {
      const { complete } = placeAt(command, written.positionals) ?? {};
      if (complete === "program") written.file ??= word;
      if (complete === "system") written.system ??= word;
      written.positionals++;
    }
  }
  return written;
};

const within = async (
  complete: Completion | undefined,
  word: string,
  where: Where & Pick<Written, "positionals">,
  lookup: Lookup,
): Promise<readonly Candidate[]> => {
  if (complete === undefined) return [];
  if (typeof complete !== "string") return complete.map((text) => ({ text, summary: "" }));
  switch (complete) {
    case "program":
    case "directory":
      return lookup.files(word, complete);
    case "system":
      return lookup.systems(where);
    case "automaton":
    case "part":
      return lookup.automata(where, complete === "part");
    case "input":
      return lookup.inputs(where);
    case "goal":
      // Behind the file there is what is to be done, and then with what.
      if (where.positionals <= 1) return goalVerbs.map((text) => ({ text, summary: "" }));
      return lookup.automata(where, true);
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
  const written = read(command, words.slice(1, -1));
  const { positionals, waiting, ended } = written;
  if (waiting !== null) {
    return fitting(await within(waiting.complete, word, written, lookup));
  }
  if (ended && command.rest !== undefined) return [];
  const inline = /^(--([a-z-]+)=)(.*)$/.exec(word);
  if (inline !== null) {
    const option = optionsOf(command).find(({ name }) => name === inline[2]);
    const values = await within(option?.complete, inline[3]!, written, lookup);
    return fitting(values.map((value) => ({ ...value, text: `${inline[1]}${value.text}` })));
  }
  if (word.startsWith("-") && !ended)
    return fitting(optionsOf(command).map(({ name, summary }) => ({ text: `--${name}`, summary })));
  const place = placeAt(command, positionals);
  if (place === undefined)
    return command.rest === undefined ? [] : fitting([{ text: "--", summary: command.rest.summary }]);
  const known = await within(place.complete, word, written, lookup);
  return fitting(known);
};
