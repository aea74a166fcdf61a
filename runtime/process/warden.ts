/**
 * The warden of a system's logs: a small process that outlives the orchestrator and
 * keeps each log within its limit. It locks a file while it lives, so there is one,
 * and goes when the file does. Without a warden nothing breaks: logs grow.
 */
import { spawn } from "node:child_process";
import { closeSync, constants, ftruncateSync, openSync, readFileSync, statSync, writeSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { flock, LOCK_EX, LOCK_NB } from "../ffi/libc.ts";
import { refusedWith } from "../kernel-error.ts";
import type { Endings } from "./ending.ts";
import { type Identity, openFiles, readStat } from "./proc.ts";
import type { SystemState } from "./state.ts";

const program = fileURLToPath(new URL("./warden-main.js", import.meta.url));
const graceMs = 1_000;
/** A warden is there well before this, if it can be. */
const startMs = 5_000;

/** Takes the lock that says who the warden is; null where another has it. */
const takeLock = (path: string): number | null => {
  const fd = openSync(path, constants.O_RDWR | constants.O_CREAT | constants.O_NOFOLLOW, 0o600);
  try {
    flock(fd, LOCK_EX | LOCK_NB);
    return fd;
  } catch (error) {
    closeSync(fd);
    if (refusedWith(error, "EAGAIN")) return null;
    throw error;
  }
};

/** Makes the calling process the warden, until it ends; null where there is one. */
export const becomeWarden = (path: string): number | null => {
  const fd = takeLock(path);
  if (fd === null) return null;
  ftruncateSync(fd, 0);
  writeSync(fd, String(process.pid));
  return fd;
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

/** The warden that holds the lock now; null where there is none, or none can be told. */
const findWarden = (path: string): Identity | null => {
  const fd = takeLock(path);
  if (fd !== null) {
    closeSync(fd);
    return null;
  }
  // Whoever has the lock wrote itself down; but who that was before may still be written there.
  const pid = Number(readFileSync(path, "utf8"));
  const startTime = pid > 0 ? readStat(pid)?.startTime : undefined;
  return startTime !== undefined && hasLocked(pid, path) ? { pid, startTime } : null;
};

export class Warden {
  readonly #state: SystemState;
  #askedAt = Number.NEGATIVE_INFINITY;

  constructor(state: SystemState) {
    this.#state = state;
  }

  /** Makes sure that the system has a warden, soon. To be called as often as one likes. */
  ensure(): void {
    if (performance.now() - this.#askedAt < startMs) return;
    this.#askedAt = performance.now();
    const path = this.#state.wardenFile;
    const fd = takeLock(path);
    if (fd === null) return;
    closeSync(fd);
    const frugal = ["--max-old-space-size=16", "--max-semi-space-size=1"];
    const child = spawn(process.execPath, [...frugal, program, path, this.#state.logs], {
      cwd: "/",
      detached: true,
      stdio: "ignore",
      env: {},
    });
    child.on("error", () => undefined); // asked again at the next occasion
    child.unref();
  }

  /** Ends the warden, and comes back when it is gone. */
  async stop(endings: Endings): Promise<void> {
    // One that was just asked for may not hold the lock yet.
    const until = this.#askedAt + startMs;
    for (;;) {
      const warden = findWarden(this.#state.wardenFile);
      if (warden !== null)
        return endings.end({ _tag: "processes", list: [warden] }, "stop the warden", graceMs);
      if (performance.now() > until) return;
      await sleep(10);
    }
  }
}
