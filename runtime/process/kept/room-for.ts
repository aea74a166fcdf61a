/** Whether there is room for what a process is to keep: found out before anything is ended for it. */
import { dirname } from "node:path";
import type { StateSizes } from "../../../src/core/limits.ts";
import type { InstanceLimits, KeptDirectory, Process } from "../../../src/core/resource.ts";
import { KernelError, kernelErrorOf } from "../../kernel-error.ts";
import { isAlive } from "../proc.ts";
import { readRecord } from "../record.ts";
import type { SystemState } from "../state.ts";
import { whereNow } from "./drafts.ts";
import { checkFit } from "./fit.ts";
import { formerOf } from "./former.ts";
import { checkGrowth, imageSize } from "./grow.ts";
import { imageBytes } from "./image.ts";
import { kindAt } from "./kind.ts";
import { type KeptBy, keptPlace } from "./places.ts";
import { checkRoom } from "./room.ts";
import { KeptSizes } from "./sizes.ts";

/** What a directory takes with those above it, or a little more. */
const directoryBytes = 20 * 1024;

/** What is used of an image is copied out of it when it becomes a directory. */
const checkCopyBack = (state: SystemState, image: string, { automaton, index }: KeptBy): void => {
  const record = readRecord(state, automaton, index);
  const pid = record !== null && isAlive(record.pid, record.startTime) ? record.pid : null;
  checkRoom(dirname(image), (imageSize(image, pid)?.used ?? 0) + directoryBytes);
};

const checkOne = (
  state: SystemState,
  process: Process,
  { name, formerly, sized }: KeptDirectory,
  size: number | undefined,
): void => {
  const { automaton, index } = process;
  const by = { automaton, index, name };
  const [path, losesSize] = [whereNow(keptPlace(state, by)), sized !== true];
  const kind = kindAt(path);
  if (kind === "image" && losesSize) checkCopyBack(state, path, by);
  if (kind !== "nothing") return;
  const from = formerly === undefined ? null : formerOf(process, formerly);
  const former = from === null ? path : whereNow(keptPlace(state, from));
  const formerKind = kindAt(former);
  if (formerKind === "image") {
    if (losesSize) checkCopyBack(state, former, from!);
    else if (size !== undefined) checkGrowth(former, imageBytes(size));
  } else if (formerKind === "nothing" || size !== undefined) {
    if (formerKind === "directory") checkFit(former, name, size!);
    checkRoom(dirname(path), size ?? directoryBytes);
  }
};

/**
 * Throws a `KernelError` where there is no room for what a process keeps. What is handed on takes none, unless it gets a size, and
 * then it must fit; or loses one, and then it is copied. `sizes`: those that are to be, in bytes. Of what is there already, and gets
 * or keeps a size, it is told with the limits.
 */
export const checkKeptRoom = (state: SystemState, process: Process, sizes: StateSizes): void => {
  for (const kept of process.state ?? [])
    checkOne(state, process, kept, kept.sized === true ? sizes[kept.name] : undefined);
};

/**
 * For which processes there is no room, a sentence each; `limits`: those that come with them, `noted`: the sizes that there are.
 * Nothing is made.
 */
export const withoutRoom = (
  state: SystemState,
  processes: readonly Process[],
  limits: readonly InstanceLimits[],
  noted: (process: Process) => StateSizes,
): readonly string[] => {
  const isAble = new KeptSizes(state).inability() === null;
  return processes.flatMap((process) => {
    const { automaton, index } = process;
    if (process.state === undefined) return [];
    const own = limits.find((one) => one.automaton === automaton && one.index === index);
    try {
      checkKeptRoom(state, process, own === undefined ? noted(process) : (isAble && own.state) || {});
      return [];
    } catch (error) {
      const refusal = kernelErrorOf("look for room", error);
      if (!(refusal instanceof KernelError)) throw error;
      const { operation, words, code } = refusal;
      return [`what ${automaton}.${index} is to keep is refused: ${operation}: ${words} (${code})`];
    }
  });
};
