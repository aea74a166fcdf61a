/**
 * A note beside each process of who it is. Programs may write over their environment
 * (to show a title in `ps`), and their children carry the same markers: the note tells
 * the one that was started. It is believed only of a process that the kernel shows.
 */
import { readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { isLeft } from "fp-ts/lib/Either.js";
import * as t from "io-ts";
import { refusedWith } from "../kernel-error.ts";
import type { SystemState } from "./state.ts";

const Record = t.readonly(
  t.type({
    automaton: t.string,
    index: t.number,
    pid: t.number,
    startTime: t.number,
    spec: t.string,
  }),
);

export type ProcessRecord = t.TypeOf<typeof Record>;

export const writeRecord = (state: SystemState, record: ProcessRecord): void => {
  const path = state.processFile(record.automaton, record.index);
  // A name that no instance has, so that a reader never sees half a note.
  const draft = `${state.processes}/.new`;
  writeFileSync(draft, JSON.stringify(record), { mode: 0o600 });
  renameSync(draft, path);
};

export const removeRecord = (state: SystemState, automaton: string, index: number): void =>
  rmSync(state.processFile(automaton, index), { force: true });

const parse = (text: string): ProcessRecord | null => {
  try {
    const decoded = Record.decode(JSON.parse(text));
    return isLeft(decoded) ? null : decoded.right;
  } catch {
    return null;
  }
};

/** The notes there are; what cannot be read as one is none. */
export const readRecords = (state: SystemState): readonly ProcessRecord[] => {
  const directory = `${state.directory}/processes`;
  try {
    return readdirSync(directory)
      .map((name) => parse(readFileSync(`${directory}/${name}`, "utf8")))
      .filter((record) => record !== null);
  } catch (error) {
    if (refusedWith(error, "ENOENT")) return [];
    throw error;
  }
};
