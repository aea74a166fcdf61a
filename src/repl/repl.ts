/** Read, evaluate, print, and again: on a terminal with a line editor, or from a pipe. */
import { createInterface } from "node:readline";
import { type ExitCode, exit } from "../cli/command.ts";
import type { Wishes } from "../cli/program.ts";
import type { Terminal } from "../cli/terminal.ts";
import { runsOf } from "./colour.ts";
import { commandFor } from "./commands.ts";
import { completing } from "./completing.ts";
import { Desk } from "./desk.ts";
import { historyPath, kept } from "./line/history.ts";
import { type Appearance, Prompt } from "./line/prompt.ts";
import { reading, unfinished } from "./reading.ts";

/** One entry. True: it was asked to leave. */
const enter = async (desk: Desk, text: string): Promise<boolean> => {
  desk.catchUp();
  const read = reading(text);
  switch (read._tag) {
    case "Nothing":
      return false;
    case "Command":
      return (await commandFor(read.name, desk)?.run(desk, read.rest)) === "leave";
    case "Declarations":
      await desk.declare(text);
      return false;
    case "Expression":
      desk.evaluate(text);
      return false;
  }
};

const look = ({ voice: { theme }, client, system }: Desk): Appearance => {
  const name = system ?? "";
  return {
    prompt: `${theme.name(name)}${theme.heading(client === null ? "› " : "» ")}`,
    continuation: theme.quiet(`${" ".repeat(name.length)}· `),
    paint: (text) => runsOf(text, theme),
    theme,
  };
};

/** On a terminal, with a line editor. */
const converse = async (desk: Desk): Promise<ExitCode> => {
  const { stdin, stdout } = process;
  const { voice } = desk;
  const display = {
    write: (text: string) => void stdout.write(text),
    size: () => ({ columns: stdout.columns || 80, lines: stdout.rows || 24 }),
    onResize: (listener: () => void) => {
      stdout.on("resize", listener);
      return () => void stdout.off("resize", listener);
    },
  };
  const language = {
    finished: (text: string) => !unfinished(text),
    complete: (text: string, cursor: number) => completing(desk.program, text, cursor),
  };
  const prompt = new Prompt(stdin, display, kept(historyPath(process.env)), language, look(desk));
  voice.write = (text) => prompt.above(text);
  voice.quiet("Architect. :help lists the commands, Ctrl-D leaves.");
  if (desk.file !== null) await desk.load(desk.file);
  for (;;) {
    const entered = await prompt.read(look(desk));
    if (entered._tag === "End") break;
    if (entered._tag === "Interrupt") voice.quiet("Ctrl-D or :quit leaves");
    else if (await enter(desk, entered.text)) break;
  }
  prompt.close();
  desk.detach();
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
const follow = async (desk: Desk): Promise<ExitCode> => {
  if (desk.file !== null && !(await desk.load(desk.file))) return exit.failed;
  for await (const entry of entries(createInterface({ input: process.stdin })))
    if (await enter(desk, entry)) break;
  desk.detach();
  return desk.voice.failed ? exit.failed : exit.done;
};

/** Converses with a person, or follows a script. */
export const repl = (terminal: Terminal, file: string | null, wishes: Wishes): Promise<ExitCode> => {
  const desk = new Desk(terminal, file, wishes);
  const isPerson = process.stdin.isTTY === true && terminal.out.live;
  return isPerson ? converse(desk) : follow(desk);
};
