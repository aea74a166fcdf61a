/** Files that are locked with flock(2) and note who has the lock. */
import { fstatSync, ftruncateSync, statSync, writeSync } from "node:fs";

/** Whether a lock that is held is still the one at the path: the file may have been removed, or made anew. */
export const isLockAt = (path: string, fd: number): boolean =>
  statSync(path, { throwIfNoEntry: false })?.ino === fstatSync(fd).ino;

/** Notes this process in the file of a lock. Throws the errors of write(2). */
export const noteHolder = (fd: number): void => {
  ftruncateSync(fd, 0);
  writeSync(fd, String(process.pid));
};
