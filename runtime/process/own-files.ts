/** Files of an instance's own: they exist in its mounts alone, and end with them. */
import { chmodSync, chownSync, closeSync, mkdirSync, realpathSync, rmdirSync, writeFileSync } from "node:fs";
import { release } from "node:os";
import type { OwnFile, Process } from "../../src/core/resource.ts";
import {
  MNT_DETACH,
  MS_BIND,
  MS_NODEV,
  MS_NOSUID,
  MS_RDONLY,
  MS_REMOUNT,
  mount,
  moveMount,
  moveMountBeneath,
  openTree,
  umount,
} from "../ffi/libc.ts";
import { KernelError, kernelErrorOf, refusedWith } from "../kernel-error.ts";
import { unescaped } from "../owner.ts";
import { accountOf, type Credentials } from "./credentials.ts";
import { isKernelBefore } from "./kernel-version.ts";
import { makeFilePoint } from "./mount-points.ts";

/** A file with the numbers of its owner. */
export interface OwnedFile extends Pick<OwnFile, "path"> {
  readonly content: string | Uint8Array;
  /** Whether a secret is in it. */
  readonly isSecret: boolean;
  readonly mode: number;
  readonly uid: number;
  readonly gid: number;
}

/** The files of a process. `user`: the user that it runs as; null: its starter's. `secret`: what those hold that have a secret in them, by their paths. Throws a `KernelError` that names an owner who is not there. */
export const filesOf = (
  { files }: Pick<Process, "files">,
  user: Pick<Credentials, "uid" | "gid"> | null,
  secret: ReadonlyMap<string, Uint8Array>,
): readonly OwnedFile[] => {
  const own = user ?? { uid: process.getuid?.() ?? 0, gid: process.getgid?.() ?? 0 };
  return (files ?? []).map(({ path, text, mode, owner }) => {
    const { uid, gid } = owner === undefined ? own : accountOf(owner);
    const content = secret.get(path);
    return {
      path,
      content: content ?? text,
      isSecret: content !== undefined,
      mode: Number.parseInt(mode, 8),
      uid,
      gid,
    };
  });
};

const flags = MS_NOSUID | MS_NODEV;

/** Where they are written, in the instance's own /tmp: nobody sees it there. */
const space = "/tmp/.files";

/** Of a tmpfs pages may be swapped, and so written to a disk. */
const kindFor = (files: readonly OwnedFile[]): "ramfs" | "tmpfs" =>
  files.some(({ isSecret }) => isSecret) ? "ramfs" : "tmpfs";

/** Writes a file below a directory, and returns a descriptor that it can be mounted by. */
const written = (directory: string, { content, mode, uid, gid, path }: OwnedFile, i: number): number => {
  const place = `${directory}/${i}`;
  try {
    writeFileSync(place, content, { flag: "wx", mode: 0o600 });
    chownSync(place, uid, gid);
    chmodSync(place, mode);
  } catch (error) {
    throw kernelErrorOf(`write the file ${path}`, error);
  }
  return openTree(place);
};

/** Mounts files, for reading only, in the calling thread's own mounts. `own`: see `makeMountPoints`. */
export const mountFiles = (files: readonly OwnedFile[], own: Set<number>): void => {
  if (files.length === 0) return;
  mkdirSync(space, { mode: 0o700 });
  mount("architect", space, kindFor(files), flags, "mode=700");
  const trees: number[] = [];
  try {
    for (const [i, file] of files.entries()) trees.push(written(space, file, i));
  } finally {
    // What is open holds the files.
    umount(space, MNT_DETACH);
    rmdirSync(space);
    if (trees.length < files.length) for (const tree of trees) closeSync(tree);
  }
  try {
    for (const [i, { path }] of files.entries()) {
      const place = makeFilePoint(path, own);
      moveMount(trees[i]!, place);
      mount("none", place, null, MS_BIND | MS_REMOUNT | MS_RDONLY | flags);
    }
  } finally {
    for (const tree of trees) closeSync(tree);
  }
};

/** Where such files are mounted, as `/proc/PID/mountinfo` tells it of an instance. */
export const placesOfFiles = (mountinfo: string): readonly string[] =>
  mountinfo.split("\n").flatMap((line) => {
    const [place = "", what = ""] = line.split(" - ");
    const [, , , root = "", point = ""] = place.split(" ");
    // Of a directory of ours the root itself is mounted, of a file its number there.
    return /^(tmpfs|ramfs) architect /.test(what) && /^\/\d+$/.test(root) ? [unescaped(point)] : [];
  });

/**
 * In place of what is mounted there, so that the path always leads to either the one or the other. An older kernel cannot: there
 * the file is missing for a moment, but what is replaced, perhaps a secret, does not stay.
 */
export const replaceMount = (
  tree: number,
  path: string,
  beneath: typeof moveMountBeneath = moveMountBeneath,
  kernel = release(),
): void => {
  try {
    beneath(tree, path);
  } catch (error) {
    const isOld = isKernelBefore(6, 5, kernel) && refusedWith(error, "EINVAL");
    if (!isOld && !refusedWith(error, "ENOSYS")) throw error;
    umount(path, MNT_DETACH);
    moveMount(tree, path);
    return;
  }
  umount(path, MNT_DETACH);
};

/** Where a file is mounted that an instance has at a path: a link there may lead elsewhere by now, where nothing is to be covered. */
const placeOf = (path: string, mounted: readonly string[]): string => {
  const what = `replace the file ${path}`;
  try {
    const place = realpathSync(path);
    if (mounted.includes(place)) return place;
    throw new KernelError(what, "EINVAL", `the path leads to ${place} by now, and it was not put there`);
  } catch (error) {
    throw kernelErrorOf(what, error);
  }
};

/**
 * Puts files in place of those that an instance has at these paths. `enter` takes the calling thread, which must have mounts
 * of its own that nobody else sees, to those of the instance. `mounted`: where it has such files.
 */
export const replaceFiles = (
  files: readonly OwnedFile[],
  mounted: readonly string[],
  enter: () => void,
): void => {
  // Of the thread's own: any directory that exists.
  const place = "/tmp";
  mount("architect", place, kindFor(files), flags, "mode=700");
  const trees: number[] = [];
  try {
    for (const [i, file] of files.entries()) {
      closeSync(written(place, file, i));
    }
    mount("none", place, null, MS_BIND | MS_REMOUNT | MS_RDONLY | flags);
    for (const i of files.keys()) trees.push(openTree(`${place}/${i}`));
    enter();
    const places = files.map(({ path }) => placeOf(path, mounted));
    for (const [i, { path }] of files.entries()) {
      try {
        replaceMount(trees[i]!, places[i]!);
      } catch (error) {
        throw kernelErrorOf(`replace the file ${path}`, error);
      }
    }
  } finally {
    for (const tree of trees) closeSync(tree);
  }
};
