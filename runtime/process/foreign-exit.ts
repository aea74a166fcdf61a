/** How a process ended that is no child of this one. */
import { release } from "node:os";
import { setTimeout as sleep } from "node:timers/promises";
import { type Exit, exitOf, toldExit, unknownExit } from "../ffi/wait.ts";
import { type Identity, readStat } from "./proc.ts";

/** From this version of Linux on. */
const since = [6, 15] as const;

/** Whether this kernel tells how processes ended that are no children. */
export const tellsExits = (version = release()): boolean => {
  const [major = 0, minor = 0] = version.split(".").map((part) => Number.parseInt(part, 10));
  return major > since[0] || (major === since[0] && minor >= since[1]);
};

/** Until its parent has taken its exit status; that of an orphan is the first process of the machine. In milliseconds. */
const pausesMs = [1, 4, 15, 60];

/**
 * How a process ended that nobody has waited for, as where the first process of a container does not do so. Others than root are shown 0
 * where they may not look.
 */
const zombieExit = ({ pid, startTime }: Identity): Exit | null => {
  const stat = process.geteuid?.() === 0 ? readStat(pid) : null;
  return stat?.state === "Z" && stat.startTime === startTime ? exitOf(stat.exitStatus) : null;
};

/** How a process ended for which a pidfd stands; unknown where the kernel does not tell. */
export const foreignExit = async (pidfd: number, who: Identity): Promise<Exit> => {
  for (const pause of tellsExits() ? [0, ...pausesMs] : [0]) {
    if (pause > 0) await sleep(pause, undefined, { ref: false });
    const exit = toldExit(pidfd) ?? zombieExit(who);
    if (exit !== null) return exit;
  }
  return unknownExit;
};
