/** The instances of a system as commands find them, and commands beside what runs in them. */
import type { Ended, InstanceId } from "../../src/core/base.ts";
import { KernelError } from "../kernel-error.ts";
import { namespaceNames } from "../namespaces.ts";
import { type Guest, runInside } from "../process/exec.ts";
import { scanProcesses } from "../process/process-scan.ts";
import { readRecords } from "../process/record.ts";
import type { SystemState } from "../process/state.ts";
import { labelPrefix } from "./names.ts";

/** Every instance of a system that is called so: its namespaces, with what runs in them. */
export const instancesOf = (state: SystemState, label: string): readonly Guest[] => {
  const { running } = scanProcesses(state, readRecords(state));
  const byNamespace = new Map([...running.values()].map((each) => [each.netns, each] as const));
  return namespaceNames(labelPrefix(label)).flatMap((netns): Guest[] => {
    const [, host, index] = /^[^.]+\.([^.]+)\.(\d+)$/.exec(netns) ?? [];
    if (host === undefined) return [];
    const artifact = byNamespace.get(netns);
    // Of a bare instance only the host name can be told.
    const automaton = artifact?.automaton ?? host;
    return [{ automaton, index: Number(index), netns, pid: artifact?.pid ?? null }];
  });
};

/** Runs a command in an instance; see `BaseCase.exec`. */
export const execIn = (
  state: SystemState,
  label: string,
  { automaton, index }: InstanceId,
  argv: readonly string[],
  asCaller: boolean,
): Promise<Ended> => {
  const guest = instancesOf(state, label).find((one) => one.automaton === automaton && one.index === index);
  if (guest === undefined)
    throw new KernelError(`run ${JSON.stringify(argv[0])}`, "ENOENT", `there is no ${automaton}.${index}`);
  return runInside(state, guest, argv, asCaller);
};
