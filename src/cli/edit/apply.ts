/** Edits that are written: to files at once, to inputs where the system runs, and into the history. */
import { realpathSync } from "node:fs";
import { relative } from "node:path";
import { type Either, isLeft, isRight, left, right } from "fp-ts/lib/Either.js";
import { jsonText } from "../../core/json-text.ts";
import type { Choice } from "../../edits/edits.ts";
import { type EditHistory, recorded, redo, undo } from "../../edits/history.ts";
import type { TextChange } from "../../edits/splice.ts";
import { type ExitCode, exit } from "../command.ts";
import { renderTexts } from "../render/edit.ts";
import { theme } from "../render/theme.ts";
import { type ReportedError, reportError } from "../report-error.ts";
import { rewrite } from "../rewrite.ts";
import { readSource } from "../source.ts";
import type { Supervised } from "../systems.ts";
import type { Terminal } from "../terminal.ts";
import { editHistoryPath, readHistory, writeHistory } from "./history-file.ts";

/** The orchestrator that runs the system. */
export type Running = Supervised;

/** Writes all files or none; what is wrong, or null. */
const rewriteAll = (texts: readonly TextChange[]): string | null => {
  for (const [index, { file, after }] of texts.entries()) {
    const wrong = rewrite(file, after);
    if (wrong === null) continue;
    for (const { file: written, before } of texts.slice(0, index)) rewrite(written, before);
    return wrong;
  }
  return null;
};

/** A file as it is reached from here, where that is shorter. */
export const fromHere = (text: TextChange): TextChange => {
  const name = relative("", text.file);
  return name.length < text.file.length ? { ...text, file: name } : text;
};

const keep = (program: string, history: EditHistory, { err, json }: Terminal): void => {
  const wrong = writeHistory(editHistoryPath(program), history);
  if (wrong === null || json) return;
  err.write(
    `${theme(err.colour).warning("warning:")} this cannot be undone: its history is not kept: ${wrong}\n`,
  );
};

/** Does what a choice says; what is wrong, or null. */
export const applied = async (
  program: string,
  goal: string,
  { texts, inputs }: Choice,
  running: Pick<Running, "ask"> | null,
  terminal: Terminal,
): Promise<ReportedError | null> => {
  const [input] = inputs;
  if (input !== undefined && running === null)
    return { message: `nobody runs the system, so ${input.name} cannot be set` };
  const real = texts.map((one) => ({ ...one, file: realpathSync(one.file) }));
  const wrong = rewriteAll(real);
  if (wrong !== null) return { message: wrong };
  // After the files, which can be written back.
  for (const { name, text } of inputs) {
    const answer = await running!.ask("set", { name, text });
    if (isRight(answer)) continue;
    rewriteAll(real.map(({ file, before, after }) => ({ file, before: after, after: before })));
    return answer.left;
  }
  if (texts.length === 0) return null;
  const place = realpathSync(program);
  keep(place, recorded(readHistory(editHistoryPath(place)), goal, real), terminal);
  return null;
};

/** An edit that is taken back, or made again. */
interface Turned {
  readonly goal: string;
  readonly texts: readonly TextChange[];
}

/** Undoes the last edit of a program, or makes it again; dry, it only finds out what that changes. */
export const turn = (
  program: string,
  way: "undo" | "redo",
  isDry: boolean,
  terminal: Terminal,
): Either<ReportedError, Turned> => {
  if (program === "-") return left({ message: `standard input has no edits to ${way}` });
  const place = realpathSync(program);
  const textOf = (file: string): string | null => {
    const read = readSource(file);
    return isLeft(read) ? null : read.right.text;
  };
  const made = (way === "undo" ? undo : redo)(readHistory(editHistoryPath(place)), textOf);
  if (isLeft(made)) {
    if (made.left._tag === "Nothing") return left({ message: `there is nothing to ${way} in ${program}` });
    const { file, goal } = made.left;
    return left({
      message: `${relative("", file)} is not as \`${goal}\` left it, so that cannot be ${way === "undo" ? "undone" : "made again"}`,
      hint: "its text was changed since, by hand or by another edit",
    });
  }
  const { goal, texts, history } = made.right;
  if (!isDry) {
    const wrong = rewriteAll(texts);
    if (wrong !== null) return left({ message: wrong });
    keep(place, history, terminal);
  }
  return right({ goal, texts });
};

/** Undoes the last edit of a program, or makes it again, and tells of it. */
export const turned = (
  program: string,
  way: "undo" | "redo",
  { json, "dry-run": dry }: { readonly json: boolean; readonly "dry-run": boolean },
  terminal: Terminal,
): ExitCode => {
  const made = turn(program, way, dry, terminal);
  if (isLeft(made)) return reportError(terminal, made.left);
  const { goal, texts } = made.right;
  const { out } = terminal;
  const said = `${way === "undo" ? "undone" : "made again"}: ${goal}\n`;
  if (json) out.write(`${jsonText({ [way]: goal, files: texts.map(({ file }) => file) })}\n`);
  else out.write(`${said}${renderTexts(texts.map(fromHere), theme(out.colour))}`);
  return exit.done;
};
