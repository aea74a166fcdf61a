/** Read, evaluate, print, and again: on a terminal with a line editor, or from a pipe. */
import { createInterface } from "node:readline";
import { type ExitCode, exit } from "../cli/command.ts";
import type { ProgramOptions } from "../cli/program.ts";
import type { Terminal } from "../cli/terminal.ts";
import { runsOf } from "./colour.ts";
import { commandFor } from "./commands.ts";
import { completing } from "./completing.ts";
import { ReplContext } from "./context.ts";
import { historyPath, kept } from "./line/history.ts";
import { type Appearance, Prompt } from "./line/prompt.ts";
import { reading, unfinished } from "./reading.ts";

/** One entry. True: it was asked to leave. */
const enter = async (context: ReplContext, text: string): Promise<boolean> => {
  context.catchUp();
  const read = reading(text);
  switch (read._tag) {
    case "Nothing":
      return false;
    case "Command":
      return (await commandFor(read.name, context)?.run(context, read.rest)) === "leave";
    case "Declarations":
      await context.declare(text);
      return false;
    case "Expression":
      context.evaluate(text);
      return false;
  }
};

const look = ({ output: { theme }, client, system }: ReplContext): Appearance => {
  const name = system ?? "";
  return {
    prompt: `${theme.name(name)}${theme.heading(client === null ? "› " : "» ")}`,
    continuation: theme.quiet(`${" ".repeat(name.length)}· `),
    paint: (text) => runsOf(text, theme),
    theme,
  };
};

/** On a terminal, with a line editor. */
const converse = async (context: ReplContext): Promise<ExitCode> => {
  const { stdin, stdout } = process;
  const { output, terminal } = context;
  const display = {
    write: (text: string) => terminal.out.write(text),
    size: () => ({ columns: stdout.columns || 80, lines: stdout.rows || 24 }),
    onResize: (listener: () => void) => {
      stdout.on("resize", listener);
      return () => void stdout.off("resize", listener);
    },
  };
  const language = {
    finished: (text: string) => !unfinished(text),
    complete: (text: string, cursor: number) => completing(context.program, text, cursor),
  };
  const prompt = new Prompt(stdin, display, kept(historyPath(process.env)), language, look(context));
  output.write = (text) => prompt.above(text);
  output.quiet("Architect. :help lists the commands, Ctrl-D leaves.");
  if (context.file !== null) await context.load(context.file);
  for (;;) {
    const entered = await prompt.read(look(context));
    if (entered._tag === "End") break;
    if (entered._tag === "Interrupt") output.quiet("Ctrl-D or :quit leaves");
    else if (await enter(context, entered.text)) break;
  }
  prompt.close();
  context.detach();
  return exit.done;
};

/** The entries of a script: as they are finished, or ended by what can only begin another one. */
async function* entries(lines: AsyncIterable<string>): AsyncGenerator<string> {
  let entry = "";
  for await (const line of lines) {
    if (entry !== "" && line.startsWith(":")) {
      yield entry;
      entry = "";
    }
    entry = entry === "" ? line : `${entry}\n${line}`;
    if (unfinished(entry)) continue;
    yield entry;
    entry = "";
  }
  if (entry !== "") yield entry;
}

/** From a pipe. Ends as failed if anything was wrong. */
const follow = async (context: ReplContext): Promise<ExitCode> => {
  if (context.file !== null && !(await context.load(context.file))) return exit.failed;
  const { out } = context.terminal;
  for await (const entry of entries(createInterface({ input: process.stdin }))) {
    if (await enter(context, entry)) break;
    if (out.isFull()) await out.drained();
    if (out.gone().aborted) break;
  }
  context.detach();
  return context.output.failed ? exit.failed : exit.done;
};

/** Converses with a person, or follows a script. */
export const repl = (terminal: Terminal, file: string | null, options: ProgramOptions): Promise<ExitCode> => {
  const context = new ReplContext(terminal, file, options);
  const isPerson = process.stdin.isTTY === true && terminal.out.live;
  return isPerson ? converse(context) : follow(context);
};
