/** Files of an instance's own: they exist in its mounts alone, and end with them. */
import { chmodSync, chownSync, closeSync, mkdirSync, rmdirSync, writeFileSync } from "node:fs";
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
import { kernelErrorOf, refusedWith } from "../kernel-error.ts";
import { accountOf, type Credentials } from "./credentials.ts";
import { makeFilePoint } from "./mount-points.ts";

/** A file with the numbers of whom it belongs to. */
export interface OwnedFile extends Pick<OwnFile, "path"> {
  readonly content: string | Uint8Array;
  /** Whether a secret is in it. */
  readonly isSecret: boolean;
  readonly mode: number;
  readonly uid: number;
  readonly gid: number;
}

/** The files of a process. `user`: whom it runs as; null: who starts it. `secret`: what those hold that have a secret in them, by their paths. Throws a `KernelError` that names an owner who is not there. */
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

/** In place of what is mounted there, so that whoever opens the path finds either the one or the other. */
const replaceMount = (tree: number, path: string): void => {
  try {
    moveMountBeneath(tree, path);
  } catch (error) {
    if (!refusedWith(error, "EINVAL", "ENOSYS")) throw error;
    // An older kernel: what was there stays below, and nobody finds it.
    moveMount(tree, path);
    return;
  }
  umount(path, MNT_DETACH);
};

/**
 * Puts files in place of those that an instance has at these paths. `enter` takes the calling thread, which must have mounts
 * of its own that nobody else sees, to those of the instance.
 */
export const replaceFiles = (files: readonly OwnedFile[], enter: () => void): void => {
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
    for (const [i, { path }] of files.entries()) {
      try {
        replaceMount(trees[i]!, path);
      } catch (error) {
        throw kernelErrorOf(`replace the file ${path}`, error);
      }
    }
  } finally {
    for (const tree of trees) closeSync(tree);
  }
};
