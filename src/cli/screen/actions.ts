/** What the screen changes: the text of a program, by `architect edit` or by a person's editor. */
import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { basename } from "node:path";
import { stripVTControlCharacters } from "node:util";
import { isLeft } from "fp-ts/lib/Either.js";
import type { Status } from "../../live/control/status.ts";
import { exit } from "../command.ts";
import { editProgram } from "../commands/edit.ts";
import { orchestratorOf } from "../systems.ts";
import type { Stream, Terminal } from "../terminal.ts";
import type { Of } from "./views.ts";

/** What came of it: a line to say, or lines that ask for a choice. */
export type ActionResult =
  | { readonly _tag: "Said"; readonly text: string }
  | { readonly _tag: "Choices"; readonly lines: readonly string[] };

const said = (text: string): ActionResult => ({ _tag: "Said", text });

/** A stream that keeps what it is given. */
const kept = (of: Stream, columns: number): Stream & { readonly text: () => string } => {
  let all = "";
  return {
    ...of,
    live: false,
    columns: () => columns,
    write: (text) => {
      all += text;
    },
    text: () => all,
  };
};

const firstLine = (text: string): string => stripVTControlCharacters(text).trim().split("\n")[0] ?? "";

/** Has the orchestrator take what the files say now; what there is to say of that. */
const reloaded = async (system: string): Promise<string> => {
  const keeper = await orchestratorOf(system);
  if (keeper === null) return `nobody supervises ${system}: \`architect apply\` brings it about`;
  const answer = await keeper.ask("reload", {});
  keeper.client.close();
  if (isLeft(answer)) return `not applied: ${answer.left.message}`;
  const { failures } = answer.right;
  return failures[0] === undefined ? "applied" : `applied, but ${failures[0].message}`;
};

/** Changes the program so that an automaton has so many instances. */
export const scale = async (
  { system, automaton }: Of,
  status: Status | undefined,
  instances: string,
  choice: number | null,
  { out }: Terminal,
): Promise<ActionResult> => {
  const file = status?.file;
  if (file == null) return said(`nobody supervises ${system}, so its text is not known`);
  const columns = out.columns() ?? 80;
  const [result, wrong] = [kept(out, columns), kept(out, columns)];
  const words = {
    file,
    goal: ["scale", automaton, instances],
    system,
    ...(choice === null ? {} : { choose: String(choice) }),
  };
  const done = await editProgram(words, { out: result, err: wrong, json: false });
  if (isLeft(done)) return said(done.left.message);
  switch (done.right) {
    case exit.done:
      return result.text().startsWith("it is so already")
        ? said(firstLine(result.text()))
        : said(`${automaton} is scaled to ${instances}: ${await reloaded(system)}`);
    case exit.choices:
      return { _tag: "Choices", lines: result.text().trimEnd().split("\n") };
    default:
      return said(firstLine(wrong.text()).replace(/^error: /, ""));
  }
};

/** Starts the program of an automaton anew; what there is to say of that. */
export const restart = async ({ system, automaton }: Of): Promise<string> => {
  const keeper = await orchestratorOf(system);
  if (keeper === null) return `nobody supervises ${system}, so there is nobody to restart it`;
  const answer = await keeper.ask("restart", { name: automaton });
  keeper.client.close();
  if (isLeft(answer)) return answer.left.message;
  const { failures } = answer.right;
  return failures[0] === undefined
    ? `${automaton} is being restarted`
    : `${automaton} is restarted, but ${failures[0].message}`;
};

/** Null where it cannot be read: what is wrong with it is told when it is applied. */
const bytesOf = (file: string): Buffer | null => {
  try {
    return readFileSync(file);
  } catch {
    return null;
  }
};

/**
 * Opens the program in the user's editor, which has the terminal meanwhile, and applies what was saved. Where
 * nothing was changed nothing is applied, not even what others saved before.
 */
export const editText = async (system: string, status: Status | undefined): Promise<string> => {
  const file = status?.file;
  if (file == null) return `nobody supervises ${system}, so its text is not known`;
  const editor = process.env.VISUAL || process.env.EDITOR || "vi";
  // As git and others take it: a command with arguments of its own. The file's name never meets a shell.
  const [command = "vi", ...args] = editor.split(/\s+/).filter((word) => word !== "");
  const before = bytesOf(file);
  const { error, status: code } = spawnSync(command, [...args, file], { stdio: "inherit" });
  if (error !== undefined) return `cannot run ${command}: ${(error as NodeJS.ErrnoException).code}`;
  if (code !== 0) return `${command} ended with ${code}: nothing is applied`;
  if (before !== null && bytesOf(file)?.equals(before)) return `${basename(file)} is unchanged`;
  return reloaded(system);
};
