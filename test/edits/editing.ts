/** Programs that are edited by goals, for tests. */
import { isLeft } from "fp-ts/lib/Either.js";
import { type Choice, type Edits, editsFor } from "../../src/edits/edits.ts";
import { hunks } from "../../src/edits/lines.ts";
import { readGoal } from "../../src/edits/read-goal.ts";
import { Program } from "../../src/program/program.ts";

/** A program without errors, with the files that it imports. */
export const opened = (text: string, files: Readonly<Record<string, string>> = {}): Program => {
  const program = new Program({
    file: "s.arch",
    text,
    resolveImport: (path) => (files[path] === undefined ? null : { file: path, text: files[path] }),
  });
  const { diagnostics } = program.start();
  const errors = diagnostics.filter(({ severity }) => severity === "error");
  if (errors.length > 0) throw new Error(JSON.stringify(errors));
  return program;
};

/** What there is to do for a goal in words. */
export const edits = (program: Program, words: string, live = true): Edits => {
  const goal = readGoal(program, words);
  return isLeft(goal)
    ? { _tag: "Refused", refusal: goal.left, diagnostics: [] }
    : editsFor(program, goal.right, live);
};

/** The lines that a choice takes out and puts in. */
export const diffOf = ({ texts }: Choice): readonly string[] =>
  texts.flatMap(({ before, after }) =>
    hunks(before, after).flatMap(({ removed, inserted }) => [
      ...removed.map((line) => `-${line.replace(/\n$/, "")}`),
      ...inserted.map((line) => `+${line.replace(/\n$/, "")}`),
    ]),
  );

/** The choices of a goal, the best first; whether the first needs no choosing. */
export const choicesOf = (program: Program, words: string, live = true): readonly Choice[] => {
  const found = edits(program, words, live);
  return found._tag === "Found" ? found.choices : [];
};

/** The diff of the best choice, where it is clear; else how many there are, and why none. */
export const clearEdit = (program: Program, words: string, live = true): readonly string[] | string => {
  const found = edits(program, words, live);
  if (found._tag === "Reached") return "reached";
  if (found._tag === "Refused") return `refused: ${found.refusal.message}`;
  return found.clear ? diffOf(found.choices[0]!) : `${found.choices.length} choices`;
};
