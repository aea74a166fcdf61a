/**
 * One orchestrator a system: a lock on a file beside the system's directory, which the
 * kernel gives back when its holder ends, however it ends.
 */
import {
  closeSync,
  constants,
  fstatSync,
  ftruncateSync,
  openSync,
  readFileSync,
  rmSync,
  statSync,
  writeSync,
} from "node:fs";
import { type Either, left, right } from "fp-ts/lib/Either.js";
import { flock, LOCK_EX, LOCK_NB } from "../../runtime/ffi/libc.ts";
import { refusedWith } from "../../runtime/kernel-error.ts";
import { pathPart } from "../../runtime/names.ts";
import { ownDirectory, removeIfEmpty } from "../../runtime/process/state.ts";

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

const isDead = (pid: number): boolean => {
  try {
    process.kill(pid, 0);
    return false;
  } catch (error) {
    return refusedWith(error, "ESRCH");
  }
};

const pause = (): void => {
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, pauseMs);
};

/** Locks a system, or tells who has. */
export const lockSystem = (root: string, system: string): Either<Held, Lock> => {
  const path = `${ownDirectory(root)}/.${pathPart(system)}.lock`;
  const patience = Date.now() + afterDeathMs;
  for (;;) {
    const fd = openSync(path, constants.O_RDWR | constants.O_CREAT | constants.O_NOFOLLOW, 0o600);
    try {
      flock(fd, LOCK_EX | LOCK_NB);
    } catch (error) {
      const pid = Number(readFileSync(fd, "utf8"));
      closeSync(fd);
      if (!refusedWith(error, "EAGAIN")) throw error;
      if (pid > 0 && isDead(pid) && Date.now() < patience) {
        pause();
        continue;
      }
      return left({ pid: pid > 0 ? pid : null });
    }
    // Its last holder may have removed the file between opening and locking: that lock is nobody's.
    if (statSync(path, { throwIfNoEntry: false })?.ino !== fstatSync(fd).ino) {
      closeSync(fd);
      continue;
    }
    ftruncateSync(fd, 0);
    writeSync(fd, String(process.pid));
    const holds = (): boolean => statSync(path, { throwIfNoEntry: false })?.ino === fstatSync(fd).ino;
    return right({ holds, release: () => release(fd, path, root, holds()) });
  }
};

const release = (fd: number, path: string, root: string, isOurs: boolean): void => {
  // What is there in its place is somebody else's.
  if (isOurs) rmSync(path, { force: true });
  closeSync(fd);
  removeIfEmpty(root);
};
