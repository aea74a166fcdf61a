/** The warden's own process: `node warden-main.js LOCKFILE LOGS`. See warden.ts. */
import { fstatSync, readdirSync, statSync } from "node:fs";
import { refusedWith } from "../kernel-error.ts";
import { cutLog, usualLimit } from "./log.ts";
import { markTime, timesLimit } from "./log-times.ts";
import { becomeWarden } from "./warden.ts";

const lookMs = 500;
const [lockFile = "", logs = ""] = process.argv.slice(2);
const lock = becomeWarden(lockFile);

const isStillMeant = (fd: number): boolean =>
  statSync(lockFile, { throwIfNoEntry: false })?.ino === fstatSync(fd).ino;

/** How long each log was when last looked at. */
const lengths = new Map<string, number>();

const look = (): void => {
  for (const name of readdirSync(logs)) {
    const path = `${logs}/${name}`;
    const isLog = name.endsWith(".log");
    const limit = isLog ? usualLimit : timesLimit;
    try {
      const { size, blocks } = statSync(path);
      if (isLog && size !== lengths.get(name)) {
        markTime(path, size);
        lengths.set(name, size);
      }
      // Blocks of 512 bytes that are really there: a hole costs nothing.
      if (blocks * 512 > limit.cutAt) cutLog(path, limit);
    } catch (error) {
      if (!refusedWith(error, "ENOENT", "ELOOP")) throw error;
    }
  }
};

if (lock !== null) {
  const timer = setInterval(() => {
    if (isStillMeant(lock)) look();
    else clearInterval(timer);
  }, lookMs);
}
