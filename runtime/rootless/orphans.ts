/** Processes of a user whose holder is dead: their network has no name any more. */
import { statSync } from "node:fs";
import { ownerIn } from "../owner.ts";
import { targetsIn } from "../process/instance-targets.ts";
import { allPids, type Identity, readStat } from "../process/proc.ts";
import { type ProcessRole, roleFor } from "../process/process-scan.ts";
import { Terminator } from "../process/terminator.ts";

const graceMs = 2_000;

const inOtherUserNamespace = (pid: number): boolean => {
  try {
    return statSync(`/proc/${pid}/ns/user`).ino !== statSync("/proc/self/ns/user").ino;
  } catch {
    return false; // gone, or not ours to look at
  }
};

interface Orphan extends Identity {
  readonly role: ProcessRole;
}

/** Null for what is none of those, or another user's. */
const orphan = (pid: number, stateRoot: string, owner: string): Orphan | null => {
  // Looked at first: what follows is of this process, or of a later one that nobody is told to end.
  const stat = readStat(pid);
  if (stat === null || statSync(`/proc/${pid}`, { throwIfNoEntry: false })?.uid !== process.getuid!())
    return null;
  const role = inOtherUserNamespace(pid) ? roleFor(pid, { owner, root: stateRoot }) : null;
  return role === null ? null : { pid, startTime: stat.startTime, role };
};

/** Ends what an earlier holder of these systems left. To be called where there is no holder. */
export const endOrphans = async (stateRoot: string): Promise<void> => {
  const owner = ownerIn(stateRoot);
  const orphans = allPids()
    .map((pid) => orphan(pid, stateRoot, owner))
    .filter((found) => found !== null);
  const of = (role: ProcessRole): readonly Identity[] => orphans.filter((one) => one.role === role);
  const scope = { inits: of("init"), namespaces: [], others: [...of("program"), ...of("log writer")] };
  const targets = targetsIn(scope, () => false);
  await new Terminator().endAll(targets, "clear up after an earlier holder", graceMs);
};
