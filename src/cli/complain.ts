/** What could not be done, for people, on standard error. */
import { type ExitCode, exit } from "./command.ts";
import { theme } from "./render/theme.ts";
import type { Terminal } from "./terminal.ts";

export interface Complaint {
  readonly message: string;
  readonly hint?: string;
}

/** Says it, and returns the exit code for it. */
export const complain = ({ err }: Terminal, { message, hint }: Complaint): ExitCode => {
  const paint = theme(err.colour);
  err.write(`${paint.error("error:")} ${message}\n`);
  if (hint !== undefined) err.write(`${paint.help("hint:")} ${hint}\n`);
  return exit.failed;
};
