/**
 * A note of which process is the artifact of an instance. Programs may write over their environment
 * (to show a title in `ps`), and their children carry the same markers: the note tells
 * the one that was started. It is believed only of a process that the kernel shows.
 */
import { readdirSync, readFileSync, rmSync } from "node:fs";
import * as t from "io-ts";
import type { Ended } from "../../src/core/base.ts";
import { type CapabilityName, capabilityNames } from "../../src/core/capabilities.ts";
import { decodeJson } from "../decode-json.ts";
import { KernelError, kernelErrorOf, refusedWith } from "../kernel-error.ts";
import { isDraft, replaceFile } from "../replace-file.ts";
import { isEndNote, removeEndNote } from "./end-note.ts";
import { processFileName, type SystemState } from "./state.ts";

const capability = t.keyof(
  Object.fromEntries(capabilityNames.map((name) => [name, null])) as globalThis.Record<CapabilityName, null>,
);

const Record = t.readonly(
  t.intersection([
    t.type({
      automaton: t.string,
      index: t.number,
      pid: t.number,
      startTime: t.number,
      spec: t.string,
    }),
    t.partial({
      once: t.literal(true),
      /** A hash of what its files hold, where they are replaced while it runs. */
      content: t.string,
      /** Where, and as which user, it was started: commands beside it start so too. */
      cwd: t.string,
      hostname: t.string,
      /** What it may do beside the usual. */
      grants: t.readonlyArray(capability),
      /** Whether it changes no file of the machine, and what it sees as the machine has it. */
      readOnly: t.literal(true),
      shares: t.readonlyArray(t.readonly(t.type({ source: t.string, path: t.string }))),
      /** What this machine does not keep it from, a sentence each. */
      unenforced: t.readonlyArray(t.string),
      /** The names of the directories that it keeps. */
      state: t.readonlyArray(t.string),
      identity: t.readonly(t.type({ uid: t.number, gid: t.number, groups: t.readonlyArray(t.number) })),
      /** How many processes of its cgroup the kernel had ended for memory before it was started. */
      memoryKills: t.number,
      /** The automata that it was started after: they end when it has. */
      after: t.readonlyArray(t.string),
      /** How it is ended, where it says so. */
      stop: t.readonly(t.type({ signal: t.string, graceMs: t.union([t.number, t.null]) })),
      restart: t.keyof({ always: null, "on-failure": null, never: null }),
      /** How it ended by itself, where its end was seen. */
      end: t.readonly(
        t.intersection([
          t.type({ code: t.union([t.number, t.null]), signal: t.union([t.string, t.null]) }),
          t.partial({ overMemory: t.number }),
        ]),
      ),
    }),
  ]),
);

/** What is noted of a process. */
export type ProcessRecord = t.TypeOf<typeof Record>;

/**
 * Notes a process, in place of the last one of its instance. Throws a `KernelError` where the disk takes
 * nothing.
 */
export const writeRecord = (state: SystemState, record: ProcessRecord): void =>
  replaceFile(state.processFile(record.automaton, record.index), JSON.stringify(record));

/** Whether a process is noted as one that runs once. */
export const isJob = (
  state: SystemState,
  { automaton, index, pid }: Pick<ProcessRecord, "automaton" | "index" | "pid">,
): boolean => {
  try {
    const known = readRecord(state, automaton, index);
    return known?.pid === pid && known.once === true;
  } catch (error) {
    refusalOf(error);
    return false;
  }
};

/**
 * Notes how a process ended. Returns why it could not (a full disk), and then a later look knows no more than that
 * the process is gone; null where it is noted.
 */
export const noteEnd = (
  state: SystemState,
  { automaton, index, pid }: Pick<ProcessRecord, "automaton" | "index" | "pid">,
  end: Ended,
): KernelError | null => {
  try {
    const known = readRecord(state, automaton, index);
    if (known?.pid === pid) writeRecord(state, { ...known, end });
    return null;
  } catch (error) {
    return refusalOf(error);
  }
};

/** Throws what is no refusal of the kernel. */
const refusalOf = (error: unknown): KernelError => {
  const refusal = kernelErrorOf("note the end of a process", error);
  if (refusal instanceof KernelError) return refusal;
  throw error;
};

/** Removes the note of an instance; nothing where there is none. */
export const removeRecord = (state: SystemState, automaton: string, index: number): void => {
  rmSync(state.processFile(automaton, index), { force: true });
  removeEndNote(state, automaton, index);
};

const isRecordFile = (name: string): boolean => !isDraft(name) && !isEndNote(name);

/** The note in a file of `processes`, by its name; null where it is gone, or no such note. */
export const readRecordFile = (state: SystemState, name: string): ProcessRecord | null => {
  if (!isRecordFile(name)) return null;
  try {
    return decodeJson(Record, readFileSync(`${state.directory}/processes/${name}`, "utf8"));
  } catch (error) {
    if (refusedWith(error, "ENOENT")) return null;
    throw error;
  }
};

/** The note of an instance's process; null where there is none. */
export const readRecord = (state: SystemState, automaton: string, index: number): ProcessRecord | null =>
  readRecordFile(state, processFileName(automaton, index));

/** The notes there are; what cannot be read as one is none. */
export const readRecords = (state: SystemState): readonly ProcessRecord[] => {
  const directory = `${state.directory}/processes`;
  try {
    return readdirSync(directory)
      .filter(isRecordFile)
      .map((name) => decodeJson(Record, readFileSync(`${directory}/${name}`, "utf8")))
      .filter((record) => record !== null);
  } catch (error) {
    if (refusedWith(error, "ENOENT")) return [];
    throw error;
  }
};
