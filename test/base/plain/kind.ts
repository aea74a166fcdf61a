/** A third base case, of programs without a network: what a base case takes is its folder and its registration. */
import type { BaseKind } from "../../../src/core/base-kind.ts";

export const plain: BaseKind = {
  name: "plain",
  summary: "programs without a network",
  outlives: true,
  runsPrograms: true,
  takesRights: false,
  load: async () => (await import("./open.ts")).implementation,
};
