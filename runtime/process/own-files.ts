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
  openTree,
  umount,
} from "../ffi/libc.ts";
import { kernelErrorOf } from "../kernel-error.ts";
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
  { files }: Process,
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

const written = ({ content, mode, uid, gid, path }: OwnedFile, i: number): number => {
  const place = `${space}/${i}`;
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
  // Of a tmpfs pages may be swapped, and so written to a disk.
  const kind = files.some(({ isSecret }) => isSecret) ? "ramfs" : "tmpfs";
  mount("architect", space, kind, flags, "mode=700");
  const trees: number[] = [];
  try {
    for (const [i, file] of files.entries()) trees.push(written(file, i));
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
