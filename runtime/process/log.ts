/**
 * Logs: a process writes straight into its file, so nobody has to live for it to go
 * on writing. The file is kept small from the front: its oldest blocks are given back
 * and read as a hole, and no line is copied, lost or renamed under a reader.
 */
import { closeSync, constants, fstatSync, ftruncateSync, openSync } from "node:fs";
import { bind, checked } from "../ffi/libc.ts";
import { refusedWith } from "../kernel-error.ts";

/** How much of a log is kept, at least; and at which size it is cut down to that. */
export interface LogLimit {
  readonly keep: number;
  readonly cutAt: number;
}

export const usualLimit: LogLimit = { keep: 4 << 20, cutAt: 8 << 20 };

/** No file system takes a file of any length: far below what the smallest takes, start anew. */
const longestFile = 2 ** 40;
const block = 4096;

const FALLOC_FL_KEEP_SIZE = 1;
const FALLOC_FL_PUNCH_HOLE = 2;
const rawFallocate = bind<[number, number, number, number], number>(
  "int fallocate(int fd, int mode, int64_t offset, int64_t length)",
);
const SEEK_DATA = 3;
const rawLseek = bind<[number, number, number], number>("int64_t lseek(int fd, int64_t offset, int whence)");

/** Where the log begins: the offset of the first byte that was not given back. */
export const firstByte = (fd: number): number => {
  const offset = rawLseek(fd, 0, SEEK_DATA);
  // ENXIO: there is nothing but a hole, or nothing at all.
  return offset === -1 ? fstatSync(fd).size : offset;
};

/** Gives back the oldest part of a log that has grown beyond its limit. */
export const cutLog = (path: string, limit: LogLimit): void => {
  const fd = openSync(path, constants.O_RDWR | constants.O_NOFOLLOW);
  try {
    const { size } = fstatSync(fd);
    if (size > longestFile) ftruncateSync(fd, 0);
    if (size - firstByte(fd) <= limit.cutAt) return;
    const end = Math.floor((size - limit.keep) / block) * block;
    try {
      checked(`cut ${path}`, rawFallocate(fd, FALLOC_FL_PUNCH_HOLE | FALLOC_FL_KEEP_SIZE, 0, end));
    } catch (error) {
      // A file system without holes: bounded matters more than whole.
      if (!refusedWith(error, "EOPNOTSUPP", "ENOSYS")) throw error;
      ftruncateSync(fd, 0);
    }
  } finally {
    closeSync(fd);
  }
};
