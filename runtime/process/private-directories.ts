/**
 * Directories where programs meet that know nothing of each other: they leave sockets, locks and
 * shared memory there. Each instance has its own, empty at every start. What its
 * program is started with stays visible in them.
 */
import { realpathSync, statSync } from "node:fs";
import { resolve } from "node:path";
import { refusedWith } from "../kernel-error.ts";

/** Covered by an empty directory, where they exist. */
export const emptied = ["/tmp", "/var/tmp", "/dev/shm"] as const;
/** The machine's own files show through; what a program makes there is its own, and it meets no socket there. */
export const layered = "/run";

const places: readonly string[] = [...emptied, layered];

/** What tells what a program is started with. */
export interface ProgramStart {
  /** The file that is executed. */
  readonly program: string;
  readonly argv: readonly string[];
  readonly env: Readonly<Record<string, string>>;
  readonly cwd: string;
}

/** Not there, or not to be looked at. */
const unreachable = [
  "ENOENT",
  "EACCES",
  "ENOTDIR",
  "ELOOP",
  "ENAMETOOLONG",
  "ERR_INVALID_ARG_VALUE",
] as const;

/** A path as it is written and as it is without symbolic links; nothing where nothing is there. */
const spellings = (path: string): readonly string[] => {
  try {
    return statSync(path, { throwIfNoEntry: false }) === undefined ? [] : [path, realpathSync(path)];
  } catch (error) {
    if (refusedWith(error, ...unreachable)) return [];
    throw error;
  }
};

/** The entry of a private place that a path lies in; null where it lies in none. */
const entryOf = (path: string): string | null => {
  for (const place of places) {
    if (!path.startsWith(`${place}/`)) continue;
    const [name = ""] = path.slice(place.length + 1).split("/");
    return name === "" ? null : `${place}/${name}`;
  }
  return null;
};

/** Where people keep projects for a while. In the others is only what programs leave for each other. */
const mention = /(?<![\w.-])\/(?:var\/)?tmp\/[^/\s"'`:;,|&<>()]+/g;

/** A place where programs meet, such as a socket, is none. */
const isFile = (path: string): boolean => {
  const stat = statSync(path, { throwIfNoEntry: false });
  return stat !== undefined && (stat.isFile() || stat.isDirectory());
};

/** Files of temporary directories that a text mentions, be it a path, an option or a script. */
const mentioned = (text: string): readonly string[] =>
  (text.match(mention) ?? []).flatMap(spellings).filter(isFile);

/**
 * The entries of private places that a program is started with: its directory, its
 * file, and what its arguments and variables mention.
 */
export const shownEntries = ({ program, argv, env, cwd }: ProgramStart): readonly string[] => {
  // In a temporary directory itself, a plain name means a file there.
  const beside = places.includes(cwd)
    ? argv
        .map((text) => resolve(cwd, text))
        .flatMap(spellings)
        .filter(isFile)
    : [];
  const texts = [...argv, ...Object.values(env)];
  const paths = [...[cwd, program].flatMap(spellings), ...beside, ...texts.flatMap(mentioned)];
  return [...new Set(paths.map(entryOf).filter((entry) => entry !== null))];
};
