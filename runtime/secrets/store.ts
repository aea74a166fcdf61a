/**
 * The store of secrets: one file a value, the user's alone. Only here, in what is started with a secret, and on the
 * way between the two is a value ever in the clear.
 */
import { createHmac, randomBytes } from "node:crypto";
import { linkSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync } from "node:fs";
import { dirname } from "node:path";
import { kernelErrorOf, refusedWith } from "../kernel-error.ts";
import { isPathPart } from "../names.ts";
import { isOwnDirectory, ownDirectory, removeIfEmpty, stateRoot } from "../process/state.ts";
import { isDraft, replaceFile } from "../replace-file.ts";
import { directoriesTo, keyFile, type SecretScope, secretsOf, systemsWithSecrets } from "./places.ts";

/** A value that is in the store, and since when. */
export interface SecretFound {
  readonly name: string;
  /** Null: of all systems that have none of their own. */
  readonly system: SecretScope;
  /** Milliseconds since 1970. */
  readonly changed: number;
}

const readIfThere = (path: string): Buffer | null => {
  try {
    return readFileSync(path);
  } catch (error) {
    if (refusedWith(error, "ENOENT", "ENOTDIR")) return null;
    throw kernelErrorOf(`read ${path}`, error);
  }
};

/** What of a file changes with its content: each value is written to a file of its own, which takes the name. */
const stateOf = (path: string): string => {
  const stat = statSync(path, { throwIfNoEntry: false, bigint: true });
  return stat === undefined
    ? ""
    : `${path} ${stat.ino} ${stat.mtimeNs} ${stat.ctimeNs} ${stat.size} ${stat.uid} ${stat.mode}`;
};

const namesIn = (directory: string): readonly string[] => {
  try {
    return readdirSync(directory)
      .filter((name) => isPathPart(name) && !isDraft(name))
      .sort();
  } catch (error) {
    if (refusedWith(error, "ENOENT", "ENOTDIR")) return [];
    throw kernelErrorOf(`read ${directory}`, error);
  }
};

const makeDirectories = (directory: string): void => {
  const [first = "", ...rest] = directoriesTo(directory);
  mkdirSync(dirname(first), { recursive: true });
  for (const each of [first, ...rest]) ownDirectory(each);
};

/** Made with the first value; without it nobody can try values until a digest fits. The first one that is made stays. */
const ownKey = (): Buffer => {
  const path = keyFile();
  const known = readIfThere(path);
  if (known !== null) return known;
  makeDirectories(dirname(path));
  const draft = `${path}.${process.pid}`;
  try {
    replaceFile(draft, randomBytes(32).toString("hex"));
    linkSync(draft, path);
  } catch (error) {
    if (!refusedWith(error, "EEXIST")) throw kernelErrorOf(`write ${path}`, error);
  } finally {
    rmSync(draft, { force: true });
  }
  return readFileSync(path);
};

/** In place of a key that is not there: then nothing runs that was started with a secret. */
const noKey = randomBytes(32);

const digest = (key: Buffer, name: string, value: Buffer): string =>
  createHmac("sha256", key).update(name).update("\0").update(value).digest("hex").slice(0, 32);

/** The secrets of one system, and of all. Functions throw a `KernelError` where the disk refuses, or the store is not the user's alone. */
export class SecretStore {
  readonly #system: string;
  readonly #runtimeRoot: string;
  #seen: { readonly state: string; readonly versions: ReadonlyMap<string, string> } = {
    state: "",
    versions: new Map(),
  };

  constructor(system: string, runtimeRoot: string = stateRoot()) {
    this.#system = system;
    this.#runtimeRoot = runtimeRoot;
  }

  /** The directories whose files are its values. */
  get directories(): readonly string[] {
    return [secretsOf(this.#system, this.#runtimeRoot), secretsOf(null, this.#runtimeRoot)];
  }

  /** The value of a secret: the system's own, or else that of all systems; null where it has none. */
  value(name: string): Buffer | null {
    if (!isPathPart(name)) return null;
    for (const directory of this.directories) {
      const value = isOwnDirectory(directory) ? readIfThere(`${directory}/${name}`) : null;
      if (value !== null) return value;
    }
    return null;
  }

  /** What tells a value of a secret from its others, and nothing else. Writes nothing. */
  versionOf(name: string, value: Buffer): string {
    return digest(readIfThere(keyFile()) ?? noKey, name, value);
  }

  /** The versions of all secrets that have a value. Values are read only where a file has changed since the last call. */
  versions(): ReadonlyMap<string, string> {
    const names = [...new Set(this.directories.flatMap(namesIn))];
    if (names.length === 0) return new Map();
    const key = ownKey();
    const files = this.directories.flatMap((directory) => names.map((name) => `${directory}/${name}`));
    const state = [keyFile(), ...this.directories, ...files].map(stateOf).join("\n");
    if (state !== this.#seen.state) {
      const versions = names.flatMap((name) => {
        const value = this.value(name);
        return value === null ? [] : [[name, digest(key, name, value)] as const];
      });
      this.#seen = { state, versions: new Map(versions) };
    }
    return this.#seen.versions;
  }
}

/** Gives a secret a value. */
export const setSecret = (
  name: string,
  value: Buffer,
  scope: SecretScope,
  runtimeRoot: string = stateRoot(),
): void => {
  const directory = secretsOf(scope, runtimeRoot);
  makeDirectories(directory);
  ownKey();
  replaceFile(`${directory}/${name}`, value);
};

/** Takes a secret its value; false where it has none. */
export const removeSecret = (
  name: string,
  scope: SecretScope,
  runtimeRoot: string = stateRoot(),
): boolean => {
  const directory = secretsOf(scope, runtimeRoot);
  const path = `${directory}/${name}`;
  if (!isOwnDirectory(directory) || readIfThere(path) === null) return false;
  try {
    rmSync(path);
  } catch (error) {
    throw kernelErrorOf(`remove ${path}`, error);
  }
  for (const above of directoriesTo(directory).slice(2).reverse()) removeIfEmpty(above);
  return true;
};

/** All that is in the store for the systems of a runtime directory, without the values; in the order of names. */
export const listSecrets = (runtimeRoot: string = stateRoot()): readonly SecretFound[] => {
  const scopes: readonly SecretScope[] = [null, ...namesIn(systemsWithSecrets(runtimeRoot))];
  return scopes.flatMap((system) => {
    const directory = secretsOf(system, runtimeRoot);
    return namesIn(directory).flatMap((name): readonly SecretFound[] => {
      const stat = statSync(`${directory}/${name}`, { throwIfNoEntry: false });
      return stat === undefined ? [] : [{ name, system, changed: stat.mtimeMs }];
    });
  });
};
