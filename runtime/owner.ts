/**
 * Whose a system is. Two orchestrators may keep systems of one name on one kernel: with
 * two runtime directories, or in two containers in which the directory has one path.
 * What they have in common (the network of the host, the names below /run/netns, the
 * process table) tells them apart by the owner in names and marks.
 *
 * The owner is the place of the runtime directory on its file system: the device, and
 * the path below the file system's root. So it is the same for every process that sees that
 * directory, wherever it is mounted, and another for every other directory. Nothing is
 * written down: it outlives a directory that is deleted and made again.
 */
import { createHash } from "node:crypto";
import { closeSync, constants, openSync, readFileSync, realpathSync, statSync } from "node:fs";
import { basename, dirname, posix } from "node:path";
import { refusedWith } from "./kernel-error.ts";

/** A system of an owner. */
export interface Owned {
  readonly system: string;
  readonly owner: string;
  /** The runtime directory: what people know the owner by. */
  readonly root: string;
  /** Whether what was marked without an owner, by an earlier version, is this one's. */
  readonly inherits: boolean;
}

/** Of a line of /proc/PID/mountinfo, what tells where in a file system a path is. */
interface Mount {
  /** `MAJOR:MINOR` */
  readonly device: string;
  /** The directory of the file system that is mounted. */
  readonly root: string;
  readonly point: string;
}

/** Spaces and the like stand as `\040` in the kernel's lists. */
export const unescaped = (text: string): string =>
  text.replace(/\\([0-7]{3})/g, (_, digits: string) => String.fromCharCode(Number.parseInt(digits, 8)));

/** `36 35 98:0 /root /point rw,noatime master:1 - ext3 /dev/root rw` */
export const mountWith = (id: string, mountinfo: string): Mount | null => {
  const line = mountinfo.split("\n").find((entry) => entry.startsWith(`${id} `));
  const [, , device, root, point] = line?.split(" ") ?? [];
  if (device === undefined || root === undefined || point === undefined) return null;
  return { device, root: unescaped(root).replace(/\/\/deleted$/, ""), point: unescaped(point) };
};

/** The nearest directory that exists on the way to a path, and what of the path is missing. */
const existing = (path: string): readonly [directory: string, missing: string] => {
  try {
    return [realpathSync(path), ""];
  } catch (error) {
    if (!refusedWith(error, "ENOENT", "ENOTDIR", "EACCES", "ELOOP") || path === "/") throw error;
    const [directory, missing] = existing(dirname(path));
    return [directory, posix.join(missing, basename(path))];
  }
};

/** Opens a directory as a place alone, without the right to read it. */
const O_PATH = 0o10000000;

/** Which mount a directory is of. */
const mountIdOf = (directory: string): string => {
  const fd = openSync(directory, O_PATH | constants.O_DIRECTORY);
  try {
    const info = readFileSync(`/proc/thread-self/fdinfo/${fd}`, "utf8");
    return /^mnt_id:\s*(\d+)$/m.exec(info)?.[1] ?? "";
  } finally {
    closeSync(fd);
  }
};

/** The device of a path, and where on it that is. */
const placeOf = (path: string): string => {
  const [directory, missing] = existing(path);
  const mount = mountWith(mountIdOf(directory), readFileSync("/proc/thread-self/mountinfo", "utf8"));
  // Below a plain chroot the mount is not listed: its root tells that file tree from others.
  if (mount === null) {
    const [{ dev }, { ino }] = [statSync(directory), statSync("/")];
    return `${dev} ${ino} ${posix.join(directory, missing)}`;
  }
  const below = posix.relative(mount.point, directory);
  return `${mount.device} ${posix.join(mount.root, below, missing)}`;
};

const digits = "0123456789abcdefghijklmnopqrstuv";
/** Of five bits each. */
const length = 8;

/** The owner whose runtime directory this is, whether it exists or not. */
export const ownerIn = (root: string): string =>
  [...createHash("sha256").update(placeOf(root)).digest().subarray(0, length)]
    .map((byte) => digits[byte & 31])
    .join("");

/** The name of a system where another owner has the plain one. No system is called so: its name has no dash. */
export const qualifiedName = ({ system, owner }: Owned): string => `${system}-${owner}`;

/** What marks say: whose something is. The owner is null in marks of an earlier version. */
export interface Mark {
  readonly system: string;
  readonly owner: string | null;
  /** What follows. */
  readonly rest: string;
}

/** `architect/OWNER SYSTEM REST`: the mark of links, namespaces and tables. */
export const markText = ({ system, owner }: Pick<Owned, "system" | "owner">, rest = ""): string =>
  `architect/${owner} ${system}${rest === "" ? "" : ` ${rest}`}`;

export const parseMark = (text: string): Mark | null => {
  const [, owner = null, system, rest = ""] =
    /^architect(?:\/([0-9a-v]{8}))? (\w+)(?: (.*))?$/s.exec(text) ?? [];
  return system === undefined ? null : { system, owner, rest };
};

/** Whether a mark is of a system. */
export const isOf = (mark: Pick<Mark, "system" | "owner"> | null, owned: Owned): boolean =>
  mark !== null &&
  mark.system === owned.system &&
  (mark.owner === null ? owned.inherits : mark.owner === owned.owner);
