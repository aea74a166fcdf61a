/**
 * The files of a system that processes and commands meet at: host tables, logs,
 * sockets. They serve what runs; none of them decides what exists. Everything is
 * the owner's alone.
 */
import { existsSync, lstatSync, mkdirSync, rmdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { KernelError, kernelErrorOf, refusedWith } from "../kernel-error.ts";
import { pathPart } from "../names.ts";
import { type Owned, ownerIn } from "../owner.ts";

/** The directory of all systems, where it is to be another. By it the CLI tells itself, inside a user namespace, the user's. */
export const runtimeDirVariable = "ARCHITECT_RUNTIME_DIR";

const ownUid = (): number => process.getuid?.() ?? 0;

/**
 * The directory of all systems: /run/architect for root, else below the user's
 * $XDG_RUNTIME_DIR, or where there is none a directory of the user's own in /tmp.
 */
export const stateRoot = (env: NodeJS.ProcessEnv = process.env, uid = ownUid()): string => {
  const chosen = absolute(env[runtimeDirVariable]);
  if (chosen !== null) return chosen;
  if (uid === 0) return "/run/architect";
  const runtime = absolute(env.XDG_RUNTIME_DIR);
  return runtime === null ? `${tmpdir()}/architect-${uid}` : `${runtime}/architect`;
};

/** Null for what is not set, is empty, or would be another directory from elsewhere. */
const absolute = (path: string | undefined): string | null => (path?.startsWith("/") === true ? path : null);

/** A directory that only this user may enter, made if need be. Throws a `KernelError` where it cannot be. */
export const ownDirectory = (path: string): string => {
  try {
    mkdirSync(path, { recursive: true, mode: 0o700 });
  } catch (error) {
    throw kernelErrorOf(`make the directory ${path}`, error);
  }
  isOwnDirectory(path);
  return path;
};

/** Whether there is such a directory. Throws a `KernelError` where there is something else. */
export const isOwnDirectory = (path: string): boolean => {
  const stat = lstatSync(path, { throwIfNoEntry: false });
  if (stat === undefined) return false;
  if (stat.isDirectory() && stat.uid === ownUid() && (stat.mode & 0o077) === 0) return true;
  throw new KernelError(
    `use ${path}`,
    "EACCES",
    "it must be a directory of this user alone: chown it to this user, and chmod 0700",
  );
};

/** The file of an instance's log, in the directory of its system's. */
export const logName = (automaton: string, index: number): string => `${pathPart(automaton)}.${index}.log`;

/** The file of the note of an instance's process, in the directory of its system's. */
export const processFileName = (automaton: string, index: number): string =>
  `${pathPart(automaton)}.${index}`;

/** The files of one system. Directories are made when they are asked for. */
export class SystemState implements Owned {
  readonly system: string;
  readonly root: string;
  readonly directory: string;
  #owner: string | null = null;
  readonly inherits: boolean;

  constructor(system: string, root = stateRoot()) {
    this.system = system;
    this.root = root;
    this.directory = `${root}/${pathPart(system)}`;
    // Its files are here, or it is where they are by default.
    this.inherits = existsSync(this.directory) || root === stateRoot({});
  }

  /** Looked for once, and only where it is asked for. */
  get owner(): string {
    this.#owner ??= ownerIn(this.root);
    return this.#owner;
  }

  /** A directory of the system's, made with all above it. */
  #room(name: string): string {
    ownDirectory(this.root);
    ownDirectory(this.directory);
    return ownDirectory(`${this.directory}/${name}`);
  }

  get hosts(): string {
    return this.#room("hosts");
  }

  get logs(): string {
    return this.#room("logs");
  }

  get processes(): string {
    return this.#room("processes");
  }

  hostsFile(automaton: string): string {
    return `${this.hosts}/${pathPart(automaton)}`;
  }

  /** What instances of an automaton see as /etc/resolv.conf; nothing is made. */
  resolvFile(automaton: string): string {
    return `${this.directory}/resolv/${pathPart(automaton)}`;
  }

  /** The same, with the directory made that it is in. */
  makeResolvFile(automaton: string): string {
    this.#room("resolv");
    return this.resolvFile(automaton);
  }

  /** The directory of an automaton's lists of instances; not made. */
  hostListDirectory(automaton: string): string {
    return `${this.directory}/members/${pathPart(automaton)}`;
  }

  /** The same, made with all above it. */
  makeHostLists(automaton: string): string {
    this.#room("members");
    return this.hostListDirectory(automaton);
  }

  logFile(automaton: string, index: number): string {
    return `${this.logs}/${logName(automaton, index)}`;
  }

  processFile(automaton: string, index: number): string {
    return `${this.processes}/${processFileName(automaton, index)}`;
  }

  /** The file that the system's log writer has locked. */
  get logWriterLock(): string {
    return `${this.directory}/log-writer`;
  }

  /**
   * Removes the files of the system, and the directory of all systems with the last one.
   * Throws a `KernelError` where they must stay: the disk takes no changes.
   */
  remove(): void {
    try {
      rmSync(this.directory, { recursive: true, force: true });
    } catch (error) {
      throw kernelErrorOf(`remove ${this.directory}`, error);
    }
    this.tidy();
  }

  /** Removes directories in which there is nothing. */
  tidy(): void {
    for (const directory of [this.directory, this.root]) removeIfEmpty(directory);
  }
}

/** Removes a directory in which there is nothing; leaves one that cannot be removed. */
export const removeIfEmpty = (directory: string): void => {
  try {
    rmdirSync(directory);
  } catch (error) {
    // Not empty, or a mount; or not ours to remove, as on a disk that takes no changes.
    if (!refusedWith(error, "ENOENT", "ENOTEMPTY", "EBUSY", "ENOTDIR", "EROFS", "EACCES", "EPERM"))
      throw error;
  }
};
