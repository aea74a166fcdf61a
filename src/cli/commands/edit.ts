import { resolve } from "node:path";
import { type Either, isLeft, left, right } from "fp-ts/lib/Either.js";
import * as t from "io-ts";
import { SystemState } from "../../../runtime/process/state.ts";
import { jsonText } from "../../core/json-text.ts";
import { type Choice, type Edits, editsFor } from "../../edits/edits.ts";
import { describeGoal, type Refusal } from "../../edits/goal.ts";
import { hashOf } from "../../edits/hash.ts";
import { readGoal } from "../../edits/read-goal.ts";
import { readInputs, restoreInputs } from "../../live/ledger/inputs.ts";
import { type ExitCode, exit } from "../command.ts";
import { applied, type Running, turned } from "../edit/apply.ts";
import { count, flag, implement, optional, text, texts } from "../option-schema.ts";
import { type OpenedSystem, openSystem, systemWords } from "../program.ts";
import { choiceJson, renderChoice, renderChoices } from "../render/edit.ts";
import { theme } from "../render/theme.ts";
import { type ReportedError, reportError } from "../report-error.ts";
import { readSource } from "../source.ts";
import { orchestratorOf } from "../systems.ts";
import type { Terminal } from "../terminal.ts";

const schema = t.type({
  file: text,
  goal: texts,
  choose: optional(count),
  "dry-run": flag,
  json: flag,
  ...systemWords,
});
type Asked = t.TypeOf<typeof schema>;

/** The orchestrator that runs the system from this file; null where there is none. */
const runningOf = async (system: string, file: string): Promise<Running | null> => {
  const keeper = await orchestratorOf(system);
  if (keeper === null) return null;
  const status = await keeper.ask("status", {});
  if (!isLeft(status) && status.right.file === resolve(file)) return keeper;
  keeper.client.close();
  return null;
};

const refused = (refusal: Refusal, terminal: Terminal): ExitCode => {
  const { message, hints } = refusal;
  return reportError(terminal, { message, ...(hints.length === 0 ? {} : { hint: hints.join("; or ") }) });
};

const none = (goal: string, { json }: Asked, { out }: Terminal): ExitCode => {
  out.write(json ? `${jsonText({ applied: null, choices: [] })}\n` : `it is so already: ${goal}\n`);
  return exit.done;
};

/**
 * Which choice is meant, by its number from 1: one that is asked for, or one that is clear. `before`:
 * the title of what was asked for, where the text has changed since; its number may be another now.
 */
const chosenOf = (
  { choices, clear }: Edits & { readonly _tag: "Found" },
  { choose }: Asked,
  before: string | null,
): Either<ReportedError, number | null> => {
  if (choose !== null && before !== null) {
    const index = choices.findIndex(({ title }) => title === before);
    return right(index < 0 ? null : index + 1);
  }
  if (choose === null) return right(clear ? 1 : null);
  if (choose >= 1 && choose <= choices.length) return right(choose);
  const range = choices.length === 1 ? "there is one choice" : `the choices are 1 to ${choices.length}`;
  return left({ message: `there is no choice ${choose}`, hint: range });
};

const told = (
  choices: readonly Choice[],
  chosen: number | null,
  system: string,
  { json, "dry-run": dry }: Asked,
  { out }: Terminal,
): void => {
  const applied = dry ? null : chosen;
  if (json) out.write(`${jsonText({ applied, choices: choices.map(choiceJson) })}\n`);
  else if (chosen === null) out.write(renderChoices(choices, system, out.columns(), theme(out.colour)));
  else out.write(renderChoice(choices[chosen - 1]!, system, out.columns(), theme(out.colour)));
};

/** How often it was tried, and what was chosen then. */
interface Attempt {
  readonly asked: Asked;
  readonly round: number;
  readonly before: string | null;
}

/** A file that somebody else changed meanwhile is read again, so often. */
const rounds = 3;

const edit = async (
  asked: Asked,
  terminal: Terminal,
  round = 1,
  before: string | null = null,
): Promise<ExitCode> => {
  const source = readSource(asked.file, asked.limit);
  if (isLeft(source)) return reportError(terminal, source.left);
  const wanted = asked.goal.join(" ").trim();
  if (wanted === "undo" || wanted === "redo") return turned(asked.file, wanted, asked, terminal);
  const opened = await openSystem(source.right, asked, terminal);
  if (opened === null) return exit.failed;
  const running = asked.file === "-" ? null : await runningOf(opened.system, asked.file);
  try {
    // Inputs are as they are where the system runs; those of the command line count over them.
    if (running !== null) restoreInputs(opened.program, readInputs(new SystemState(opened.system)));
    return await withProgram(opened, running, wanted, { asked, round, before }, terminal);
  } finally {
    running?.client.close();
  }
};

const withProgram = async (
  { program, system }: OpenedSystem,
  running: Running | null,
  wanted: string,
  { asked, round, before }: Attempt,
  terminal: Terminal,
): Promise<ExitCode> => {
  const goal = readGoal(program, wanted);
  if (isLeft(goal)) return refused(goal.left, terminal);
  const edits = editsFor(program, goal.right, running !== null);
  if (edits._tag === "Reached") return none(describeGoal(goal.right), asked, terminal);
  if (edits._tag === "Refused") return refused(edits.refusal, terminal);
  const chosen = chosenOf(edits, asked, before);
  if (isLeft(chosen)) return reportError(terminal, chosen.left);
  const number = chosen.right;
  if (number === null || asked["dry-run"]) {
    told(edits.choices, number, system, asked, terminal);
    if (number === null && !asked.json)
      terminal.err.write(`${theme(terminal.err.colour).help("hint:")} --choose N applies one of them\n`);
    return number === null ? exit.choices : exit.done;
  }
  const choice = edits.choices[number - 1]!;
  if (asked.file === "-")
    return reportError(terminal, {
      message: "standard input cannot be edited",
      hint: "--dry-run shows what would be",
    });
  const changed = choice.texts.find(({ file, hash }) => {
    const now = readSource(file, asked.limit);
    return isLeft(now) || hashOf(now.right.text) !== hash;
  });
  // It was made for another text: what is wanted is tried again on the text as it is now.
  if (changed !== undefined && round < rounds) return edit(asked, terminal, round + 1, choice.title);
  if (changed !== undefined)
    return reportError(terminal, {
      message: `${changed.file} changes all the time`,
      hint: "try again when it is saved",
    });
  const wrong = await applied(asked.file, describeGoal(goal.right), choice, running, terminal);
  if (wrong !== null) return reportError(terminal, wrong);
  told(edits.choices, number, system, asked, terminal);
  return exit.done;
};

export const editProgram = implement(schema, (asked, terminal) => edit(asked, terminal));
