/** Processes of a user whose holder is dead: their network has no name any more. */
import { statSync } from "node:fs";
import { isMarkedFor } from "../process/census.ts";
import { Endings } from "../process/ending.ts";
import { allPids, type Identity, readStat } from "../process/proc.ts";

const graceMs = 2_000;

const inOtherUserNamespace = (pid: number): boolean => {
  try {
    return statSync(`/proc/${pid}/ns/user`).ino !== statSync("/proc/self/ns/user").ino;
  } catch {
    return false; // gone, or not ours to look at
  }
};

/** Null for what is none of those, or another user's. */
const orphan = (pid: number, stateRoot: string): Identity | null => {
  // Looked at first: what follows is of this process, or of a later one that nobody is told to end.
  const stat = readStat(pid);
  if (stat === null || statSync(`/proc/${pid}`, { throwIfNoEntry: false })?.uid !== process.getuid!())
    return null;
  return inOtherUserNamespace(pid) && isMarkedFor(pid, stateRoot) ? { pid, startTime: stat.startTime } : null;
};

/** Ends what an earlier holder of these systems left. To be called where there is no holder. */
export const endOrphans = async (stateRoot: string): Promise<void> => {
  const list = allPids()
    .map((pid) => orphan(pid, stateRoot))
    .filter((found) => found !== null);
  if (list.length === 0) return;
  const who = { _tag: "processes", list } as const;
  await new Endings(() => false).end(who, "clear up after an earlier holder", graceMs);
};
