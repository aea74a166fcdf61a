/** The file that a command means. */
import { accessSync, constants, statSync } from "node:fs";
import { isAbsolute, resolve } from "node:path";
import type { SharedFiles } from "../../src/core/resource.ts";
import { sourceOf } from "../../src/core/shared-path.ts";
import { KernelError, refusedWith } from "../kernel-error.ts";

/** PATH where the environment has none. */
export const usualPath = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";

/**
 * Where programs of our own choice are looked for: PATH without entries that mean another directory
 * elsewhere (an empty one means the working directory), or the usual one where nothing is left.
 */
export const searchPath = (path: string | undefined = process.env.PATH): string => {
  const directories = (path ?? "").split(":").filter(isAbsolute);
  return directories.length === 0 ? usualPath : directories.join(":");
};

/** A directory of PATH that may not be looked into has nothing for us. */
const isProgram = (path: string): boolean => {
  try {
    return statSync(path, { throwIfNoEntry: false })?.isFile() === true;
  } catch (error) {
    if (refusedWith(error, "EACCES", "ENOTDIR", "ELOOP", "ENAMETOOLONG")) return false;
    throw error;
  }
};

const isExecutable = (path: string): boolean => {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
};

/**
 * The file that `argv[0]` means: a path from the working directory where it has a
 * slash, else what PATH finds. Throws ENOENT or EACCES with the name in it. `shares`: what of the machine is seen elsewhere
 * where the command runs.
 */
export const findProgram = (
  command: string,
  path: string,
  cwd: string,
  shares: readonly SharedFiles[] = [],
): string => {
  const doing = `run ${JSON.stringify(command)}`;
  if (command === "") throw new KernelError(doing, "ENOENT", "a command needs a name");
  const direct = command.includes("/");
  const candidates = direct
    ? [resolve(cwd, command)]
    : path
        .split(":")
        .filter(isAbsolute)
        .map((directory) => `${directory}/${command}`);
  const found = candidates.filter((each) => isProgram(sourceOf(each, shares)));
  const program = found.find((each) => isExecutable(sourceOf(each, shares)));
  if (program !== undefined) return program;
  if (found[0] !== undefined) throw new KernelError(doing, "EACCES", `${found[0]} is not executable`);
  const where = direct ? `there is no file ${candidates[0]}` : "no such command in PATH";
  throw new KernelError(doing, "ENOENT", where);
};

/** Why the program of a command is not there, in words; null if it is. `path`: PATH, where it is not ours. */
export const missingProgram = (
  command: string,
  path: string | null,
  cwd: string,
  shares: readonly SharedFiles[] = [],
): string | null => {
  try {
    findProgram(command, path ?? process.env.PATH ?? usualPath, cwd, shares);
    return null;
  } catch (error) {
    if (error instanceof KernelError) return error.words;
    throw error;
  }
};
