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

/** A process and no other that took over its number. */
export interface Identity {
  readonly pid: number;
  readonly startTime: number;
}

export interface Stat {
  readonly state: string;
  readonly parent: number;
  readonly session: number;
  /** Clock ticks since boot: with the pid, an identity. */
  readonly startTime: number;
}

export const parseStat = (text: string): Stat => {
  // The command's name stands in parentheses and may itself hold any of these characters.
  const fields = text.slice(text.lastIndexOf(")") + 2).split(" ");
  return {
    state: fields[0]!,
    parent: Number(fields[1]),
    session: Number(fields[3]),
    startTime: Number(fields[19]),
  };
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

/** The command line that a process was started with, unless it wrote over it. */
export const readArguments = (pid: number): readonly string[] | null =>
  orGone(() => readFileSync(`/proc/${pid}/cmdline`, "utf8").split("\0").slice(0, -1));

/** The numbers of the files that a process has open. */
export const openFiles = (pid: number): readonly string[] =>
  orGone(() => readdirSync(`/proc/${pid}/fd`)) ?? [];

/** The network namespace a process lives in: a number that may be another's as soon as it does not. */
export const netnsInode = (pid: number): number | null => orGone(() => statSync(`/proc/${pid}/ns/net`).ino);

/** False for those of a container, which may have the same names for other things. */
export const inOwnPidNamespace = (pid: number): boolean =>
  orGone(() => statSync(`/proc/${pid}/ns/pid`).ino) === statSync("/proc/self/ns/pid").ino;

/** Whether it is still this very process, and not one that took over its number; a zombie is none. */
export const isAlive = (pid: number, startTime: number): boolean => {
  const stat = readStat(pid);
  return stat !== null && stat.startTime === startTime && stat.state !== "Z" && stat.state !== "X";
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
    // A child may be gone, and its number another's: nobody else has this parent.
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

/**
 * Living processes by the network namespace they are in, for the namespaces asked for. Whoever
 * means to end them holds those.
 */
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
