/** What /proc tells of processes. All of it can be gone a moment later: null then. */
import { readdirSync, readFileSync, readlinkSync, statSync } from "node:fs";
import { basename } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import type { ProcessIdentity } from "../ffi/identity.ts";
import { refusedWith } from "../kernel-error.ts";

const vanished = ["ENOENT", "ESRCH", "EACCES", "EPERM"] as const;

/** What was read, or null where the process was gone or is not ours to look at. */
export const orGone = <T>(read: () => T): T | null => {
  try {
    return read();
  } catch (error) {
    if (refusedWith(error, ...vanished)) return null;
    throw error;
  }
};

/** A process and no other that took over its number. */
export interface Identity {
  readonly pid: number;
  readonly startTime: number;
}

/** What /proc/PID/stat tells. */
export interface Stat {
  readonly state: string;
  readonly parent: number;
  readonly session: number;
  /** Clock ticks since boot: with the pid, an identity. */
  readonly startTime: number;
  /** Of one that has ended, how, as wait(2) has it. */
  readonly exitStatus: number;
  /** Whether it is on its way out, and only waits for others. */
  readonly isExiting: boolean;
}

/** PF_EXITING of the kernel's flags. */
const exiting = 4;

/** Reads the text of /proc/PID/stat. */
export const parseStat = (text: string): Stat => {
  // The command's name stands in parentheses and may itself hold any of these characters.
  const fields = text.slice(text.lastIndexOf(")") + 2).split(" ");
  return {
    state: fields[0]!,
    parent: Number(fields[1]),
    session: Number(fields[3]),
    startTime: Number(fields[19]),
    exitStatus: Number(fields[49]),
    isExiting: (Number(fields[6]) & exiting) !== 0,
  };
};

/** Of the process that a directory of a /proc stands for. */
export const statAt = (directory: string): Stat | null =>
  orGone(() => parseStat(readFileSync(`${directory}/stat`, "utf8")));

/** What /proc tells of a process now; null where it is gone. */
export const readStat = (pid: number): Stat | null => statAt(`/proc/${pid}`);

/** A process by its number now; null where there is none. */
export const identify = (pid: number): Identity | null => {
  const stat = readStat(pid);
  return stat === null ? null : { pid, startTime: stat.startTime };
};

/** USER_HZ: the kernel counts for programs in hundredths of a second on every Linux there is. */
const ticksPerSecond = 100;

/** How long a process has been there, in milliseconds; where the machine does not tell, endlessly. */
export const ageMs = ({ startTime }: { readonly startTime: number }): number => {
  const uptime = orGone(() => Number.parseFloat(readFileSync("/proc/uptime", "utf8")));
  return uptime === null ? Number.POSITIVE_INFINITY : 1_000 * (uptime - startTime / ticksPerSecond);
};

/** How many clock ticks the machine has been up, for comparison with start times; null where it does not tell. */
export const ticksNow = (): number | null =>
  orGone(() => Math.floor(Number.parseFloat(readFileSync("/proc/uptime", "utf8")) * ticksPerSecond));

/** The environment that a process was started with, unless it wrote over it. */
export const readEnvironment = (pid: number): ReadonlyMap<string, string> | null =>
  orGone(() => {
    const pairs = readFileSync(`/proc/${pid}/environ`, "utf8")
      .split("\0")
      .filter((pair) => pair.includes("="));
    return new Map(
      pairs.map((pair) => [pair.slice(0, pair.indexOf("=")), pair.slice(pair.indexOf("=") + 1)]),
    );
  });

/** The pids of all processes that /proc shows. */
export const allPids = (): readonly number[] =>
  readdirSync("/proc")
    .map(Number)
    .filter((pid) => pid > 0);

/** The command line that a process was started with, unless it wrote over it. */
export const readArguments = (pid: number): readonly string[] | null =>
  orGone(() => readFileSync(`/proc/${pid}/cmdline`, "utf8").split("\0").slice(0, -1));

/** What a process is called: its program, or where that is not for us to see, what it calls itself. */
export const readName = (pid: number): string | null =>
  orGone(() => basename(readlinkSync(`/proc/${pid}/exe`))) ??
  orGone(() => readFileSync(`/proc/${pid}/comm`, "utf8").trimEnd());

/** The numbers of the files that a process has open. */
export const openFiles = (pid: number): readonly string[] =>
  orGone(() => readdirSync(`/proc/${pid}/fd`)) ?? [];

/** The network namespace a process lives in: a number that may be another's as soon as it does not. */
export const netnsInode = (pid: number): number | null => orGone(() => statSync(`/proc/${pid}/ns/net`).ino);

/** The pid namespace a process lives in: a number that may be another's as soon as the first process of it is dead. */
export const pidNamespace = (pid: number): number | null => orGone(() => statSync(`/proc/${pid}/ns/pid`).ino);

/** The numbers of a process: in the namespace of this /proc, and in each within it that it lives in. */
export const readNumbers = (pid: number): readonly number[] => {
  const status = orGone(() => readFileSync(`/proc/${pid}/status`, "latin1"));
  const line = /^NSpid:\t(.*)$/m.exec(status ?? "")?.[1] ?? "";
  return line === "" ? [] : line.split("\t").map(Number);
};

/** Whose rights a process has: its real user and groups, not those that a program of another user lends it. */
export const readIdentity = (pid: number): ProcessIdentity | null => {
  const status = orGone(() => readFileSync(`/proc/${pid}/status`, "latin1"));
  const numbers = (field: string): readonly number[] =>
    (new RegExp(`^${field}:(.*)$`, "m").exec(status ?? "")?.[1] ?? "").match(/\d+/g)?.map(Number) ?? [];
  const [[uid], [gid]] = [numbers("Uid"), numbers("Gid")];
  return uid === undefined || gid === undefined ? null : { uid, gid, groups: numbers("Groups") };
};

/** False for those of a container, which may have the same names for other things. */
export const inOwnPidNamespace = (pid: number): boolean => pidNamespace(pid) === pidNamespace(process.pid);

/** Whether it is still this very process, and not one that took over its number; a zombie is none. */
export const isAlive = (pid: number, startTime: number): boolean => {
  const stat = readStat(pid);
  return stat !== null && stat.startTime === startTime && stat.state !== "Z" && stat.state !== "X";
};

/**
 * Resolves when the kernel shows the environment of a process that has one: that is a
 * moment after it has begun to execute, which is when its parent goes on.
 */
export const untilShown = async ({ pid, startTime }: Identity): Promise<void> => {
  while (readEnvironment(pid)?.size === 0 && isAlive(pid, startTime)) await sleep(1);
};

/** The network namespace that a process really is in, whatever became of its name; null where it is dead. */
export const livesIn = ({ pid, startTime }: Identity): number | null => {
  const inode = netnsInode(pid);
  return isAlive(pid, startTime) ? inode : null;
};

/** Whether a process is of the session that another one began. */
export const inSessionOf =
  (leader: Identity) =>
  (pid: number): boolean => {
    // Once the leader is gone its number, and so that of the session, may be another's.
    const now = readStat(leader.pid);
    return readStat(pid)?.session === leader.pid && (now === null || now.startTime === leader.startTime);
  };

/** The children of a process, theirs, and so on; of one that dies meanwhile, none. */
export const descendants = (ancestor: Identity): readonly Identity[] => {
  const children = childrenOf(ancestor.pid).flatMap((pid) => {
    const stat = readStat(pid);
    // A child may be gone, and its number that of another process, which has another parent.
    return stat?.parent === ancestor.pid ? [{ pid, startTime: stat.startTime }] : [];
  });
  if (!isAlive(ancestor.pid, ancestor.startTime)) return [];
  return children.flatMap((child) => [child, ...descendants(child)]);
};

const childrenOf = (pid: number): readonly number[] => {
  // Each thread has the children that it started.
  const threads = orGone(() => readdirSync(`/proc/${pid}/task`)) ?? [];
  const lists = threads.map((thread) =>
    orGone(() => readFileSync(`/proc/${pid}/task/${thread}/children`, "utf8")),
  );
  return lists.flatMap((list) => (list ?? "").split(" ").map(Number)).filter((child) => child > 0);
};
