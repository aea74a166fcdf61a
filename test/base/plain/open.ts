import { logsIn } from "../../../runtime/process/logs.ts";
import type { BaseImplementation } from "../../../src/core/base-kind.ts";
import { PlainBase } from "./base.ts";
import { systemsKept } from "./world.ts";

export const implementation: BaseImplementation = {
  open: (place) => new PlainBase(place),
  systems: (root) => systemsKept().map((system) => ({ system, root, isOwn: true })),
  logs: ({ directory }) => logsIn(`${directory}/logs`),
  taken: async () => [],
};
