/** Processes of a user whose holder is dead: their network has no name any more. */
import { statSync } from "node:fs";
import { Endings } from "../process/ending.ts";
import { allPids, readEnvironment, readStat } from "../process/proc.ts";

const graceMs = 2_000;

const inOtherUserNamespace = (pid: number): boolean => {
  try {
    return statSync(`/proc/${pid}/ns/user`).ino !== statSync("/proc/self/ns/user").ino;
  } catch {
    return false; // gone, or not ours to look at
  }
};

const isOrphan = (pid: number): boolean =>
  inOtherUserNamespace(pid) && readEnvironment(pid)?.has("ARCHITECT_SPEC") === true;

/** Ends what an earlier holder of this user left. To be called where there is no holder. */
export const endOrphans = async (): Promise<void> => {
  const own = process.getuid!();
  const list = allPids().flatMap((pid) => {
    if (statSync(`/proc/${pid}`, { throwIfNoEntry: false })?.uid !== own || !isOrphan(pid)) return [];
    const stat = readStat(pid);
    return stat === null ? [] : [{ pid, startTime: stat.startTime }];
  });
  if (list.length === 0) return;
  await new Endings(() => false).end(
    { _tag: "processes", list },
    "clear up after an earlier holder",
    graceMs,
  );
};
