/** What should not have happened: an exception is an error of ours, and told without a stack. */
import { type ExitCode, exit } from "./command.ts";
import { reportError } from "./report-error.ts";
import type { Terminal } from "./terminal.ts";

/** A `KernelError`, told by its form: a bundled module has not the same class. */
const isKernelError = (error: unknown): error is { readonly operation: string; readonly words: string } =>
  error instanceof Error && error.name === "KernelError" && "operation" in error && "words" in error;

/** With `ARCHITECT_LOG=debug` the stack is shown too. */
export const unexpected = (error: unknown, terminal: Terminal): ExitCode => {
  if (isKernelError(error))
    return reportError(terminal, { message: `cannot ${error.operation}: ${error.words}` });
  const { message, stack } = error instanceof Error ? error : new Error(String(error));
  const debug = process.env.ARCHITECT_LOG === "debug";
  reportError(terminal, {
    message: `internal error: ${message}`,
    ...(debug ? {} : { hint: "ARCHITECT_LOG=debug shows where" }),
  });
  if (debug) terminal.err.write(`${stack}\n`);
  return exit.failed;
};
