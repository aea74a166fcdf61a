/**
 * Two locks of a user's commands. `turn`: only one at a time looks for the holder,
 * starts or ends it. `use`: every command that is inside shares it while it is there, so
 * the process that gets it alone knows that no other uses it.
 */
import { closeSync, constants, fstatSync, openSync, rmSync, statSync } from "node:fs";
import { flock, LOCK_EX, LOCK_NB, LOCK_SH } from "../ffi/libc.ts";
import { refusedWith } from "../kernel-error.ts";
import { ownDirectory } from "../process/state.ts";

const turnPath = (stateRoot: string): string => `${stateRoot}/.turn`;
const usePath = (stateRoot: string): string => `${stateRoot}/.use`;

const openLock = (path: string): number =>
  openSync(path, constants.O_RDWR | constants.O_CREAT | constants.O_NOFOLLOW, 0o600);

/** Takes the turn; the lock is held until the result is closed. */
export const takeTurn = (stateRoot: string): number => {
  for (;;) {
    ownDirectory(stateRoot);
    const fd = openLock(turnPath(stateRoot));
    flock(fd, LOCK_EX);
    // Whoever had it may have removed the file: then it locks nobody out.
    if (statSync(turnPath(stateRoot), { throwIfNoEntry: false })?.ino === fstatSync(fd).ino) return fd;
    closeSync(fd);
  }
};

/** Says that somebody is inside, until the result is closed. In one's turn. */
export const shareUse = (stateRoot: string): number => {
  const fd = openLock(usePath(stateRoot));
  flock(fd, LOCK_SH);
  return fd;
};

/** Whether nobody is inside. In one's turn. */
export const isLastUser = (use: number): boolean => {
  try {
    flock(use, LOCK_EX | LOCK_NB);
    return true;
  } catch (error) {
    if (refusedWith(error, "EAGAIN")) return false;
    throw error;
  }
};

/** In one's turn, and as the last: the files go too. */
export const removeLocks = (stateRoot: string): void => {
  rmSync(usePath(stateRoot), { force: true });
  rmSync(turnPath(stateRoot), { force: true });
};
