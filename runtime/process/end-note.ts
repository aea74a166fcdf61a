/**
 * Notes of how processes ended while nobody supervised their system, each beside the note of its process (`record.ts`). They are
 * files of their own, since somebody else may write that one at any time.
 */
import { readFileSync, rmSync } from "node:fs";
import * as t from "io-ts";
import { decodeJson } from "../decode-json.ts";
import type { Exit } from "../ffi/wait.ts";
import { isRefusal, refusedWith } from "../kernel-error.ts";
import { replaceFile } from "../replace-file.ts";
import type { Identity } from "./proc.ts";
import { processFileName, type SystemState } from "./state.ts";

const EndNote = t.readonly(
  t.type({
    pid: t.number,
    startTime: t.number,
    code: t.union([t.number, t.null]),
    signal: t.union([t.string, t.null]),
  }),
);

/** A process of an instance. */
interface Noted extends Identity {
  readonly automaton: string;
  readonly index: number;
}

const suffix = ".end";

/** Whether a file beside the notes of processes is one of these. */
export const isEndNote = (name: string): boolean => name.endsWith(suffix);

const pathOf = (
  { directory }: SystemState,
  { automaton, index }: Pick<Noted, "automaton" | "index">,
): string => `${directory}/processes/${processFileName(automaton, index)}${suffix}`;

/** Notes how a process ended. Where that cannot be, or the system is gone, nothing is noted. */
export const writeEndNote = (state: SystemState, process: Noted, { code, signal }: Exit): void => {
  const { pid, startTime } = process;
  try {
    replaceFile(pathOf(state, process), JSON.stringify({ pid, startTime, code, signal }));
  } catch (error) {
    if (!isRefusal(error)) throw error;
  }
};

/** How a process ended, where that was noted, and the file in which it is. */
export const readEndNote = (
  state: SystemState,
  process: Noted,
): { readonly exit: Exit; readonly path: string } | null => {
  const path = pathOf(state, process);
  try {
    const note = decodeJson(EndNote, readFileSync(path, "utf8"));
    const isSame = note?.pid === process.pid && note.startTime === process.startTime;
    return isSame ? { exit: { code: note.code, signal: note.signal }, path } : null;
  } catch (error) {
    if (refusedWith(error, "ENOENT")) return null;
    throw error;
  }
};

/** Removes the note of an instance; nothing where there is none. */
export const removeEndNote = (state: SystemState, automaton: string, index: number): void =>
  rmSync(pathOf(state, { automaton, index }), { force: true });
