/**
 * The files of a system that processes and commands meet at: host tables, logs,
 * sockets. They serve what runs; none of them decides what exists. Everything is
 * the owner's alone.
 */
import { lstatSync, mkdirSync, rmdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { KernelError, refusedWith } from "../kernel-error.ts";
import { pathPart } from "../names.ts";

/** The directory of all systems, where it is to be another. By it the CLI tells itself, inside a user namespace, the user's. */
export const runtimeDirVariable = "ARCHITECT_RUNTIME_DIR";

const ownUid = (): number => process.getuid?.() ?? 0;

/**
 * The directory of all systems: /run/architect for root, else below the user's
 * $XDG_RUNTIME_DIR, or where there is none a directory of the user's own in /tmp.
 */
export const stateRoot = (env: NodeJS.ProcessEnv = process.env, uid = ownUid()): string => {
  const told = absolute(env[runtimeDirVariable]);
  if (told !== null) return told;
  if (uid === 0) return "/run/architect";
  const runtime = absolute(env.XDG_RUNTIME_DIR);
  return runtime === null ? `${tmpdir()}/architect-${uid}` : `${runtime}/architect`;
};

/** Null for what is not set, is empty, or would be another directory from elsewhere. */
const absolute = (path: string | undefined): string | null => (path?.startsWith("/") === true ? path : null);

/** A directory that is ours and nobody else's to enter, made if need be. Throws a `KernelError` where it cannot be. */
export const ownDirectory = (path: string): string => {
  try {
    mkdirSync(path, { recursive: true, mode: 0o700 });
  } catch (error) {
    const { code = "EIO", message } = error as NodeJS.ErrnoException;
    throw new KernelError(`make the directory ${path}`, code, message);
  }
  const stat = lstatSync(path);
  if (!stat.isDirectory() || stat.uid !== ownUid() || (stat.mode & 0o077) !== 0)
    throw new KernelError(
      `use ${path}`,
      "EACCES",
      "it must be a directory of this user alone (mode 0700); remove it and try again",
    );
  return path;
};

export class SystemState {
  readonly system: string;
  readonly root: string;
  readonly directory: string;

  constructor(system: string, root = stateRoot()) {
    this.system = system;
    this.root = root;
    this.directory = `${root}/${pathPart(system)}`;
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

  /** What a process sees in place of all this. Always empty. */
  get nothing(): string {
    return this.#room("nothing");
  }

  hostsFile(automaton: string): string {
    return `${this.hosts}/${pathPart(automaton)}`;
  }

  logFile(automaton: string, index: number): string {
    return `${this.logs}/${pathPart(automaton)}.${index}.log`;
  }

  processFile(automaton: string, index: number): string {
    return `${this.processes}/${pathPart(automaton)}.${index}`;
  }

  get wardenFile(): string {
    ownDirectory(this.root);
    return `${ownDirectory(this.directory)}/warden`;
  }

  /** Removes the files of the system, and the directory of all systems with the last one. */
  remove(): void {
    rmSync(this.directory, { recursive: true, force: true });
    this.tidy();
  }

  /** Removes directories in which there is nothing. */
  tidy(): void {
    for (const directory of [this.directory, this.root]) removeIfEmpty(directory);
  }
}

export const removeIfEmpty = (directory: string): void => {
  try {
    rmdirSync(directory);
  } catch (error) {
    if (!refusedWith(error, "ENOENT", "ENOTEMPTY", "EBUSY")) throw error;
  }
};
