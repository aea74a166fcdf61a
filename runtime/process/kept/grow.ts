/** An image that becomes larger: where it is mounted as well, without an end of its program. */
import { closeSync, constants, fstatSync, openSync, readFileSync, statfsSync } from "node:fs";
import { basename, dirname } from "node:path";
import { sizeText } from "../../../src/core/limits.ts";
import { growFileSystem, growLoop, type LoopDevice, loopOf, reserve } from "../../ffi/loop.ts";
import { KernelError, refusedWith } from "../../kernel-error.ts";
import { unescaped } from "../../owner.ts";
import {
  blockSize,
  type FileSystemSize,
  fileSystemIn,
  giveBack,
  imageBytes,
  lockedWhenFree,
  openLocked,
  sizeOf,
} from "./image.ts";
import { checkRoom } from "./room.ts";
import { runTool } from "./tool.ts";

/** A smaller size is refused, by those who only look as by those who would do it. */
export const shrinks = (path: string, now: number): KernelError =>
  new KernelError(
    "make a state smaller",
    "EINVAL",
    `it has ${sizeText(now)}, and what is kept never shrinks: ${path} stays as it is`,
  );

const { O_RDWR, O_NOFOLLOW, O_RDONLY, O_DIRECTORY } = constants;

/** Work with an image, and with its loop device where it is mounted. */
const withImage = <T>(path: string, work: (fd: number, device: LoopDevice | null) => T): T => {
  const fd = openSync(path, O_RDWR | O_NOFOLLOW);
  try {
    const device = loopOf(fd);
    try {
      return work(fd, device);
    } finally {
      if (device !== null) closeSync(device.fd);
    }
  } finally {
    closeSync(fd);
  }
};

/** An image: how large it is, and how much of it is used; in bytes. */
export type ImageSize = FileSystemSize;

/**
 * How large an image is. Null: none is in it. Where it is mounted the kernel knows better than the file; what is used then is
 * told only through a process that sees it, `pid`.
 */
export const imageSize = (path: string, pid: number | null = null): ImageSize | null =>
  (pid === null ? wholeSize(path) : null) ?? sizeByDevice(path, pid);

/** The size of one that has grown into all of its file, by that alone: a look for its loop device opens all there are. Else null. */
const wholeSize = (path: string): ImageSize | null => {
  const fd = openSync(path, O_RDONLY | O_NOFOLLOW);
  try {
    const system = fileSystemIn(fd);
    const { size } = fstatSync(fd);
    return system !== null && sizeOf(fd, system) === size ? { ...system, bytes: size } : null;
  } finally {
    closeSync(fd);
  }
};

const sizeByDevice = (path: string, pid: number | null): ImageSize | null =>
  withImage(path, (fd, device) => {
    const system = fileSystemIn(device === null ? fd : device.fd);
    const mounted = device === null || pid === null ? null : usedIn(pid, device);
    return system && { ...system, bytes: sizeOf(fd, system), ...mounted };
  });

/** Where a process has an image mounted, as a path from here; null where it does not. */
export const mountPointOf = (path: string, pid: number): string | null =>
  withImage(path, (_, device) => (device === null ? null : mountedIn(pid, device)));

/** How much of a file system is used that a process sees; null where it does not. */
const usedIn = (pid: number, device: LoopDevice): Pick<FileSystemSize, "used" | "room"> | null => {
  try {
    const point = mountedIn(pid, device);
    if (point === null) return null;
    const { blocks, bfree, bsize } = statfsSync(point);
    return { used: (blocks - bfree) * bsize, room: blocks * bsize };
  } catch (error) {
    if (refusedWith(error, "ENOENT", "ESRCH", "EACCES")) return null;
    throw error;
  }
};

/** Where a process sees a device mounted, as a path from here; null where it does not. */
const mountedIn = (pid: number, device: LoopDevice): string | null => {
  const number = readFileSync(`/sys/block/${basename(device.path)}/dev`, "utf8").trim();
  for (const line of readFileSync(`/proc/${pid}/mountinfo`, "utf8").split("\n")) {
    const [, , at, , point] = line.split(" ");
    if (at === number) return `/proc/${pid}/root${unescaped(point!)}`;
  }
  return null;
};

/** Makes what is mounted larger. False where it is not mounted any more. */
const growMounted = (fd: number, device: LoopDevice, bytes: number, pid: number): boolean => {
  let directory: number;
  try {
    const point = mountedIn(pid, device);
    if (point === null) return false;
    directory = openSync(point, O_RDONLY | O_DIRECTORY);
  } catch (error) {
    if (refusedWith(error, "ENOENT", "ESRCH")) return false;
    throw error;
  }
  try {
    reserve(fd, bytes);
    growLoop(device);
    growFileSystem(directory, bytes / blockSize);
    return true;
  } catch (error) {
    // EBUSY: somebody else makes it larger now.
    if (!refusedWith(error, "EBUSY")) takeBackMounted(fd, device);
    throw error;
  } finally {
    closeSync(directory);
  }
};

/** Makes what is not mounted larger. The tools keep it locked, also when nobody waits for them any more. */
const growUnmounted = async (path: string, bytes: number): Promise<void> => {
  const locked = await lockedWhenFree(path);
  try {
    // Until it was free others may have made it larger: `resize2fs` would make it smaller.
    const now = sizeIn(locked, path);
    if (now > bytes) throw shrinks(path, now);
    try {
      reserve(locked, bytes);
      // 1: what was wrong is put right.
      await runTool("e2fsck", ["-f", "-p", path], { locked, most: 1 });
      await runTool("resize2fs", [path, `${bytes / 1024}K`], { locked });
    } catch (error) {
      giveBack(locked, sizeIn(locked, path));
      throw error;
    }
  } finally {
    closeSync(locked);
  }
};

/** How large the image is that is open. Throws EUCLEAN where there is no file system in it. */
const sizeIn = (fd: number, path: string): number => {
  const system = fileSystemIn(fd);
  if (system === null) throw unreadable(path);
  return sizeOf(fd, system);
};

const unreadable = (path: string): KernelError =>
  new KernelError(`read ${path}`, "EUCLEAN", "there is no file system in it: e2fsck may mend it");

/**
 * Makes an image as large as a size says. `pid`: a process that may have it mounted; null: none has. After an error (a
 * `KernelError`) it is as large as it was. Throws EINVAL where it is larger already, and EBUSY while others are at work on it.
 */
export const growImage = async (path: string, size: number, pid: number | null): Promise<void> => {
  const bytes = imageBytes(size);
  const known = imageSize(path);
  if (known === null) throw unreadable(path);
  if (known.bytes > bytes) throw shrinks(path, known.bytes);
  if (known.bytes === bytes) return takeBack(path);
  checkRoom(dirname(path), bytes - known.bytes);
  try {
    const isDone =
      pid !== null && withImage(path, (fd, device) => device !== null && growMounted(fd, device, bytes, pid));
    if (!isDone) await growUnmounted(path, bytes);
  } catch (error) {
    if (refusedWith(error, "EPERM"))
      throw new KernelError(
        (error as KernelError).operation,
        "EPERM",
        "this takes CAP_SYS_RESOURCE while it is mounted; `architect down` and `apply` do it without",
      );
    throw error;
  }
};

/** Throws a `KernelError` where an image cannot be as large: EINVAL, it is larger; ENOSPC, its disk has no room. */
export const checkGrowth = (path: string, bytes: number): void => {
  const now = imageSize(path)?.bytes ?? 0;
  if (now > bytes) throw shrinks(path, now);
  if (now < bytes) checkRoom(dirname(path), bytes - now);
};

/** Gives back what an interrupted growth reserved beyond the file system. Throws EBUSY while that may go on. */
const takeBack = (path: string): void =>
  withImage(path, (fd, device) => {
    if (device !== null) return takeBackMounted(fd, device);
    if (fstatSync(fd).size === sizeIn(fd, path)) return;
    const locked = openLocked(path);
    try {
      giveBack(locked, sizeIn(locked, path));
    } finally {
      closeSync(locked);
    }
  });

/** The same for what is mounted: as long as it is, the kernel holds its lock, and no tool is at work on it. */
const takeBackMounted = (fd: number, device: LoopDevice): void => {
  const system = fileSystemIn(device.fd);
  if (system === null) return;
  const bytes = sizeOf(fd, system);
  if (fstatSync(fd).size === bytes) return;
  giveBack(fd, bytes);
  growLoop(device);
};
