/** From the words of the command line to the command, and what is said when there is none. */
import { nearest } from "../core/nearest.ts";
import { parse, wordOf } from "./arguments.ts";
import { type Command, type ExitCode, exit, type Misuse } from "./command.ts";
import { commands } from "./commands.ts";
import { commandHelp, overview, usage } from "./help.ts";
import { reportError } from "./report-error.ts";
import { processTerminal, type Terminal } from "./terminal.ts";
import { unexpected } from "./unexpected.ts";

const refuse = ({ message, hint, command }: Misuse, terminal: Terminal): ExitCode => {
  reportError(terminal, { message, ...(hint === null ? {} : { hint }) });
  if (terminal.json) return exit.usage;
  const more = command === null ? "architect --help" : `architect ${command.name} --help`;
  if (command !== null) terminal.err.write(`usage: ${usage(command)}\n`);
  terminal.err.write(`\`${more}\` tells more\n`);
  return exit.usage;
};

/** What other tools call it. */
const elsewhere: Readonly<Record<string, string>> = {
  destroy: "down",
  format: "fmt",
  list: "status",
  ls: "status",
  new: "init",
  ps: "status",
  start: "run",
  stop: "down",
  up: "run",
  validate: "check",
};

const find = (name: string): Command | Misuse => {
  const command = commands.find((each) => each.name === name);
  if (command !== undefined) return command;
  const names = commands.map((each) => each.name);
  const meant = elsewhere[name] ?? nearest(name, names);
  return {
    message: name.startsWith("-") ? `unknown option ${name}` : `there is no command ${JSON.stringify(name)}`,
    hint: meant === null ? null : `did you mean ${meant}?`,
    command: null,
  };
};

const perform = async (command: Command, args: readonly string[], terminal: Terminal): Promise<ExitCode> => {
  const call = parse(command, args);
  if (call._tag === "Left") return refuse(call.left, terminal);
  if (call.right === "help") {
    terminal.out.write(commandHelp(command, terminal.out));
    return exit.done;
  }
  const implementation = await command.load();
  const done = await implementation(call.right.words, terminal);
  if (done._tag === "Right") return done.right;
  const { word, message } = done.left;
  const argument = command.arguments.find((each) => wordOf(each) === word);
  return refuse({ message: `${argument?.name ?? `--${word}`} ${message}`, hint: null, command }, terminal);
};

/** Asked by the shells, see `complete/scripts.ts`. */
const answerShell = async (words: readonly string[], { out }: Terminal): Promise<ExitCode> => {
  const { complete } = await import("./complete/complete.ts");
  const { lookup } = await import("./complete/lookup.ts");
  out.write(await complete(commands, words, lookup));
  return exit.done;
};

/** Whether a program reads standard output: told by the words alone, so that it holds also where they make no sense. */
export const asksJson = (args: readonly string[]): boolean => {
  const end = args.indexOf("--");
  const own = end < 0 ? args : args.slice(0, end);
  const format = own.some(
    (word, i) =>
      /^(--format=|-f)json$/.test(word) || (word === "json" && /^(--format|-f)$/.test(own[i - 1] ?? "")),
  );
  return own.includes("--json") || (own[0] === "graph" && format);
};

const answer = async (args: readonly string[], terminal: Terminal): Promise<ExitCode> => {
  const [first, second] = args;
  if (first === undefined) {
    terminal.err.write(overview(commands, terminal.err));
    return exit.usage;
  }
  if (first === "--help" || first === "-h" || (first === "help" && second === undefined)) {
    terminal.out.write(overview(commands, terminal.out));
    return exit.done;
  }
  if (first === "__complete") return answerShell(args.slice(1), terminal);
  const found = find(first === "help" ? second! : first);
  if ("message" in found) return refuse(found, terminal);
  return perform(found, first === "help" ? ["--help"] : args.slice(1), terminal);
};

/** Does what a command line asks for. The exit code, once everything that was said has been read. */
export const dispatch = async (args: readonly string[]): Promise<ExitCode> => {
  const own = processTerminal();
  const terminal: Terminal = { ...own, json: asksJson(args) };
  // An error of ours that nobody waits for ends the command as one that is waited for does.
  const failed = new Promise<ExitCode>((resolve) => {
    process.once("uncaughtException", (error) => resolve(unexpected(error, terminal)));
  });
  const answered = answer(args, terminal).catch((error: unknown) => unexpected(error, terminal));
  return own.end(await Promise.race([answered, failed]));
};
