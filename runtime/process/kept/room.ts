/** Whether there is room for what is to be kept: found out before anything is ended for it. */
import { existsSync, statfsSync } from "node:fs";
import { dirname } from "node:path";
import { type StateSizes, sizeText } from "../../../src/core/limits.ts";
import type { Process } from "../../../src/core/resource.ts";
import { KernelError } from "../../kernel-error.ts";
import type { SystemState } from "../state.ts";
import { checkFit } from "./fit.ts";
import { formerOf } from "./former.ts";
import { kindAt } from "./kind.ts";
import { keptPlace } from "./places.ts";

const KiB = 1024;

const existing = (path: string): string => (existsSync(path) ? path : existing(dirname(path)));

/** Throws a `KernelError` (ENOSPC) where the disk of a directory, which need not be there yet, has not so much room. */
export const checkRoom = (directory: string, bytes: number): void => {
  const { bavail, bsize, files, ffree } = statfsSync(existing(directory));
  const free = bavail * bsize;
  const doing = `reserve ${sizeText(bytes)} for a state on the disk of ${directory}`;
  if (free < bytes)
    throw new KernelError(doing, "ENOSPC", `${sizeText(Math.floor(free / KiB) * KiB)} are free there`);
  // Some file systems count no files.
  if (files > 0 && ffree === 0) throw new KernelError(doing, "ENOSPC", "it takes no more files");
};

/** What a directory takes with those above it, or a little more. */
const directoryBytes = 20 * KiB;

/**
 * The same for what a process keeps and that is not there yet. What is handed on takes no room, unless it gets a size; then it must
 * fit, too. `sizes`: those that there are, in bytes. What is there already is told of with the limits.
 */
export const checkKeptRoom = (state: SystemState, process: Process, sizes: StateSizes): void => {
  const { automaton, index, state: kept = [] } = process;
  for (const { name, formerly } of kept) {
    const path = keptPlace(state, { automaton, index, name });
    if (kindAt(path) !== "nothing") continue;
    const size = sizes[name];
    const former = formerly === undefined ? null : keptPlace(state, formerOf(process, formerly));
    const kind = former === null ? "nothing" : kindAt(former);
    if (kind !== "nothing" && (size === undefined) === (kind === "directory")) continue;
    if (kind === "directory") checkFit(former!, name, size!);
    checkRoom(dirname(path), size ?? directoryBytes);
  }
};
