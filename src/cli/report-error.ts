/** What could not be done: for people on standard error, for programs on standard output. */
import type { Diagnostic } from "../core/diagnostic.ts";
import { jsonText } from "../core/json-text.ts";
import { visible } from "../core/visible.ts";
import { type ExitCode, exit } from "./command.ts";
import { marked, wrap } from "./render/text.ts";
import { type Theme, theme } from "./render/theme.ts";
import type { Stream, Terminal } from "./terminal.ts";

export interface ReportedError {
  readonly message: string;
  readonly hint?: string;
  /** Of a diagnostic, where it is one. */
  readonly code?: string;
  /** What is wrong with the program, where that is why. */
  readonly diagnostics?: readonly Diagnostic[];
}

/** An error as `--json` tells it: of every command in this one form. */
export const errorJson = ({ message, hint, diagnostics = [] }: ReportedError) => ({
  ok: false,
  error: { message, hint: hint ?? null },
  diagnostics,
});

const paints = { error: "error", hint: "help", note: "help", warning: "warning" } as const;

/** A sentence of this kind, broken at blanks where it is wider than the terminal. `mark`: what stands before it. */
export const say = (
  to: Pick<Stream, "write" | "columns" | "colour">,
  kind: keyof typeof paints,
  text: string,
  mark = `${kind}:`,
): void => {
  const paint: Theme = theme(to.colour);
  const room = to.columns();
  const [first = "", ...more] = text.split("\n");
  to.write(marked(mark, paint[paints[kind]], first, room));
  for (const line of more)
    to.write((room === null ? [line] : wrap(line, room)).map((each) => `${each}\n`).join(""));
};

/** Says it, and returns the exit code for it. */
export const reportError = ({ out, err, json }: Terminal, error: ReportedError): ExitCode => {
  if (json) {
    out.write(`${jsonText(errorJson(error))}\n`);
    return exit.failed;
  }
  const { message, hint, code } = error;
  say(err, "error", visible(message), code === undefined ? "error:" : `error[${code}]:`);
  if (hint !== undefined) say(err, "hint", visible(hint));
  return exit.failed;
};
