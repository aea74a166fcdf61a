/**
 * One orchestrator a system: a lock on a file beside the system's directory, which the
 * kernel gives back when its holder ends, however it ends.
 */
import {
  closeSync,
  constants,
  existsSync,
  fstatSync,
  openSync,
  readFileSync,
  rmSync,
  statSync,
} from "node:fs";
import { type Either, left, right } from "fp-ts/lib/Either.js";
import { systemClock } from "../../../runtime/clock.ts";
import { flock, LOCK_EX, LOCK_NB } from "../../../runtime/ffi/libc.ts";
import { KernelError, kernelErrorOf, refusedWith } from "../../../runtime/kernel-error.ts";
import { isLockAt, noteHolder } from "../../../runtime/lock-file.ts";
import { pathPart } from "../../../runtime/names.ts";
import { openFiles, readStat } from "../../../runtime/process/proc.ts";
import { ownDirectory, removeIfEmpty } from "../../../runtime/process/state.ts";
import type { Clock } from "../../core/clock.ts";

export interface Lock {
  /** Whether others still meet the lock; not so where its file was taken away. */
  holds(): boolean;
  /** Gives the system to others, and leaves no file. */
  release(): void;
}

export interface Held {
  /** Null where it cannot be told. */
  readonly pid: number | null;
}

/** A process that its killed holder was just starting may hold the lock a moment longer. In milliseconds. */
const afterDeathMs = 2_000;
const pauseMs = 10;

/** One that is ending still counts as a process until its parent has taken note. */
const isDead = (pid: number): boolean => {
  const stat = readStat(pid);
  return stat === null || stat.state === "Z" || stat.state === "X";
};

const pause = (): void => {
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, pauseMs);
};

const lockPath = (root: string, system: string): string => `${root}/.${pathPart(system)}.lock`;

/**
 * Opens the file of a lock, made if need be. On a file system that takes no changes one that
 * is there can be locked all the same. Throws a `KernelError` where there can be none, and
 * where something is there that is not this user's file.
 */
const openLock = (path: string, system: string): number => {
  const doing = `lock ${system}`;
  const { O_RDWR, O_RDONLY, O_CREAT, O_NOFOLLOW, O_NONBLOCK } = constants;
  const open = (flags: number): number => openSync(path, flags | O_NOFOLLOW | O_NONBLOCK, 0o600);
  let fd: number;
  try {
    try {
      fd = open(O_RDWR | O_CREAT);
    } catch (error) {
      if (!refusedWith(error, "EROFS") || !existsSync(path)) throw error;
      fd = open(O_RDONLY);
    }
  } catch (error) {
    throw kernelErrorOf(doing, error);
  }
  const stat = fstatSync(fd);
  if (stat.isFile() && stat.uid === process.getuid!()) return fd;
  closeSync(fd);
  throw new KernelError(doing, "EACCES", `${path} is not a file of this user; remove it and try again`);
};

/** Notes which process has the lock. It is held without that too, where the file cannot be written. */
const sign = (fd: number): void => {
  try {
    noteHolder(fd);
  } catch (error) {
    if (!refusedWith(error, "ENOSPC", "EDQUOT", "EBADF", "EINVAL")) throw error;
  }
};

/** Locks a system, or returns the process that has it. Throws a `KernelError` where it cannot be locked at all. */
export const lockSystem = (root: string, system: string, clock: Clock = systemClock): Either<Held, Lock> => {
  const path = lockPath(ownDirectory(root), system);
  const patience = clock.now() + afterDeathMs;
  for (;;) {
    const fd = openLock(path, system);
    try {
      flock(fd, LOCK_EX | LOCK_NB);
    } catch (error) {
      const pid = Number(readFileSync(fd, "utf8"));
      closeSync(fd);
      if (!refusedWith(error, "EAGAIN")) throw error;
      if (pid > 0 && isDead(pid) && clock.now() < patience) {
        pause();
        continue;
      }
      return left({ pid: pid > 0 ? pid : null });
    }
    // Its last holder may have removed the file between opening and locking: that lock is nobody's.
    if (!isLockAt(path, fd)) {
      closeSync(fd);
      continue;
    }
    sign(fd);
    const holds = (): boolean => isLockAt(path, fd);
    return right({ holds, release: () => release(fd, path, root, holds()) });
  }
};

/** The process that holds the lock of a system; null where none does, or where it cannot be told. */
export const lockHolder = (root: string, system: string): number | null => {
  const path = lockPath(root, system);
  try {
    const pid = Number(readFileSync(path, "utf8"));
    const { dev, ino } = statSync(path);
    // The number in a file that was left behind may be another's by now.
    const has = openFiles(pid).some((fd) => {
      const open = statSync(`/proc/${pid}/fd/${fd}`, { throwIfNoEntry: false });
      return open?.ino === ino && open.dev === dev;
    });
    return has ? pid : null;
  } catch (error) {
    if (refusedWith(error, "ENOENT", "ENOTDIR", "EACCES", "EPERM")) return null;
    throw error;
  }
};

const release = (fd: number, path: string, root: string, isOurs: boolean): void => {
  // What is there in its place is somebody else's.
  if (isOurs) removeLock(path);
  closeSync(fd);
  removeIfEmpty(root);
};

/** A lock that nobody holds hinders nobody: it stays where it cannot be removed. */
const removeLock = (path: string): void => {
  try {
    rmSync(path, { force: true });
  } catch (error) {
    if (!refusedWith(error, "EROFS", "EACCES", "EPERM")) throw error;
  }
};
