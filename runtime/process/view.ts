/** How an instance sees the files, and itself. */
import type { ScratchDirectory, SharedFiles } from "../../src/core/resource.ts";
import type { Credentials } from "./credentials.ts";
import { hostLists } from "./host-lists.ts";
import { hostsFile, resolvFile } from "./hosts.ts";
import { keptRoot } from "./kept/places.ts";
import type { BoundDirectory } from "./kept/prepare.ts";
import type { OwnedFile } from "./own-files.ts";
import { type ProgramStart, shownEntries } from "./private-directories.ts";
import type { SecretContent } from "./secret-values.ts";
import type { SystemState } from "./state.ts";

/** Files in the clear, and their owner; null: the starter's user. */
export interface SecretFiles {
  readonly files: readonly SecretContent[];
  readonly owner: Pick<Credentials, "uid" | "gid"> | null;
}

const noSecrets: SecretFiles = { files: [], owner: null };

/** A directory that is empty at every start, with the numbers of its owner. */
export interface OwnedScratch extends ScratchDirectory {
  readonly owner: Pick<Credentials, "uid" | "gid"> | null;
}

/** Files of a system, as paths outside. */
export interface View {
  /** Becomes /etc/hosts. */
  readonly hosts: string;
  /** Becomes /etc/resolv.conf. */
  readonly resolv: string;
  /** Covers the state of all systems: their sockets, logs and host tables. */
  readonly stateRoot: string;
  /** Directories of the machine that it sees elsewhere. */
  readonly bound: readonly BoundDirectory[];
  /** Directories of its own, in memory. */
  readonly scratch: readonly OwnedScratch[];
  /** Files of its own. */
  readonly files: readonly OwnedFile[];
  /** Cover what all instances keep, also those of orchestrators that keep it where it is by default. */
  readonly keptRoots: readonly string[];
  /** Its files in /run/secrets. */
  readonly secrets: SecretFiles;
  /** What stays visible in private places. */
  readonly shown: readonly string[];
  /** What it sees as the machine has it. */
  readonly shares: readonly SharedFiles[];
  /** Whether it changes no file of the machine. */
  readonly readOnly: boolean;
  /** What `hostname` prints; without it, what it prints on the machine. */
  readonly hostname?: string;
}

/**
 * The view of an instance of an automaton, in which the program is started. Makes the host table where there
 * is none.
 */
export const viewOf = (
  state: SystemState,
  automaton: string,
  started: ProgramStart,
  bound: readonly BoundDirectory[] = [],
  files: readonly OwnedFile[] = [],
  secrets: SecretFiles = noSecrets,
  scratch: readonly OwnedScratch[] = [],
): View => ({
  scratch,
  shares: [],
  readOnly: false,
  bound: [...hostLists(state, automaton), ...bound],
  files,
  secrets,
  keptRoots: [...new Set([keptRoot(), keptRoot({}, 0)])],
  hosts: hostsFile(state, automaton),
  resolv: resolvFile(state, automaton),
  stateRoot: state.root,
  shown: shownEntries(started),
});
