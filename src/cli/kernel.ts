/** Rights on the kernel for a command: as root they are there, an ordinary user's are in namespaces of his own. */
import { constants } from "node:os";
import { KernelError } from "../../runtime/kernel-error.ts";
import { enterRootless } from "../../runtime/rootless/enter.ts";
import type { BaseKind } from "../core/base-kind.ts";
import type { ExitCode } from "./command.ts";
import { reportError } from "./report-error.ts";
import type { Terminal } from "./terminal.ts";

export interface Work {
  /** The base cases that it meets: where none of them takes rights, it is done here. */
  readonly kinds: readonly BaseKind[];
  /** Whether to make namespaces where there are none yet; else nothing can be in them. */
  readonly start: boolean;
  readonly here: () => Promise<ExitCode>;
  /** Nothing of the user's runs. */
  readonly nothing: () => Promise<ExitCode>;
}

/** As a shell would report it. */
const codeOf = ({
  code,
  signal,
}: {
  readonly code: number | null;
  readonly signal: string | null;
}): ExitCode => code ?? 128 + (constants.signals[signal as NodeJS.Signals] ?? 0);

/** Does the work with the rights it needs: here, or by running the same command line again where they are. */
export const withRights = async (
  { kinds, start, here, nothing }: Work,
  terminal: Terminal,
): Promise<ExitCode> => {
  try {
    if (!kinds.some(({ takesRights }) => takesRights)) return await here();
    // What is said inside comes behind what was said before.
    await Promise.all([terminal.out.drained(), terminal.err.drained()]);
    const entry = await enterRootless({ start });
    switch (entry._tag) {
      case "here":
        return await here();
      case "done":
        return codeOf(entry.exit);
      case "nothing":
        return await nothing();
    }
  } catch (error) {
    if (!(error instanceof KernelError)) throw error;
    return reportError(terminal, { message: `cannot ${error.operation}: ${error.words}` });
  }
};

/**
 * A program on standard input can be read only once, and so only by the process that has the
 * rights already: the command is repeated, if it must be, before it reads.
 */
export const readingWithRights = (
  { file, base }: { readonly file: string; readonly base: BaseKind },
  start: boolean,
  work: () => Promise<ExitCode>,
  terminal: Terminal,
): Promise<ExitCode> =>
  file === "-" && base.takesRights
    ? withRights({ kinds: [base], start, here: work, nothing: work }, terminal)
    : work();
