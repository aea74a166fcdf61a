/** By what means limits are enforced, and what becomes of them for a program. */
import type { StateSizes } from "../../src/core/limits.ts";
import { KernelError } from "../kernel-error.ts";
import type { Kernel } from "./hierarchy.ts";
import type { StateSizeLimits } from "./state-sizes.ts";

/** By what means limits are enforced; by default those of this machine. */
export interface Enforcement {
  readonly kernel?: Kernel;
  /** Without one, nothing that is kept has a size. */
  readonly sizes?: StateSizeLimits;
}

/** Where nothing is kept. */
export const noSizes: StateSizeLimits = {
  inability: () => new KernelError("limit a state", "ENOSYS", "nothing here keeps any"),
  obstacle: () => null,
  set: async () => {},
  shown: () => null,
  isNearlyFull: () => false,
};

/** What a program is started under. */
export interface Confinement {
  /** The `cgroup.procs` of its cgroups. */
  readonly groups: readonly string[];
  readonly openFiles: number | null;
  /** Bytes, by the names of what it keeps. */
  readonly state: StateSizes;
}
