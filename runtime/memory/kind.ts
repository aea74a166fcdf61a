/** The base case in memory, as it is registered. */
import type { BaseKind } from "../../src/core/base-kind.ts";

/** A model of the kernel, in this process. */
export const memory: BaseKind = {
  name: "memory",
  summary: "a model that needs no rights",
  outlives: false,
  runsPrograms: false,
  takesRights: false,
  load: async () => (await import("./open.ts")).implementation,
};
