/** One artifact, from its pipe to its record. */
import { existsSync, fchownSync, rmSync } from "node:fs";
import type { Process } from "../../src/core/resource.ts";
import type { Spawn } from "../ffi/spawn.ts";
import { KernelError } from "../kernel-error.ts";
import { withGroups } from "../limits/group.ts";
import type { SystemLimits } from "../limits/system-limits.ts";
import { checkCommand, environment, madeBy } from "./command.ts";
import { confinementOf } from "./confinement.ts";
import { type Account, accountOf } from "./credentials.ts";
import { usualPath } from "./find-program.ts";
import { verifyBounds } from "./grants.ts";
import { initSpawn } from "./init.ts";
import { prepareKept } from "./kept/prepare.ts";
import { type Launch, launch } from "./launch.ts";
import { OutputPipe } from "./log/output-pipe.ts";
import type { LogWriter } from "./log/writer-client.ts";
import { filesOf } from "./own-files.ts";
import { identify, isAlive, untilShown } from "./proc.ts";
import { type InstanceProcess, initVariables, markerVariables } from "./process-scan.ts";
import { checkProgramAccess } from "./program-access.ts";
import { writeRecord } from "./record.ts";
import { sandboxTarget } from "./sandbox-target.ts";
import type { SecretValues } from "./secret-values.ts";
import type { Spawner, Started } from "./spawner.ts";
import type { SystemState } from "./state.ts";
import type { Terminator } from "./terminator.ts";
import { viewOf } from "./view.ts";

/** What it takes to start artifacts. */
export interface StartContext {
  readonly state: SystemState;
  readonly spawner: Spawner;
  readonly terminator: Terminator;
  readonly logWriter: LogWriter;
  readonly limits: SystemLimits;
}

/** A command, found, with all that it is to be started with. */
export type Startable = Omit<Spawn, "stdio">;

/** The user that a process is to run as; null: its starter's. Throws a `KernelError` (ENOENT) that names the user that is missing. */
export const accountFor = ({ user }: Process): Account | null =>
  user === undefined ? null : accountOf(user);

/**
 * A command in the place of an artifact: with its variables, among them those that hold secrets, and by default its own. Throws a `KernelError` (ENOENT, EACCES)
 * that names the command or the directory where they are not there.
 */
export const startable = (
  state: SystemState,
  process: Process,
  account: Account | null,
  secrets: SecretValues["env"],
  argv = process.argv,
): Startable => {
  const { cwd } = process;
  const own = { ...process.env, ...secrets, ...markerVariables(state, process) };
  const env = environment(own, account?.variables ?? null);
  // Where a program is looked for is told when it is not there.
  const looked = secrets.PATH === undefined ? env : { ...env, PATH: usualPath };
  const made = madeBy(process);
  const command = { program: checkCommand(argv, looked, cwd, made), argv, env, cwd };
  checkOwnProgram(process, command.program, argv);
  if (account === null) return command;
  const { uid, gid, groups } = account;
  const identity = { uid, gid, groups };
  const isMade = [...made.directories, ...made.empty, ...made.files].some((path) =>
    `${command.program}/`.startsWith(`${path}/`),
  );
  if (!isMade) checkProgramAccess(command.program, argv[0] ?? "", identity, made.shares);
  return { ...command, identity };
};

/** A program among the files that are made for the process must be one that can be executed. */
const checkOwnProgram = ({ files = [] }: Process, program: string, argv: readonly string[]): void => {
  const own = files.find(({ path }) => path === program);
  if (own === undefined || (Number.parseInt(own.mode, 8) & 0o111) !== 0) return;
  const words = `${program} is not executable: its mode is ${own.mode}`;
  throw new KernelError(`run ${JSON.stringify(argv[0])}`, "EACCES", words);
};

/** Starts a program that writes to its log through a pipe. The log writer opens the pipe at the same time. */
const launchWithLog = async (
  { state, spawner, terminator, logWriter }: StartContext,
  { automaton, index, key }: Process,
  wanted: Omit<Launch, "output">,
): Promise<Started> => {
  const log = state.logFile(automaton, index);
  const isNew = !existsSync(log);
  const output = new OutputPipe();
  const { identity } = wanted.program;
  try {
    // So that it can open /dev/stdout anew, as servers do that are told to log there.
    if (identity !== undefined) fchownSync(output.writeEnd, identity.uid, identity.gid);
    const [taken, started] = await Promise.allSettled([
      logWriter.take(automaton, index, output),
      launch(spawner, { ...wanted, output }),
    ]);
    if (started.status === "rejected") {
      if (isNew) rmSync(log, { force: true });
      throw started.reason;
    }
    if (taken.status === "fulfilled") return started.value;
    // A program without a log does not run: it would wait once its pipe is full.
    await terminator.end(sandboxTarget(identify(started.value.init)!), `stop ${key}`, 0);
    throw taken.reason;
  } finally {
    // Only now: until the log writer has the pipe, its reading end is held here and by the first process.
    output.close();
  }
};

/**
 * Starts an artifact in an instance in which nothing of an earlier one lives. After an error, a `KernelError`, nothing of
 * it is there.
 */
export const startArtifact = async (
  context: StartContext,
  process: Process,
  program: Startable,
  { files, own }: Pick<SecretValues, "files" | "own">,
): Promise<InstanceProcess> => {
  const { state, terminator, limits } = context;
  const { automaton, index, netns, spec, key, care, hostname } = process;
  const sized = (process.state ?? []).flatMap((one) => (one.sized === true ? [one.name] : []));
  const confinement = limits.confinement(process, process.limits ?? [], sized);
  const { openFiles } = confinement;
  // Before it starts: it may pass its limit at once.
  const kills = limits.memoryKills(automaton, index)?.count;
  const calls = hostname === undefined ? {} : { hostname };
  const owner = program.identity ?? null;
  const { shares = [], readOnly = false, grants = [] } = process;
  const how = confinementOf(process, limits.allowsUnenforced);
  const ownFiles = filesOf(process, owner, own);
  const bound = await prepareKept(state, process, owner, confinement.state);
  const started = await withGroups(confinement.groups, (groups) =>
    launchWithLog(context, process, {
      netns,
      // Our own marks in its environment name nothing that it is to see, and secrets are no paths.
      view: {
        ...viewOf(
          state,
          automaton,
          { ...program, env: process.env },
          bound,
          ownFiles,
          { files, owner },
          (process.scratch ?? []).map((one) => ({ ...one, owner })),
        ),
        ...calls,
        shares,
        readOnly,
      },
      confinement: how,
      init: initSpawn(initVariables(state, process)),
      program: { ...program, groups, ...(openFiles === null ? {} : { openFiles }) },
    }),
  );
  const init = identify(started.init)!;
  const artifact: InstanceProcess = { automaton, index, netns, spec, ...identify(started.pid)!, init };
  const { pid, startTime } = artifact;
  try {
    if (grants.length > 0) verifyBounds(pid, grants);
    limits.verify(pid, confinement, () => isAlive(pid, startTime));
    const { restart, once, stop, after } = care;
    const { cwd, identity } = program;
    const said = { restart, ...(once && { once }), ...(stop && { stop }), ...(after && { after }) };
    const kept = (process.state ?? []).map(({ name }) => name);
    const noted = {
      cwd,
      state: kept,
      ...(process.content === undefined ? {} : { content: process.content }),
      ...calls,
      ...(grants.length > 0 && { grants }),
      ...(readOnly && { readOnly }),
      ...(shares.length > 0 && { shares }),
      ...(started.unenforced.length > 0 && { unenforced: started.unenforced }),
      ...(identity && { identity }),
      ...(kills === undefined ? {} : { memoryKills: kills }),
    };
    writeRecord(state, { automaton, index, spec, pid, startTime, ...said, ...noted });
  } catch (error) {
    // What cannot be noted, or is not limited, does not run.
    await terminator.end(sandboxTarget(init), `stop ${key}`, 0);
    throw error;
  }
  return artifact;
};

/** Waits until a scan would know whose an artifact is, which has just been started. */
export const untilKnown = async ({ init }: InstanceProcess): Promise<void> => {
  if (init !== null) await untilShown(init);
};
