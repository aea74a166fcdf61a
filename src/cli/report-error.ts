/** What could not be done: for people on standard error, for programs on standard output. */
import type { Diagnostic } from "../core/diagnostic.ts";
import { jsonText } from "../core/json-text.ts";
import { visible } from "../core/visible.ts";
import { type ExitCode, exit } from "./command.ts";
import { theme } from "./render/theme.ts";
import type { Terminal } from "./terminal.ts";

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

/** Says it, and returns the exit code for it. */
export const reportError = ({ out, err, json }: Terminal, error: ReportedError): ExitCode => {
  if (json) {
    out.write(`${jsonText(errorJson(error))}\n`);
    return exit.failed;
  }
  const { message, hint, code } = error;
  const paint = theme(err.colour);
  const kind = code === undefined ? "error:" : `error[${code}]:`;
  err.write(`${paint.error(kind)} ${visible(message)}\n`);
  if (hint !== undefined) err.write(`${paint.help("hint:")} ${visible(hint)}\n`);
  return exit.failed;
};
