/**
 * Directories to mount on that the machine does not have: they are made in the calling thread's own mounts, and there alone.
 * Nothing is paid where all are there.
 */
import {
  closeSync,
  type Dirent,
  existsSync,
  mkdirSync,
  openSync,
  readdirSync,
  readlinkSync,
  realpathSync,
  rmdirSync,
  statSync,
  symlinkSync,
} from "node:fs";
import { basename, dirname } from "node:path";
import {
  MNT_DETACH,
  MS_NODEV,
  MS_NOSUID,
  mount,
  moveMount,
  openTree,
  pivotRoot,
  umount,
} from "../ffi/libc.ts";
import { KernelError, kernelErrorOf, refusedWith } from "../kernel-error.ts";

/** The nearest directory above a path that exists. */
const nearest = (path: string): string => (existsSync(path) ? realpathSync(path) : nearest(dirname(path)));

interface Entry {
  readonly name: string;
  readonly kind: "directory" | "file" | "link";
  /** Of a link where it leads, of others a descriptor on the files as they are mounted. */
  readonly link: string;
  readonly tree: number;
}

const opened = (base: string, entry: Dirent): Entry | null => {
  const path = base === "/" ? `/${entry.name}` : `${base}/${entry.name}`;
  const { name } = entry;
  try {
    if (entry.isSymbolicLink()) return { name, kind: "link", link: readlinkSync(path), tree: -1 };
    return { name, kind: entry.isDirectory() ? "directory" : "file", link: "", tree: openTree(path) };
  } catch (error) {
    if (refusedWith(error, "ENOENT", "EACCES")) return null; // gone meanwhile, or nobody's to see
    throw error;
  }
};

const place = (directory: string, { name, kind, link, tree }: Entry): void => {
  const path = `${directory}/${name}`;
  if (kind === "link") symlinkSync(link, path);
  else {
    if (kind === "directory") mkdirSync(path);
    else closeSync(openSync(path, "wx"));
    moveMount(tree, path);
  }
};

/** Mounts an empty directory with the mode and the owner of another one. */
const mountLike = (base: string, place: string): void => {
  const { mode, uid, gid } = statSync(base);
  const permissions = `mode=${(mode & 0o7777).toString(8)}`;
  const mountWith = (options: string): void =>
    mount("architect", place, "tmpfs", MS_NOSUID | MS_NODEV, options);
  try {
    mountWith(`${permissions},uid=${uid},gid=${gid}`);
  } catch (error) {
    // In a user namespace the machine's root is nobody who can own anything: then it belongs to the user that starts it.
    if (!refusedWith(error, "EINVAL")) throw error;
    mountWith(permissions);
  }
};

/**
 * Puts a directory of the thread's own in place of one of the machine's: with all that is in that, mounted, and room for
 * more. What is there already stays the machine's own, also for writing.
 */
const replaceDirectory = (base: string): void => {
  const entries = readdirSync(base, { withFileTypes: true }).flatMap((entry) => opened(base, entry) ?? []);
  try {
    if (base === "/") replaceRoot(entries);
    else {
      mountLike(base, base);
      for (const entry of entries) place(base, entry);
    }
  } finally {
    for (const { kind, tree } of entries) if (kind !== "link") closeSync(tree);
  }
};

/** The root cannot be covered: the thread moves into another one. Its /tmp is its own already. */
const replaceRoot = (entries: readonly Entry[]): void => {
  const next = "/tmp/.root";
  mkdirSync(next, { mode: 0o700 });
  mountLike("/", next);
  for (const entry of entries) place(next, entry);
  pivotRoot(next);
  umount("/", MNT_DETACH);
  rmdirSync(next);
};

/**
 * Makes sure that there are directories to mount on, in the calling thread's own mounts. `own`: the devices of file systems
 * that are its own already. Returns where each is, without links. Throws ENOTDIR where a file is in the way.
 */
export const makeMountPoints = (paths: readonly string[], own: Set<number>): readonly string[] =>
  paths.map((path) => {
    const base = nearest(path);
    if (!statSync(base).isDirectory())
      throw new KernelError(`keep a directory at ${path}`, "ENOTDIR", `${base} is a file`);
    if (existsSync(path)) return base;
    makeOwn(base, own);
    mkdirSync(path, { recursive: true, mode: 0o755 });
    return realpathSync(path);
  });

/** Makes sure that new names in a directory are the thread's own. */
const makeOwn = (base: string, own: Set<number>): void => {
  if (own.has(statSync(base).dev)) return;
  replaceDirectory(base);
  own.add(statSync(base).dev);
};

/** The same for a file. Throws EISDIR where a directory is. */
export const makeFilePoint = (path: string, own: Set<number>): string => {
  const what = `put a file at ${path}`;
  try {
    if (existsSync(path)) {
      if (statSync(path).isDirectory()) throw new KernelError(what, "EISDIR", "a directory is there");
      return realpathSync(path);
    }
    const [directory] = makeMountPoints([dirname(path)], own);
    makeOwn(directory!, own);
    const place = `${directory}/${basename(path)}`;
    closeSync(openSync(place, "wx"));
    return place;
  } catch (error) {
    throw kernelErrorOf(what, error);
  }
};
