/** What may stand behind a command, where it is no expression. */
import { lookup } from "../../cli/complete/lookup.ts";
import { compareNames } from "../../core/natural.ts";
import { goalVerbs } from "../../edits/goal-forms.ts";
import { describe } from "../../language/describe.ts";
import type { Program } from "../../program/program.ts";
import type { Candidate } from "../line/state.ts";

/** For the word that has been begun. */
export type Completer = (program: Program, word: string) => readonly Candidate[];

export const inputs: Completer = ({ workspace: { cells } }) =>
  [...cells.inputs()].sort(compareNames).map((name) => {
    const example = cells.exampleOf(name);
    return { text: `${name}=`, detail: example === undefined ? "an input" : describe(example) };
  });

export const automata: Completer = ({ augmentation }) =>
  [...augmentation.tree].map(({ key }) => ({ text: key, detail: "an automaton" })).sort(byText);

export const files: Completer = (_, word) =>
  lookup.files(word, "program").map(({ text }) => ({ text, detail: text.endsWith("/") ? "" : "a program" }));

export const formats: Completer = () => [{ text: "mermaid", detail: "for a page that draws Mermaid" }];

/** The verbs of goals, and what the system has for them to speak of. */
export const goals: Completer = (program, word) => [
  ...goalVerbs.map((text) => ({ text, detail: "a goal" })),
  ...automata(program, word),
];

const byText = (a: Candidate, b: Candidate): number => compareNames(a.text, b.text);
