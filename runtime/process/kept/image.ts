/**
 * A kept directory with a size is a file that holds a file system, an image. Whoever works on one has it locked: also the kernel,
 * as long as it is mounted.
 */
import {
  closeSync,
  constants,
  fstatSync,
  fsyncSync,
  ftruncateSync,
  openSync,
  readSync,
  renameSync,
} from "node:fs";
import { dirname, relative, resolve } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { flock, LOCK_EX, LOCK_NB, openTree } from "../../ffi/libc.ts";
import { loopOf, reserve } from "../../ffi/loop.ts";
import { KernelError, kernelErrorOf, refusedWith } from "../../kernel-error.ts";
import { bytesForFile } from "./fit.ts";
import { checkRoom } from "./room.ts";
import { runTool } from "./tool.ts";

const { O_RDWR, O_CREAT, O_EXCL, O_NOFOLLOW } = constants;

/** Bytes in a block of the file systems that are made. */
export const blockSize = 4096;

/** How large the image of a size is. */
export const imageBytes = (bytes: number): number => Math.ceil(bytes / blockSize) * blockSize;

/** Makes sure that what was renamed or made in a directory is there after a crash of the machine. */
export const syncDirectory = (path: string): void => {
  const fd = openSync(path, "r");
  try {
    fsyncSync(fd);
  } finally {
    closeSync(fd);
  }
};

/** Locks an image until the descriptor is closed. Throws a `KernelError`: EBUSY while somebody else has it locked. */
export const openLocked = (path: string): number => lock(path, opening(path));

const opening = (path: string) => (): number => openSync(path, O_RDWR | O_NOFOLLOW);

/**
 * The same, by a mount that nobody else has. A file that is written to keeps its mount from becoming read-only, and this one may be
 * open for as long as an instance lives, whose mounts may have to.
 */
export const openLockedApart = (path: string): number =>
  lock(path, () => {
    // So the kernel calls it by its names: `/shop/db/0/data`.
    const owner = resolve(path, "../../../..");
    const tree = openTree(owner);
    try {
      return openSync(`/proc/self/fd/${tree}/${relative(owner, path)}`, O_RDWR | O_NOFOLLOW);
    } finally {
      closeSync(tree);
    }
  });

const doing = (path: string): string => `open the state image ${path}`;

const lock = (path: string, open: () => number): number => {
  const fd = tryLock(path, open);
  if (fd === null) throw new KernelError(doing(path), "EBUSY", whoLocks(path));
  return fd;
};

/** Null where somebody else has it locked. */
const tryLock = (path: string, open: () => number): number | null => {
  try {
    const fd = open();
    try {
      flock(fd, LOCK_EX | LOCK_NB);
      return fd;
    } catch (error) {
      closeSync(fd);
      if (refusedWith(error, "EAGAIN")) return null;
      throw error;
    }
  } catch (error) {
    throw kernelErrorOf(doing(path), error);
  }
};

/** Who has an image locked, in words: the kernel, or the tools that check it and make it larger. */
const whoLocks = (path: string): string => {
  const fd = opening(path)();
  try {
    const device = loopOf(fd);
    if (device === null) return "it is being checked or made larger: try again when that is done";
    closeSync(device.fd);
    return "it is still mounted";
  } finally {
    closeSync(fd);
  }
};

/** Between looks at whether an image is free, and how long that may take, in milliseconds: an end takes the kernel a moment. */
const freeLookMs = 10;
const freeWithinMs = 10_000;

/** The same, once those who have it locked have let go of it. Throws EBUSY where they do not. */
export const lockedWhenFree = async (path: string): Promise<number> => {
  for (let waited = 0; ; waited += freeLookMs) {
    const fd = waited >= freeWithinMs ? openLocked(path) : tryLock(path, opening(path));
    if (fd !== null) return fd;
    await sleep(freeLookMs);
  }
};

/**
 * Makes an image where nothing is. Its room on the disk is taken at once: a full disk later fails no write in it. After an
 * error (a `KernelError`) there may be a part of one.
 */
export const makeImage = async (path: string, bytes: number): Promise<void> => {
  checkRoom(dirname(path), bytes);
  const fd = openSync(path, O_RDWR | O_CREAT | O_EXCL | O_NOFOLLOW, 0o600);
  try {
    reserve(fd, bytes);
    const layout = ["-b", String(blockSize), "-i", String(bytesForFile), "-m", "0"];
    // It is all zeros, and must stay where it is.
    const ways = "nodiscard,lazy_itable_init=1,lazy_journal_init=1";
    await runTool("mkfs.ext4", ["-q", "-F", ...layout, "-E", ways, path]);
    fsyncSync(fd);
  } finally {
    closeSync(fd);
  }
};

/** Puts a finished draft where nothing is, for good. */
export const place = (draft: string, path: string): void => {
  renameSync(draft, path);
  syncDirectory(dirname(path));
};

const superblockAt = 1024;
const superblockSize = 1024;

/** A file system, as its superblock tells it; in bytes. */
export interface FileSystemSize {
  readonly bytes: number;
  readonly used: number;
  /** What is left for files by its own tables. */
  readonly room: number;
  /** By so much it may be smaller than its disk: the last group of blocks is left out where its own tables would nearly fill it. */
  readonly leavesOut: number;
}

/** Blocks that a group must have beside its tables, as e2fsprogs counts. */
const fewestInGroup = 50;

/** Whether a group has a copy of the superblock: those of the numbers 1, and the powers of 3, 5 and 7. */
const hasCopy = (group: number): boolean =>
  group === 1 ||
  [3, 5, 7].some((base) => {
    let power = base;
    while (power < group) power *= base;
    return power === group;
  });

/** Reads how large the ext4 file system in an open image or on an open device is; null where there is none. */
export const fileSystemIn = (fd: number): FileSystemSize | null => {
  const block = Buffer.alloc(superblockSize);
  if (readSync(fd, block, 0, superblockSize, superblockAt) < superblockSize) return null;
  if (block.readUInt16LE(0x38) !== 0xef53) return null;
  const isWide = (block.readUInt32LE(0x60) & 0x80) !== 0;
  const count = (low: number, high: number): number =>
    block.readUInt32LE(low) + (isWide ? block.readUInt32LE(high) * 2 ** 32 : 0);
  const size = 2 ** (10 + block.readUInt32LE(0x18));
  const [blocks, free, overhead] = [count(0x4, 0x150), count(0xc, 0x158), block.readUInt32LE(0x248)];
  const room = blocks - overhead;
  const used = Math.max(0, room - free) * size;
  return { bytes: blocks * size, used, room: room * size, leavesOut: leftOutOf(block, blocks, size) * size };
};

/** So many blocks less than its disk a file system may have: none, unless it ends with a whole group. */
const leftOutOf = (block: Buffer, blocks: number, size: number): number => {
  const inGroup = block.readUInt32LE(0x20);
  if (blocks % inGroup !== 0) return 0;
  const next = blocks / inGroup;
  const inodes = Math.ceil((block.readUInt32LE(0x28) * block.readUInt16LE(0x58)) / size);
  const groups = Math.ceil(((next + 1) * (block.readUInt16LE(0xfe) || 32)) / size);
  const copy = hasCopy(next) ? 1 + groups + block.readUInt16LE(0xce) : 0;
  return 2 + inodes + copy + fewestInGroup - 1;
};

/** How large an image is: as its file, unless the file system has yet to grow into that. */
export const sizeOf = (fd: number, system: FileSystemSize): number => {
  const { size } = fstatSync(fd);
  return size - system.bytes <= system.leavesOut ? size : system.bytes;
};

/** Takes back what was reserved for a file system that did not grow. */
export const giveBack = (fd: number, bytes: number): void => ftruncateSync(fd, bytes);
