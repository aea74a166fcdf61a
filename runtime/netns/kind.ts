/** The base case of Linux network namespaces, as it is registered. */
import type { BaseKind } from "../../src/core/base-kind.ts";

/** Network namespaces of this machine's kernel. */
export const netns: BaseKind = {
  name: "netns",
  summary: "the kernel",
  outlives: true,
  runsPrograms: true,
  takesRights: true,
  load: async () => (await import("./open.ts")).implementation,
};
