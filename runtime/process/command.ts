/** What is to be run, made sure of before anything is made for it. */
import { accessSync, constants, statSync } from "node:fs";
import { isAbsolute, resolve } from "node:path";
import { KernelError, refusedWith } from "../kernel-error.ts";

/** The variables that a process takes from whoever starts it; all others are the program's to say. */
const inherited = ["PATH", "HOME", "USER", "LOGNAME", "LANG", "LC_ALL", "TZ", "TMPDIR"] as const;
const usualPath = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";

/** The environment of a process: of the surroundings only what programs cannot do without. */
export const environment = (
  own: Readonly<Record<string, string>>,
  surroundings: NodeJS.ProcessEnv = process.env,
): Record<string, string> => ({
  PATH: usualPath,
  ...Object.fromEntries(
    inherited.flatMap((name) => {
      const value = surroundings[name];
      return value === undefined ? [] : [[name, value] as const];
    }),
  ),
  ...own,
});

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
 * slash, else what PATH finds. Throws ENOENT or EACCES with the name in it.
 */
export const findProgram = (command: string, path: string, cwd: string): string => {
  const doing = `run ${JSON.stringify(command)}`;
  if (command === "") throw new KernelError(doing, "ENOENT", "a command needs a name");
  const direct = command.includes("/");
  const candidates = direct
    ? [resolve(cwd, command)]
    : path
        .split(":")
        .filter(isAbsolute)
        .map((directory) => `${directory}/${command}`);
  const found = candidates.filter(isProgram);
  const program = found.find(isExecutable);
  if (program !== undefined) return program;
  if (found[0] !== undefined) throw new KernelError(doing, "EACCES", `${found[0]} is not executable`);
  const where = direct ? `there is no file ${candidates[0]}` : "no such command in PATH";
  throw new KernelError(doing, "ENOENT", where);
};

/** Refuses what could only fail after the fact, or fail without a name. */
export const checkCommand = (
  argv: readonly string[],
  env: Readonly<Record<string, string>>,
  cwd: string,
): string => {
  const strings = [...argv, ...Object.entries(env).flat(), cwd];
  if (strings.some((text) => text.includes("\0")))
    throw new KernelError(
      `run ${JSON.stringify(argv[0])}`,
      "EINVAL",
      "a zero byte in its arguments or variables",
    );
  if (statSync(cwd, { throwIfNoEntry: false })?.isDirectory() !== true)
    throw new KernelError(
      `run ${JSON.stringify(argv[0])}`,
      "ENOENT",
      `its working directory ${cwd} does not exist`,
    );
  return findProgram(argv[0] ?? "", env.PATH ?? usualPath, cwd);
};
