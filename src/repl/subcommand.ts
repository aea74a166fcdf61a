/**
 * A command of the command line, carried out for the REPL on what was entered: as a
 * process of its own, since an ordinary user's rights are in namespaces that a process
 * can only be started in.
 */
import { spawn } from "node:child_process";
import { dirname, resolve } from "node:path";
import type { Assignment } from "../program/setting.ts";
import type { ReplContext } from "./context.ts";

/** Ctrl-C is for the command, not for the REPL that waits for it. */
const deaf = (): void => undefined;

/** Runs `architect WORDS…` with `input`, where the file is, and shows what it says. Its exit code. */
export const runSubcommand = async (
  context: ReplContext,
  words: readonly string[],
  input = "",
): Promise<number> => {
  const { output, file, terminal } = context;
  const { NO_COLOR: _, FORCE_COLOR: __, ...env } = process.env;
  const child = spawn(process.execPath, [...process.execArgv, process.argv[1]!, ...words], {
    cwd: file === null ? process.cwd() : dirname(resolve(file)),
    env: {
      ...env,
      ...(output.columns === null ? {} : { COLUMNS: String(output.columns) }),
      [terminal.out.colour ? "FORCE_COLOR" : "NO_COLOR"]: "1",
    },
    stdio: "pipe",
  });
  process.on("SIGINT", deaf);
  try {
    for (const stream of [child.stdout, child.stderr])
      stream.setEncoding("utf8").on("data", (text: string) => output.write(text));
    child.stdin.on("error", deaf).end(input);
    const code = await new Promise<number>((done, fail) => {
      child.once("error", fail);
      child.once("close", (exit) => done(exit ?? 1));
    });
    if (code !== 0) output.failed = true;
    return code;
  } finally {
    process.off("SIGINT", deaf);
  }
};

/** The same for a command that reads a program: from standard input, as the session has it. */
export const runSubcommandOnProgram = (
  context: ReplContext,
  command: string,
  more: readonly Assignment[] = [],
): Promise<number> => {
  const inputs = [...context.inputs, ...more].flatMap(({ name, text }) => ["--input", `${name}=${text}`]);
  return runSubcommand(context, [command, "-", "--system", context.system!, ...inputs], context.session.text);
};
