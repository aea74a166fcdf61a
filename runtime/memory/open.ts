/** The base case in memory: nothing of a system is to be found by another process. */
import type { BaseImplementation } from "../../src/core/base-kind.ts";
import { MemoryBase } from "./base.ts";

/** Each system that is opened has a world of its own. */
export const implementation: BaseImplementation = {
  open: ({ system }) => new MemoryBase(system),
  systems: () => [],
  logs: ({ directory }) => ({ directory: `${directory}/logs`, all: [] }),
  taken: async () => [],
};
