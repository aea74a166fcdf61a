/** What processes are not kept from on this machine: it was allowed when they were started, and is told as long as they run. */
import type { InstanceProcess } from "./process-scan.ts";
import { readRecord } from "./record.ts";
import type { SystemState } from "./state.ts";

/** Read once of each: a process stays as it was started. */
const known = new WeakMap<InstanceProcess, readonly string[]>();

/** What is noted of a process, a sentence each. */
export const unconfined = (state: SystemState, artifact: InstanceProcess): readonly string[] => {
  const before = known.get(artifact);
  if (before !== undefined) return before;
  const { automaton, index } = artifact;
  const noted = readRecord(state, automaton, index)?.unenforced ?? [];
  const lines = noted.map((words) => `${automaton}.${index} is not confined: ${words}`);
  known.set(artifact, lines);
  return lines;
};
