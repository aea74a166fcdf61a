/**
 * Which process is the log writer of a system: the one that has a file locked, as long as it lives. It notes its pid
 * in the file, and the note is believed only where the kernel shows the lock.
 */
import { closeSync, constants, existsSync, openSync, readFileSync, statSync } from "node:fs";
import { flock, LOCK_EX, LOCK_NB } from "../../ffi/libc.ts";
import { refusedWith } from "../../kernel-error.ts";
import { noteHolder } from "../../lock-file.ts";
import { type Identity, openFiles, readStat } from "../proc.ts";

const { O_RDWR, O_CREAT, O_NOFOLLOW } = constants;

/** Takes the lock; null where another process has it. */
const takeLock = (path: string, make: boolean): number | null => {
  const fd = openSync(path, O_RDWR | (make ? O_CREAT : 0) | O_NOFOLLOW, 0o600);
  try {
    flock(fd, LOCK_EX | LOCK_NB);
    return fd;
  } catch (error) {
    closeSync(fd);
    if (refusedWith(error, "EAGAIN")) return null;
    throw error;
  }
};

/**
 * Makes the calling process the log writer until the returned descriptor is closed; null where there is one. Throws the errors
 * of open(2), so where the directory is not there, and of write(2).
 */
export const becomeWriter = (path: string): number | null => {
  const fd = takeLock(path, true);
  if (fd === null) return null;
  try {
    noteHolder(fd);
    return fd;
  } catch (error) {
    closeSync(fd); // a full disk
    throw error;
  }
};

/** Whether the process has the file locked: the kernel tells of each open file which locks it has. */
const hasLocked = (pid: number, path: string): boolean => {
  const lock = statSync(path);
  return openFiles(pid).some((fd) => {
    try {
      const { dev, ino } = statSync(`/proc/${pid}/fd/${fd}`);
      if (dev !== lock.dev || ino !== lock.ino) return false;
      return /^lock:.*\bFLOCK\b.*\bWRITE\b/m.test(readFileSync(`/proc/${pid}/fdinfo/${fd}`, "utf8"));
    } catch (error) {
      if (refusedWith(error, "ENOENT", "ESRCH", "EACCES", "EPERM")) return false;
      throw error;
    }
  });
};

/** The process that holds the lock now; null where there is none, or none can be told. */
export const findWriter = (path: string): Identity | null => {
  if (!existsSync(path)) return null;
  const fd = takeLock(path, false);
  if (fd !== null) {
    closeSync(fd);
    return null;
  }
  // The process that has the lock has noted its pid; but the note may still be that of an earlier one.
  const pid = Number(readFileSync(path, "utf8"));
  const startTime = pid > 0 ? readStat(pid)?.startTime : undefined;
  return startTime !== undefined && hasLocked(pid, path) ? { pid, startTime } : null;
};
