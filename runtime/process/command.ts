/** What is to be run, made sure of before anything is made for it. */
import { statSync } from "node:fs";
import { resolve } from "node:path";
import type { Process, SharedFiles } from "../../src/core/resource.ts";
import { sourceOf } from "../../src/core/shared-path.ts";
import { KernelError, kernelErrorOf } from "../kernel-error.ts";
import { findProgram, usualPath } from "./find-program.ts";

/** The variables that a process inherits; the program text sets all others. */
const inherited = ["PATH", "LANG", "LC_ALL", "TZ"] as const;

/** Variables that say whose a process is: one that runs as another user inherits none of them. */
const inheritedFromSelf = ["HOME", "USER", "LOGNAME"] as const;

/**
 * The environment of a process: of the surroundings only what programs cannot do without. `account`: what is to be said of the
 * user that it runs as; null: it runs as its starter's.
 */
export const environment = (
  own: Readonly<Record<string, string>>,
  account: Readonly<Record<string, string>> | null = null,
  surroundings: NodeJS.ProcessEnv = process.env,
): Record<string, string> => ({
  PATH: usualPath,
  ...Object.fromEntries(
    [...inherited, ...(account === null ? inheritedFromSelf : [])].flatMap((name) => {
      const value = surroundings[name];
      return value === undefined ? [] : [[name, value] as const];
    }),
  ),
  ...account,
  ...own,
});

/** Paths that are made where a program starts. */
export interface MadePaths {
  /** Directories with what was kept in them. */
  readonly directories: readonly string[];
  /** Directories that are empty at every start. */
  readonly empty: readonly string[];
  readonly files: readonly string[];
  /** What it sees of the machine, and where. */
  readonly shares: readonly SharedFiles[];
}

/** What is made where a process starts. */
export const madeBy = ({
  state,
  scratch,
  files,
  shares,
}: Pick<Process, "state" | "scratch" | "files" | "shares">): MadePaths => ({
  directories: state?.map(({ path }) => path) ?? [],
  empty: scratch?.map(({ path }) => path) ?? [],
  files: files?.map(({ path }) => path) ?? [],
  shares: shares ?? [],
});

/** Throws a `KernelError` where nobody can tell: a file or too many links are on the way, or nobody may look. */
const isDirectory = (cwd: string, argv: readonly string[]): boolean => {
  try {
    return statSync(cwd, { throwIfNoEntry: false })?.isDirectory() === true;
  } catch (error) {
    throw kernelErrorOf(`run ${JSON.stringify(argv[0])} in the directory ${cwd}`, error);
  }
};

/** Refuses what could only fail after the fact, or fail without a name. */
export const checkCommand = (
  argv: readonly string[],
  env: Readonly<Record<string, string>>,
  cwd: string,
  made: MadePaths = madeBy({}),
): string => {
  const strings = [...argv, ...Object.entries(env).flat(), cwd];
  if (strings.some((text) => text.includes("\0")))
    throw new KernelError(
      `run ${JSON.stringify(argv[0])}`,
      "EINVAL",
      "a zero byte in its arguments or variables",
    );
  const isMade =
    made.directories.some((path) => `${cwd}/`.startsWith(`${path}/`)) ||
    made.empty.includes(cwd) ||
    made.files.some((path) => path.startsWith(`${cwd}/`));
  if (!isMade && !isDirectory(sourceOf(cwd, made.shares), argv))
    throw new KernelError(
      `run ${JSON.stringify(argv[0])}`,
      "ENOENT",
      `its working directory ${cwd} does not exist`,
    );
  const own = made.files.find((path) => argv[0]?.includes("/") === true && path === resolve(cwd, argv[0]));
  return own ?? findProgram(argv[0] ?? "", env.PATH ?? usualPath, cwd, made.shares);
};
