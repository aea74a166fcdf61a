/** What systems keep, and its removal. */
import { readdirSync, rmSync } from "node:fs";
import { kernelErrorOf, refusedWith } from "../../kernel-error.ts";
import { isPathPart } from "../../names.ts";
import { isAlive } from "../proc.ts";
import { readRecord } from "../record.ts";
import { removeIfEmpty, SystemState, stateRoot } from "../state.ts";
import { removeBeside } from "./drafts.ts";
import { imageSize } from "./grow.ts";
import { kindAt } from "./kind.ts";
import { type KeptBy, keptOfOwner, keptOfSystem, keptPlace } from "./places.ts";
import { treeSize } from "./tree-size.ts";

/** A kept directory, as it is found. */
export interface KeptFound extends KeptBy {
  readonly system: string;
  readonly path: string;
  /** What is in it, in bytes. */
  readonly bytes: number;
  /** How large it is, where it has a size: that is what it takes on the disk. Else null. */
  readonly size: number | null;
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

/** What is kept at a place, in bytes, and how large that is where it has a size. */
const sizesOf = (path: string, pid: number | null): Pick<KeptFound, "bytes" | "size"> => {
  try {
    if (kindAt(path) !== "image") return { bytes: treeSize(path).bytes, size: null };
    const size = imageSize(path, pid);
    return { bytes: size?.used ?? 0, size: size?.bytes ?? 0 };
  } catch (error) {
    if (refusedWith(error, "ENOENT")) return { bytes: 0, size: null };
    throw error;
  }
};

/** Without what stands beside them while one takes the place of another. */
const statesIn = (directory: string): readonly string[] => namesIn(directory).filter(isPathPart);

/** The names of the directories that are kept for an instance, in their order. */
export const keptNames = (state: SystemState, automaton: string, index: number): readonly string[] =>
  statesIn(`${keptOfSystem(state)}/${automaton}/${index}`);

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
          statesIn(`${top}/${automaton}/${index}`).map((name) => {
            const path = `${top}/${automaton}/${index}/${name}`;
            const record = readRecord(state, automaton, index);
            const runs = record !== null && isAlive(record.pid, record.startTime);
            const isNamed = record?.state?.includes(name) !== false;
            return {
              ...{ system: each, automaton, index, name, path, ...sizesOf(path, runs ? record.pid : null) },
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
    removeBeside(path);
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
