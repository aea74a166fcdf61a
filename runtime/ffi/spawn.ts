/** A program as a new process, and the calls by which a child becomes it. */
import { readFileSync } from "node:fs";
import { constants } from "node:os";
import { type Call, calls } from "./calls.ts";
import { identityCalls, type ProcessIdentity } from "./identity.ts";
import { openFilesCall } from "./open-files.ts";

/** A program that is to be started, with all that it starts with. */
export interface Spawn {
  /** The file to execute. */
  readonly program: string;
  readonly argv: readonly string[];
  readonly env: Readonly<Record<string, string>>;
  readonly cwd: string;
  /** The user that it becomes, to gain no right again; without it, it stays the user of its starter. */
  readonly identity?: ProcessIdentity;
  /** Descriptors, open on the `cgroup.procs` of the cgroups that it lives in; without them, those of its starter. */
  readonly groups?: readonly number[];
  /** Capabilities that neither it nor what it starts gains, by their numbers; without it, what its starter does not gain. */
  readonly loses?: readonly number[];
  /** Capabilities that it has as another user, by their numbers; without it, none. */
  readonly keeps?: readonly number[];
  /** How many files it may have open; without it, as many as its starter. */
  readonly openFiles?: number;
  /**
   * Descriptors that become standard input, output and error, of a process that begins a session of its own; null: it
   * stays in the caller's session, with the caller's. All others are closed.
   */
  readonly stdio: readonly [number, number, number] | null;
}

/** The signals that this process ignores, which a program would inherit. */
const ignored = (): readonly number[] => {
  const mask = BigInt(`0x${/^SigIgn:\t([0-9a-f]+)$/m.exec(readFileSync("/proc/self/status", "latin1"))![1]}`);
  return Object.values(constants.signals).filter((signal) => ((mask >> BigInt(signal - 1)) & 1n) === 1n);
};

// What Node ignores it ignores from its start on.
const resets: readonly Call[] = ignored().map(calls.reset);

/** The calls by which a child takes an identity, with capabilities that root has anyway. */
const identityWith = (identity: ProcessIdentity, keeps: readonly number[]): readonly Call[] =>
  keeps.length === 0 || identity.uid === 0
    ? identityCalls(identity)
    : [
        calls.keepCapabilities,
        ...identityCalls(identity),
        calls.haveCapabilities(keeps),
        ...keeps.map(calls.passCapability),
      ];

/** The calls by which a child becomes the program: each signal as it is by default, and none blocked. */
export const spawnCalls = ({
  program,
  argv,
  env,
  cwd,
  stdio,
  identity,
  groups = [],
  openFiles,
  loses = [],
  keeps = [],
}: Spawn): readonly Call[] => [
  ...groups.map(calls.joinGroup),
  ...(stdio === null ? [] : [calls.leaveSession, ...stdio.map(calls.dup)]),
  calls.closeFrom(3),
  ...(openFiles === undefined ? [] : [openFilesCall(openFiles)]),
  ...resets,
  calls.chdir(cwd),
  ...loses.map(calls.loseCapability),
  ...(identity === undefined ? [] : [...identityWith(identity, keeps), calls.gainNothing]),
  calls.exec(program, argv, env),
];
