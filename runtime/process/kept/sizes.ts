/** The sizes of kept directories, enforced by images: see docs/decisions/state.md. */
import { readFileSync } from "node:fs";
import { dirname } from "node:path";
import { sizeText } from "../../../src/core/limits.ts";
import { counted } from "../../../src/core/tally.ts";
import { tryLoopControl } from "../../ffi/loop.ts";
import { KernelError, kernelErrorOf } from "../../kernel-error.ts";
import type { SizedState, StateSizeLimits } from "../../limits/state-sizes.ts";
import { isAlive } from "../proc.ts";
import { readRecord } from "../record.ts";
import type { SystemState } from "../state.ts";
import { growImage, imageSize, shrinks } from "./grow.ts";
import { imageBytes, kindAt } from "./image.ts";
import { keptPlace } from "./places.ts";
import { checkRoom } from "./room.ts";
import { toolPath } from "./tool.ts";
import { type TreeSize, treeSize } from "./tree-size.ts";

/** Users and groups of a process that is in no user namespace. */
const wholeMachine = /^\s*0\s+0\s+4294967295\s*$/;

const MiB = 2 ** 20;

/** What is left by a journal and tables, as e2fsprogs makes them, or a little less. */
const roomIn = (bytes: number): number =>
  bytes - Math.ceil(bytes / 20) - (bytes < 128 * MiB ? 4.5 : 16) * MiB;

/** From this part of it on, people are told. */
const nearlyFull = 0.9;

/** A file system has a place for a file every so many bytes. */
const bytesForFile = 16_384;

const fits = (tree: TreeSize, bytes: number): boolean =>
  tree.bytes <= roomIn(bytes) && tree.entries < bytes / bytesForFile - 16;

/** Enforces the sizes of what a system keeps. */
export class KeptSizes implements StateSizeLimits {
  readonly #state: SystemState;

  constructor(state: SystemState) {
    this.#state = state;
  }

  inability(): KernelError | null {
    try {
      if (!wholeMachine.test(readFileSync("/proc/self/uid_map", "utf8")) || process.getuid?.() !== 0)
        return new KernelError("mount a file system", "EPERM", "only root of the machine may do so");
      tryLoopControl();
      for (const tool of ["mkfs.ext4", "e2fsck", "resize2fs"]) toolPath(tool);
      return null;
    } catch (error) {
      return refusalOf("make a state of a size", error);
    }
  }

  obstacle(state: SizedState, size: number): KernelError | null {
    const place = keptPlace(this.#state, state);
    const bytes = imageBytes(size);
    try {
      const kind = kindAt(place);
      if (kind === "image") this.#checkGrowth(place, bytes);
      else {
        if (kind === "directory") this.#checkFit(place, state, size);
        checkRoom(dirname(place), bytes);
      }
      return null;
    } catch (error) {
      return refusalOf(`look at ${place}`, error);
    }
  }

  async set(state: SizedState, size: number, wasUnenforced = false): Promise<void> {
    const obstacle = this.obstacle(state, size);
    if (obstacle !== null) throw obstacle;
    const place = keptPlace(this.#state, state);
    const pid = this.#pidOf(state);
    if (kindAt(place) === "image") await growImage(place, size, pid);
    else if (wasUnenforced && pid !== null)
      throw new KernelError(
        "give it a size while it runs",
        "EBUSY",
        "it was started without one; `architect down` and `apply` start it with it",
      );
  }

  shown(state: SizedState, wanted: number | null): number | null {
    const place = keptPlace(this.#state, state);
    if (kindAt(place) !== "image") return null;
    const bytes = imageSize(place)?.bytes ?? null;
    return wanted !== null && bytes === imageBytes(wanted) ? wanted : bytes;
  }

  isNearlyFull(state: SizedState): boolean {
    const place = keptPlace(this.#state, state);
    if (kindAt(place) !== "image") return false;
    const size = imageSize(place, this.#pidOf(state));
    return size !== null && size.used > nearlyFull * size.room;
  }

  /** The process that may have it mounted; null: none runs. */
  #pidOf({ automaton, index }: SizedState): number | null {
    const record = readRecord(this.#state, automaton, index);
    return record !== null && isAlive(record.pid, record.startTime) ? record.pid : null;
  }

  #checkGrowth(place: string, bytes: number): void {
    const now = imageSize(place)?.bytes ?? 0;
    if (now > bytes) throw shrinks(place, now);
    if (now < bytes) checkRoom(dirname(place), bytes - now);
  }

  /** What is kept without a size is copied when its instance has ended: then it is too late to say that it does not fit. */
  #checkFit(place: string, { name }: SizedState, size: number): void {
    const tree = treeSize(place);
    if (fits(tree, size)) return;
    throw new KernelError(
      `put what is kept as ${name} into ${sizeText(size)}`,
      "EFBIG",
      `it takes ${sizeText(tree.bytes)} in ${counted(tree.entries, "file or directory", "files and directories")}`,
    );
  }
}

const refusalOf = (doing: string, error: unknown): KernelError => {
  const refusal = kernelErrorOf(doing, error);
  if (refusal instanceof KernelError) return refusal;
  throw error;
};
