/** The sizes of kept directories, enforced by images: see docs/decisions/state.md. */
import { readFileSync } from "node:fs";
import { dirname } from "node:path";
import { tryLoopControl } from "../../ffi/loop.ts";
import { KernelError, kernelErrorOf } from "../../kernel-error.ts";
import type { SizedState, StateSizeLimits } from "../../limits/state-sizes.ts";
import { type Identity, isAlive } from "../proc.ts";
import { readRecord } from "../record.ts";
import type { SystemState } from "../state.ts";
import { checkFit } from "./fit.ts";
import { Fullness } from "./fullness.ts";
import { checkGrowth, growImage, imageSize } from "./grow.ts";
import { imageBytes } from "./image.ts";
import { kindAt } from "./kind.ts";
import { keptPlace } from "./places.ts";
import { checkRoom } from "./room.ts";
import { toolPath } from "./tool.ts";

/** Users and groups of a process that is in no user namespace. */
const wholeMachine = /^\s*0\s+0\s+4294967295\s*$/;

/** Enforces the sizes of what a system keeps. */
export class KeptSizes implements StateSizeLimits {
  readonly #state: SystemState;
  readonly #fullness = new Fullness();

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
      if (kind === "image") checkGrowth(place, bytes);
      // Where nothing is, it may be handed on: that is looked at with its process.
      else if (kind === "directory") {
        checkFit(place, state.name, size);
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
    const pid = this.#processOf(state)?.pid ?? null;
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
    if (kindAt(place) === "image") return this.#fullness.isNearlyFull(place, this.#processOf(state));
    this.#fullness.forget(place);
    return false;
  }

  /** The process that may have it mounted; null: none runs. */
  #processOf({ automaton, index }: SizedState): Identity | null {
    const record = readRecord(this.#state, automaton, index);
    return record !== null && isAlive(record.pid, record.startTime) ? record : null;
  }
}

const refusalOf = (doing: string, error: unknown): KernelError => {
  const refusal = kernelErrorOf(doing, error);
  if (refusal instanceof KernelError) return refusal;
  throw error;
};
