/** From the words of the command line to the command, and what is said when there is none. */
import { nearest } from "../core/nearest.ts";
import { parse, wordOf } from "./arguments.ts";
import { type Command, type ExitCode, exit, type Misuse } from "./command.ts";
import { commands } from "./commands.ts";
import { commandHelp, overview, usage } from "./help.ts";
import { theme } from "./render/theme.ts";
import { processTerminal, type Terminal } from "./terminal.ts";

const refuse = ({ message, hint, command }: Misuse, terminal: Terminal): ExitCode => {
  const paint = theme(terminal.err.colour);
  terminal.err.write(`${paint.error("error:")} ${message}\n`);
  if (hint !== null) terminal.err.write(`${paint.help("hint:")} ${hint}\n`);
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
const complete = async (words: readonly string[], { out }: Terminal): Promise<ExitCode> => {
  const { candidates } = await import("./complete/candidates.ts");
  const { lookup } = await import("./complete/lookup.ts");
  for (const { text, summary } of await candidates(commands, words, lookup))
    out.write(`${text}\t${summary}\n`);
  return exit.done;
};

export const dispatch = async (args: readonly string[]): Promise<ExitCode> => {
  const terminal = processTerminal();
  const [first, second] = args;
  if (first === undefined) {
    terminal.err.write(overview(commands, terminal.err));
    return exit.usage;
  }
  if (first === "--help" || first === "-h" || (first === "help" && second === undefined)) {
    terminal.out.write(overview(commands, terminal.out));
    return exit.done;
  }
  if (first === "__complete") return complete(args.slice(1), terminal);
  const found = find(first === "help" ? second! : first);
  if ("message" in found) return refuse(found, terminal);
  return perform(found, first === "help" ? ["--help"] : args.slice(1), terminal);
};
