/**
 * The first process of an instance's pid namespace, as small as one can be. It mounts
 * /proc, becomes `sleep`, and with it ends everything that was started in the namespace. The program is
 * not the first process itself: that one ignores signals for which it has no handler, and
 * would have to wait for children that are not its own.
 */
import { statSync } from "node:fs";
import { constants } from "node:os";
import { calls } from "../ffi/calls.ts";
import { startProgram, startProgramFrom } from "../ffi/child.ts";
import { untraceableCall } from "../ffi/identity.ts";
import { CLONE_NEWPID, MS_NODEV, MS_NOEXEC, MS_NOSUID } from "../ffi/libc.ts";
import { type Spawn, spawnCalls } from "../ffi/spawn.ts";
import { killChild } from "../ffi/wait.ts";
import { KernelError } from "../kernel-error.ts";
import { findProgram, searchPath } from "./find-program.ts";
import { procDevice, protectProc } from "./kernel-files.ts";
import { outputFd } from "./log/output-pipe.ts";

/** How the first process of an instance is started. */
export interface InitSpawn {
  /** The file of a program that sleeps so many seconds. */
  readonly program: string;
  readonly env: Readonly<Record<string, string>>;
  /** Whether it ends with the thread that starts it. */
  readonly dieWithParent: boolean;
  /** Capabilities that it has not got, by their numbers; without it, those that who starts it does not pass on. */
  readonly loses?: readonly number[];
}

/** The first process of an instance of a system, which lives until it is ended. */
export const initSpawn = (env: Readonly<Record<string, string>>): InitSpawn => ({
  program: findProgram("sleep", searchPath(), "/"),
  env,
  dieWithParent: false,
});

/** 68 years. Not every `sleep` knows `infinity`. */
const seconds = "2147483647";

/** The first process, and what /proc shows where it could not be mounted: a sentence. */
export interface StartedInit {
  readonly pid: number;
  readonly unenforced: readonly string[];
}

/**
 * Starts it from a thread that has mounts of its own, in which it mounts the /proc of its namespace, and protects that. `nowhere` is open on
 * /dev/null. Where its programs write into a pipe, it has the reading end open (`outputFd`), so that none ever writes into a
 * pipe that nobody can read. `networks`: whether programs there set up their network.
 */
export const startInit = (
  { program, env, dieWithParent, loses = [] }: InitSpawn,
  nowhere: number,
  output: number | null = null,
  networks = false,
): StartedInit => {
  const machine = procDevice();
  const pid = startProgram("start the first process of an instance", CLONE_NEWPID, [
    calls.leaveSession,
    ...(dieWithParent ? [calls.dieWithParent] : []),
    calls.mount("proc", "/proc", "proc", MS_NOSUID | MS_NODEV | MS_NOEXEC),
    calls.chdir("/"),
    ...[0, 1, 2].map((fd) => calls.dup(nowhere, fd)),
    ...(output === null ? [] : [calls.dup(output, outputFd)]),
    calls.closeFrom(output === null ? outputFd : outputFd + 1),
    // The kernel reaps the children of a process that ignores this signal.
    calls.ignore(constants.signals.SIGCHLD),
    ...loses.map(calls.loseCapability),
    // It is outside of what limits its instance: who could trace it would run there. It would also not end with its parent.
    ...(dieWithParent ? [] : [untraceableCall()]),
    calls.exec(program, ["sleep", seconds], env),
  ]);
  try {
    const isPrivate = procDevice() !== machine;
    protectProc(networks, isPrivate);
    return {
      pid,
      unenforced: isPrivate ? [] : ["it sees the processes of the machine: its own /proc cannot be mounted"],
    };
  } catch (error) {
    killChild(pid);
    throw error;
  }
};

/** Starts a program in the pid namespace of a process, which `pidfd` stands for. Its pid. */
export const startInPidNamespace = (pidfd: number, spawn: Spawn): number => {
  const operation = `run ${JSON.stringify(spawn.argv[0])}`;
  if (statSync(spawn.cwd, { throwIfNoEntry: false })?.isDirectory() !== true)
    throw new KernelError(
      operation,
      "ENOENT",
      `its working directory ${spawn.cwd} is not to be seen from there`,
    );
  return startProgramFrom(operation, [calls.setns(pidfd, CLONE_NEWPID)], spawnCalls(spawn));
};
