/**
 * A file that is only appended to and keeps within a limit: its oldest blocks are given back and read as a
 * hole, so no line is copied, lost or renamed under a reader. The file's length goes on growing.
 */
import { closeSync, constants, fstatSync, ftruncateSync, openSync, statSync, writeSync } from "node:fs";
import { bind, checked } from "../../ffi/libc.ts";
import { splice } from "../../ffi/splice.ts";
import { refusedWith } from "../../kernel-error.ts";

/** In bytes: at which size a file is cut, and how much of it is left then, at least. */
export interface LogLimit {
  readonly keep: number;
  readonly cutAt: number;
}

/** The limit of a log: 8 MiB, cut down to 4 MiB. */
export const usualLimit: LogLimit = { keep: 4 << 20, cutAt: 8 << 20 };

/** No file system takes a file of any length: far below what the smallest takes, start anew. */
const longestFile = 2 ** 40;
const block = 4096;
/** As much as a pipe holds unless a program changes that. */
const chunk = 64 * 1024;

const FALLOC_FL_KEEP_SIZE = 1;
const FALLOC_FL_PUNCH_HOLE = 2;
const rawFallocate = bind<[number, number, number, number], number>(
  "int fallocate(int fd, int mode, int64_t offset, int64_t length)",
);
const SEEK_SET = 0;
const SEEK_END = 2;
const SEEK_DATA = 3;
const rawLseek = bind<[number, number, number], number>("int64_t lseek(int fd, int64_t offset, int whence)");

/** Where what is left of an open file begins: the offset of the first byte that was not given back. */
export const firstByte = (fd: number): number => {
  const offset = rawLseek(fd, 0, SEEK_DATA);
  // ENXIO: there is nothing but a hole, or nothing at all.
  return offset === -1 ? fstatSync(fd).size : offset;
};

const { O_WRONLY, O_CREAT, O_NOFOLLOW } = constants;

/** A file that is appended to. One process at a time may have it open for that. */
export class BoundedFile {
  readonly path: string;
  readonly #limit: LogLimit;
  readonly #fd: number;
  readonly #inode: number;
  #size: number;
  /** What stands before this offset was given back. */
  #begin: number;

  /** Opens a file, and makes it for its owner alone where it is not there. Throws the errors of open(2). */
  constructor(path: string, limit: LogLimit = usualLimit) {
    this.path = path;
    this.#limit = limit;
    this.#fd = openSync(path, O_WRONLY | O_CREAT | O_NOFOLLOW, 0o600);
    const { ino, size } = fstatSync(this.#fd);
    this.#inode = ino;
    this.#size = size;
    this.#begin = firstByte(this.#fd);
    // Not open for appending: nothing can be moved to such a file. No other process writes to it.
    rawLseek(this.#fd, 0, SEEK_END);
  }

  /** Its length in bytes, with what was given back. */
  get size(): number {
    return this.#size;
  }

  /** Whether the path means this file no more: it was removed or replaced. */
  get isReplaced(): boolean {
    return statSync(this.path, { throwIfNoEntry: false })?.ino !== this.#inode;
  }

  /**
   * Appends bytes, and makes room for them first: what is kept never takes more than `cutAt` bytes, or the
   * bytes themselves. On a full disk it gives back half of what it keeps. Throws the errors of write(2);
   * `size` tells how much was written.
   */
  append(bytes: Uint8Array): void {
    this.#makeRoom(bytes.length);
    for (let at = 0; at < bytes.length; ) {
      const written = this.#withRoom(() => writeSync(this.#fd, bytes, at, bytes.length - at));
      at += written;
      this.#size += written;
    }
  }

  /**
   * The same with what a pipe holds, 64 KiB at most. It is moved in one step: a process that is killed loses none of it. Returns how
   * many bytes; 0 at the end of the pipe; null where nothing is in it now. Throws a `KernelError`: ENOSPC, or EINVAL where
   * the file system cannot do it.
   */
  appendFrom(pipe: number): number | null {
    this.#makeRoom(chunk);
    const moved = this.#withRoom(() => splice(pipe, this.#fd, chunk));
    this.#size += moved ?? 0;
    return moved;
  }

  /** Closes the file. */
  close(): void {
    closeSync(this.#fd);
  }

  #makeRoom(length: number): void {
    if (this.#size > longestFile) this.#beginAnew();
    if (this.#size + length - this.#begin > this.#limit.cutAt)
      this.#giveBack(this.#size + length - this.#limit.keep);
  }

  /** Writes; on a full disk once more when half of what is kept was given back. */
  #withRoom<T>(write: () => T): T {
    try {
      return write();
    } catch (error) {
      if (!refusedWith(error, "ENOSPC", "EDQUOT")) throw error;
      this.#giveBack((this.#begin + this.#size) / 2);
      return write();
    }
  }

  /** Gives back what stands before an offset, in whole blocks. */
  #giveBack(offset: number): void {
    const end = Math.floor(Math.min(offset, this.#size) / block) * block;
    if (end <= this.#begin) return;
    try {
      const mode = FALLOC_FL_PUNCH_HOLE | FALLOC_FL_KEEP_SIZE;
      checked(`cut ${this.path}`, rawFallocate(this.#fd, mode, 0, end));
      this.#begin = end;
    } catch (error) {
      // A file system without holes: bounded matters more than whole.
      if (!refusedWith(error, "EOPNOTSUPP", "ENOSYS")) throw error;
      this.#beginAnew();
    }
  }

  #beginAnew(): void {
    ftruncateSync(this.#fd, 0);
    rawLseek(this.#fd, 0, SEEK_SET);
    this.#size = 0;
    this.#begin = 0;
  }
}
