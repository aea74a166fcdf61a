/**
 * An image, mounted in the calling thread's own mounts: it is unmounted, and its loop device gone, when the last process that
 * sees it has ended. Nobody has to do that, so nothing is left where nobody does.
 */
import { closeSync, mkdirSync } from "node:fs";
import { MNT_DETACH, MS_NODEV, MS_NOSUID, mount, openTree, umount } from "../../ffi/libc.ts";
import { attachLoop } from "../../ffi/loop.ts";
import { kernelErrorOf, refusedWith } from "../../kernel-error.ts";
import type { Credentials } from "../credentials.ts";
import { give } from "./give.ts";
import { openLockedApart } from "./image.ts";

/** Where an image is mounted for a moment. */
const space = "/tmp";

/** In an image: its root has a directory of its own, `lost+found`, and programs want theirs to be empty at first. */
const inside = `${space}/data`;

/** Mounts the image over a directory of the thread's own. The loop device keeps the image locked. */
const mountImage = (image: string): void => {
  const locked = openLockedApart(image);
  try {
    const device = attachLoop(locked);
    try {
      mount(device.path, space, "ext4", MS_NOSUID | MS_NODEV, "errors=remount-ro");
    } finally {
      closeSync(device.fd);
    }
  } finally {
    closeSync(locked);
  }
};

/** Work with the directory in an image, which then is unmounted; `flags` of umount2(2). */
const withImage = <T>(image: string, flags: number, work: (directory: string) => T): T => {
  try {
    mountImage(image);
    try {
      try {
        mkdirSync(inside, { mode: 0o700 });
      } catch (error) {
        if (!refusedWith(error, "EEXIST")) throw error;
      }
      return work(inside);
    } finally {
      umount(space, flags);
    }
  } catch (error) {
    throw kernelErrorOf(`mount the state image ${image}`, error);
  }
};

/** Work with the directory in an image. When it is done, all that was written is on the disk. */
export const visitImage = <T>(image: string, work: (directory: string) => T): T => withImage(image, 0, work);

/** Returns a descriptor of the directory in an image, a user's, to be mounted; see `openTree`. */
export const openImage = (image: string, owner: Pick<Credentials, "uid" | "gid">): number =>
  withImage(image, MNT_DETACH, (directory) => {
    give(directory, owner);
    return openTree(directory);
  });
