/** A command inside an instance, in place of the process that asks for it. */
import { closeSync } from "node:fs";
import { execve } from "../ffi/exec.ts";
import { CLONE_NEWNET, setns } from "../ffi/libc.ts";
import { openNamespace } from "../namespaces.ts";
import { checkCommand } from "./command.ts";
import { readEnvironment } from "./proc.ts";
import type { SystemState } from "./state.ts";
import { enterView, leaveMounts } from "./surroundings.ts";
import { viewOf } from "./view.ts";

/** Variables of an artifact that mean nothing to a guest, or would make it pass for the artifact. */
const notForGuests = new Set([
  "ARCHITECT_SPEC",
  "PWD",
  "OLDPWD",
  "SHLVL",
  "_",
  "HOME",
  "USER",
  "LOGNAME",
  "LANG",
  "LC_ALL",
  "TZ",
  "TMPDIR",
]);

/** The caller's environment with what the artifact, where there is one, was told about its surroundings. */
export const guestEnvironment = (
  own: NodeJS.ProcessEnv,
  artifact: ReadonlyMap<string, string> | null,
): Record<string, string> => ({
  ...Object.fromEntries(
    Object.entries(own).filter((pair): pair is [string, string] => pair[1] !== undefined),
  ),
  ...Object.fromEntries([...(artifact ?? [])].filter(([name]) => !notForGuests.has(name))),
});

export interface Guest {
  readonly automaton: string;
  readonly netns: string;
  /** The artifact of the instance; null in a bare one. */
  readonly pid: number | null;
}

/**
 * Turns the calling process into the command, inside an instance: its network, its
 * names, the artifact's variables; the caller's terminal, directory and rights. Comes
 * back only to throw: a command or namespace that is not there leaves the caller as it was.
 */
export const execInside = (state: SystemState, guest: Guest, argv: readonly string[]): never => {
  const env = guestEnvironment(process.env, guest.pid === null ? null : readEnvironment(guest.pid));
  const program = checkCommand(argv, env, process.cwd());
  const view = viewOf(state, guest.automaton);
  const namespace = openNamespace(guest.netns);
  try {
    setns(namespace, CLONE_NEWNET);
  } finally {
    closeSync(namespace);
  }
  leaveMounts();
  enterView(view);
  return execve(program, argv, env);
};
