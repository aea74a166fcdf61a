/** A command inside an instance, in whose place the process stands that asks for it. */
import { closeSync, constants, openSync } from "node:fs";
import { capabilityNumber } from "../../src/core/capabilities.ts";
import { shareStdio } from "../ffi/exec.ts";
import type { ProcessIdentity } from "../ffi/identity.ts";
import { CLONE_NEWNET, setns, withPidfd } from "../ffi/libc.ts";
import type { Spawn } from "../ffi/spawn.ts";
import { type Exit, killChild } from "../ffi/wait.ts";
import { KernelError } from "../kernel-error.ts";
import { openNamespace } from "../namespaces.ts";
import { boundCapabilities } from "./capabilities.ts";
import { checkCommand, environment } from "./command.ts";
import { refuseUnenforced, withoutKeyrings } from "./confinement.ts";
import { accountOf } from "./credentials.ts";
import { waitInForeground } from "./foreground.ts";
import { callersEnvironment, guestEnvironment } from "./guest-environment.ts";
import { readHosts } from "./hosts.ts";
import { initSpawn, startInit, startInPidNamespace } from "./init.ts";
import { shownEntries } from "./private-directories.ts";
import { readEnvironment, readIdentity } from "./proc.ts";
import { initVariables } from "./process-scan.ts";
import { type ProcessRecord, readRecord } from "./record.ts";
import { enterSandbox, Home, leaveMounts, visitSandbox } from "./sandbox.ts";
import type { SystemState } from "./state.ts";
import { openTerminal, showTerminal } from "./terminal.ts";
import { type View, viewOf } from "./view.ts";

/** The instance that a command is run in. */
export interface Guest {
  readonly automaton: string;
  readonly index: number;
  readonly netns: string;
  /** The artifact of the instance; null in a bare one. */
  readonly pid: number | null;
}

/** Starts the command beside the artifact of an instance. */
const startAsGuest = (pid: number, spawn: Spawn, terminal: number | null): number =>
  withPidfd(pid, (pidfd) => {
    visitSandbox(pidfd, shownEntries({ ...spawn, argv: [], env: {} }));
    showTerminal(terminal);
    return startInPidNamespace(pidfd, spawn);
  });

/**
 * Starts the command in an instance in which nothing runs. What is made for it ends with the caller. `check` takes what it is not
 * kept from, a sentence each, before it runs.
 */
const startAlone = (
  network: number,
  view: View,
  env: Readonly<Record<string, string>>,
  spawn: Spawn,
  terminal: number | null,
  check: (unenforced: readonly string[]) => void,
): number => {
  const nowhere = openSync("/dev/null", constants.O_RDWR);
  try {
    const init = { ...initSpawn(env), dieWithParent: true };
    const ofView = enterSandbox(network, view);
    showTerminal(terminal);
    const { pid: first, unenforced: ofProc } = startInit(init, nowhere);
    try {
      check([...ofView, ...ofProc]);
    } catch (error) {
      killChild(first);
      throw error;
    }
    return withPidfd(first, (pidfd) => startInPidNamespace(pidfd, spawn));
  } finally {
    closeSync(nowhere);
  }
};

/** Whom the artifact of an instance runs as; null: as the caller. A note of an older version does not say: the kernel does. */
const userOf = ({ pid }: Guest, started: ProcessRecord | null): ProcessIdentity | null => {
  if (started?.identity !== undefined) return started.identity;
  if (pid === null) return null;
  const now = readIdentity(pid);
  if (now === null) throw new KernelError("run beside a process", "ESRCH", `process ${pid} is gone`);
  return now.uid === process.getuid!() && now.gid === process.getgid!() ? null : now;
};

/** The variables that a start as a user gives. */
const variablesOf = ({ uid, gid }: ProcessIdentity): Record<string, string> =>
  environment({}, accountOf(`${uid}:${gid}`).variables);

/** The services that are wired to an automaton, as its instances call them. */
const servicesOf = (state: SystemState, automaton: string): readonly string[] =>
  readHosts(state)
    .find((hosts) => hosts.automaton === automaton)
    ?.entries.map(({ name }) => name) ?? [];

/**
 * The command as the artifact of the instance was started: as its user, with its variables, in its directory. An instance
 * in which nothing was started has none of these: there the caller's are taken.
 */
const commandIn = (state: SystemState, guest: Guest, argv: readonly string[], asCaller: boolean): Spawn => {
  const started = readRecord(state, guest.automaton, guest.index);
  const identity = asCaller ? null : userOf(guest, started);
  const artifact = guest.pid === null ? null : readEnvironment(guest.pid);
  const env = asCaller
    ? callersEnvironment(process.env, artifact, servicesOf(state, guest.automaton))
    : guestEnvironment(process.env, artifact, identity && variablesOf(identity));
  const cwd = started?.cwd ?? process.cwd();
  // What an instance keeps is to be seen only from within it: there it is looked whether the directory is there.
  const program = checkCommand(argv, env, cwd, {
    directories: [cwd],
    empty: [],
    files: [],
    shares: started?.shares ?? [],
  });
  const keeps = (started?.grants ?? []).map(capabilityNumber);
  return { program, argv, env, cwd, stdio: null, ...(identity && { identity, keeps }) };
};

/**
 * Runs a command inside an instance, among its processes, with its network, its files and names; as its user, in its directory,
 * with its variables and confined as it is, but `asCaller` with the caller's rights and variables. The caller, whose terminal it has, stands in for it until it
 * ends. Throws where the command or the namespace is not there.
 */
export const runInside = async (
  state: SystemState,
  guest: Guest,
  argv: readonly string[],
  asCaller = false,
): Promise<Exit> => {
  const spawn = commandIn(state, guest, argv, asCaller);
  const started = readRecord(state, guest.automaton, guest.index);
  const { hostname, grants = [], readOnly = false, shares = [], unenforced: allowed = [] } = started ?? {};
  const view = {
    ...viewOf(state, guest.automaton, { ...spawn, argv: [], env: {} }),
    ...(hostname !== undefined && { hostname }),
    readOnly,
    shares,
  };
  const unenforced: string[] = [];
  // What the program of the instance was not kept from, which was allowed when it was started, its commands are not kept from either.
  const check = (ofSandbox: readonly string[]): void => {
    const refused = [...unenforced, ...ofSandbox].filter((words) => !allowed.includes(words));
    const instance = `${guest.automaton}.${guest.index}`;
    refuseUnenforced({ instance, allowsUnenforced: asCaller }, refused);
  };
  const network = openNamespace(guest.netns);
  try {
    shareStdio();
    leaveMounts();
    if (!asCaller) {
      boundCapabilities(grants);
      const keyrings = withoutKeyrings();
      if (keyrings !== null) unenforced.push(keyrings);
    }
    const terminal = openTerminal();
    const pid = new Home().leave(() =>
      guest.pid === null
        ? startAlone(network, view, initVariables(state, guest), spawn, terminal, check)
        : startAsGuest(guest.pid, spawn, terminal),
    );
    // So that this process ends with the instance as well.
    setns(network, CLONE_NEWNET);
    return await waitInForeground(pid);
  } finally {
    closeSync(network);
  }
};
