/** What /proc tells of processes. All of it can be gone a moment later: null then. */
import { readdirSync, readFileSync, statSync } from "node:fs";
import { refusedWith } from "../kernel-error.ts";

const vanished = ["ENOENT", "ESRCH", "EACCES", "EPERM"] as const;

const orGone = <T>(read: () => T): T | null => {
  try {
    return read();
  } catch (error) {
    if (refusedWith(error, ...vanished)) return null;
    throw error;
  }
};

export interface Stat {
  readonly state: string;
  readonly session: number;
  /** Clock ticks since boot: with the pid, an identity. */
  readonly startTime: number;
}

export const parseStat = (text: string): Stat => {
  // The command's name stands in parentheses and may itself hold any of these characters.
  const fields = text.slice(text.lastIndexOf(")") + 2).split(" ");
  return { state: fields[0]!, session: Number(fields[3]), startTime: Number(fields[19]) };
};

export const readStat = (pid: number): Stat | null =>
  orGone(() => parseStat(readFileSync(`/proc/${pid}/stat`, "utf8")));

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

export const allPids = (): readonly number[] =>
  readdirSync("/proc")
    .map(Number)
    .filter((pid) => pid > 0);

/** The network namespace a process lives in. */
export const netnsInode = (pid: number): number | null => orGone(() => statSync(`/proc/${pid}/ns/net`).ino);

/** Whether it is still this very process, and not one that took over its number; a zombie is none. */
export const isAlive = (pid: number, startTime: number): boolean => {
  const stat = readStat(pid);
  return stat !== null && stat.startTime === startTime && stat.state !== "Z" && stat.state !== "X";
};

/** The children of a process, theirs, and so on, with their start times. */
export const descendants = (pid: number): readonly { readonly pid: number; readonly startTime: number }[] =>
  childrenOf(pid).flatMap((child) => {
    const stat = readStat(child);
    return stat === null ? [] : [{ pid: child, startTime: stat.startTime }, ...descendants(child)];
  });

const childrenOf = (pid: number): readonly number[] => {
  // Each thread has the children that it started.
  const threads = orGone(() => readdirSync(`/proc/${pid}/task`)) ?? [];
  const lists = threads.map((thread) =>
    orGone(() => readFileSync(`/proc/${pid}/task/${thread}/children`, "utf8")),
  );
  return lists.flatMap((list) => (list ?? "").split(" ").map(Number)).filter((child) => child > 0);
};

/** Living processes by the network namespace they are in, for the namespaces asked for. */
export const inhabitants = (namespaces: ReadonlySet<number>): ReadonlyMap<number, readonly number[]> => {
  const found = new Map<number, number[]>();
  for (const pid of allPids()) {
    const inode = netnsInode(pid);
    if (inode === null || !namespaces.has(inode)) continue;
    const state = readStat(pid)?.state;
    if (state === undefined || state === "Z" || state === "X") continue;
    const others = found.get(inode);
    if (others === undefined) found.set(inode, [pid]);
    else others.push(pid);
  }
  return found;
};
