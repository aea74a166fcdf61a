/** Files of a running program that are replaced by others, and the signal that tells it. */

import { closeSync, readFileSync } from "node:fs";
import { constants } from "node:os";
import { filesKey, type InstanceFiles, type ResourceKey } from "../../src/core/resource.ts";
import { pidfdOpen, pidfdSendSignal } from "../ffi/libc.ts";
import { KernelError, kernelErrorOf } from "../kernel-error.ts";
import { accountOf } from "./credentials.ts";
import { filesOf, placesOfFiles } from "./own-files.ts";
import { isAlive } from "./proc.ts";
import type { InstanceProcess } from "./process-scan.ts";
import { type ProcessRecord, readRecord, writeRecord } from "./record.ts";
import { secretValues } from "./secret-values.ts";
import type { Spawner } from "./spawner.ts";
import type { SystemState } from "./state.ts";

/** The note of a process that runs; null where there is none of it. */
const recordOf = (
  state: SystemState,
  { automaton, index, pid, startTime }: InstanceProcess,
): ProcessRecord | null => {
  const record = readRecord(state, automaton, index);
  return record?.pid === pid && record.startTime === startTime ? record : null;
};

/** What the files of running processes hold, as far as they are replaced while they run: in the form in which it is desired. */
export const filesHeld = (
  state: SystemState,
  running: ReadonlyMap<ResourceKey, InstanceProcess>,
): readonly InstanceFiles[] =>
  [...running.values()].flatMap((one): InstanceFiles[] => {
    const content = recordOf(state, one)?.content;
    if (content === undefined) return [];
    const { automaton, index, spec } = one;
    const key = filesKey(automaton, index);
    return [{ kind: "files", key, automaton, index, signal: "", spec, content, files: [] }];
  });

/** Where files of its own are mounted in the view of a process. Its first process never changes its root. */
const mountedIn = ({ pid, init }: InstanceProcess): readonly string[] => {
  try {
    return placesOfFiles(readFileSync(`/proc/${init?.pid ?? pid}/mountinfo`, "utf8"));
  } catch (error) {
    throw kernelErrorOf(`read the mounts of process ${pid}`, error);
  }
};

/**
 * Puts files in place of those that a process has, and tells it. Nothing is to be done where it has ended, where it is
 * about to be replaced, or where it has these. It is told before that is noted: after a crash in between it is told once more.
 */
export const reloadFiles = async (
  state: SystemState,
  spawner: Spawner,
  wanted: InstanceFiles,
  running: InstanceProcess | undefined,
): Promise<void> => {
  const record = running === undefined ? null : recordOf(state, running);
  if (running === undefined || record === null) return;
  if (record.spec !== wanted.spec || record.content === wanted.content) return;
  const { pid, startTime } = running;
  const isThere = (): boolean => isAlive(pid, startTime);
  const own = wanted.secrets ?? {};
  const { automaton, index, key } = wanted;
  const doing = `replace the files of ${automaton}.${index}`;
  const { own: secret } = secretValues(state, { key, secrets: { env: {}, files: {}, own } }, doing);
  const user = wanted.user === undefined ? null : accountOf(wanted.user);
  const files = filesOf(wanted, user, secret);
  try {
    const pidfd = pidfdOpen(pid);
    try {
      if (!isThere()) return;
      await spawner.replace({ of: pidfd, files, mounted: mountedIn(running) });
      pidfdSendSignal(pidfd, constants.signals[wanted.signal as NodeJS.Signals]);
    } finally {
      closeSync(pidfd);
    }
  } catch (error) {
    // It ended meanwhile: what follows it finds them when it starts.
    if (error instanceof KernelError && !isThere()) return;
    throw error;
  }
  writeRecord(state, { ...record, content: wanted.content });
};
