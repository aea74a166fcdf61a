/** What systems keep, and its removal. */
import { lstatSync, readdirSync, rmSync } from "node:fs";
import { kernelErrorOf, refusedWith } from "../../kernel-error.ts";
import { isAlive } from "../proc.ts";
import { readRecord } from "../record.ts";
import { removeIfEmpty, SystemState, stateRoot } from "../state.ts";
import { type KeptBy, keptOfOwner, keptOfSystem, keptPlace } from "./places.ts";

/** A kept directory, as it is found. */
export interface KeptFound extends KeptBy {
  readonly system: string;
  readonly path: string;
  /** What it takes on the disk, in bytes. */
  readonly bytes: number;
  /** Whether a process runs with it now. */
  readonly inUse: boolean;
  /** Whether its instance runs, and without it: its name is no longer in the program. */
  readonly unused: boolean;
}

const namesIn = (directory: string): readonly string[] => {
  try {
    return readdirSync(directory).sort();
  } catch (error) {
    if (refusedWith(error, "ENOENT", "ENOTDIR")) return [];
    throw error;
  }
};

/** Of a tree, without following links. What vanishes meanwhile takes nothing. */
const bytesIn = (path: string): number => {
  try {
    const stat = lstatSync(path);
    const own = stat.blocks * 512;
    return stat.isDirectory()
      ? readdirSync(path).reduce((sum, name) => sum + bytesIn(`${path}/${name}`), own)
      : own;
  } catch (error) {
    if (refusedWith(error, "ENOENT", "ENOTDIR", "EACCES")) return 0;
    throw error;
  }
};

/** The names of the directories that are kept for an instance, in their order. */
export const keptNames = (state: SystemState, automaton: string, index: number): readonly string[] =>
  namesIn(`${keptOfSystem(state)}/${automaton}/${index}`);

/** All that the systems of a runtime directory keep, in the order of names; by default of all of them. */
export const listKept = (system: string | null = null, root: string = stateRoot()): readonly KeptFound[] => {
  const systems = system === null ? namesIn(keptOfOwner(root)) : [system];
  return systems.flatMap((each) => {
    const state = new SystemState(each, root);
    const top = keptOfSystem(state);
    return namesIn(top).flatMap((automaton) =>
      namesIn(`${top}/${automaton}`)
        .map(Number)
        .sort((a, b) => a - b)
        .flatMap((index) =>
          namesIn(`${top}/${automaton}/${index}`).map((name) => {
            const path = `${top}/${automaton}/${index}/${name}`;
            const record = readRecord(state, automaton, index);
            const runs = record !== null && isAlive(record.pid, record.startTime);
            const isNamed = record?.state?.includes(name) !== false;
            return {
              ...{ system: each, automaton, index, name, path, bytes: bytesIn(path) },
              inUse: runs && isNamed,
              unused: runs && !isNamed,
            };
          }),
        ),
    );
  });
};

/** Removes a kept directory with all in it. Throws a `KernelError` where the disk takes no change. */
export const removeKept = (state: SystemState, by: KeptBy): void => {
  const path = keptPlace(state, by);
  try {
    rmSync(path, { recursive: true, force: true });
  } catch (error) {
    throw kernelErrorOf(`remove ${path}`, error);
  }
  const index = path.slice(0, path.lastIndexOf("/"));
  const automaton = index.slice(0, index.lastIndexOf("/"));
  const system = keptOfSystem(state);
  for (const above of [index, automaton, system, keptOfOwner(state.root)]) removeIfEmpty(above);
};

/** Removes all that a system keeps. Throws a `KernelError` where the disk takes no change. */
export const removeAllKept = (state: SystemState): void => {
  const path = keptOfSystem(state);
  try {
    rmSync(path, { recursive: true, force: true });
  } catch (error) {
    throw kernelErrorOf(`remove ${path}`, error);
  }
  removeIfEmpty(keptOfOwner(state.root));
};
