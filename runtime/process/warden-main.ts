/** The warden's own process: `node warden-main.js LOCKFILE LOGS`. See warden.ts. */
import { fstatSync, readdirSync, statSync } from "node:fs";
import { refusedWith } from "../kernel-error.ts";
import { cutLog, usualLimit } from "./log.ts";
import { becomeWarden } from "./warden.ts";

const lookMs = 500;
const [lockFile = "", logs = ""] = process.argv.slice(2);
const lock = becomeWarden(lockFile);

const isStillMeant = (fd: number): boolean =>
  statSync(lockFile, { throwIfNoEntry: false })?.ino === fstatSync(fd).ino;

const look = (): void => {
  for (const name of readdirSync(logs)) {
    const path = `${logs}/${name}`;
    try {
      // Blocks of 512 bytes that are really there: a hole costs nothing.
      if (statSync(path).blocks * 512 > usualLimit.cutAt) cutLog(path, usualLimit);
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
