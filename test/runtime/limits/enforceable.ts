/** Whether this machine lets a cgroup be made. */
import { randomUUID } from "node:crypto";
import { rmdirSync } from "node:fs";
import { dirname } from "node:path";
import { isRefusal } from "../../../runtime/kernel-error.ts";
import { makeGroup, removeIfEmpty, systemGroup } from "../../../runtime/limits/group.ts";
import type { Controller } from "../../../runtime/limits/hierarchy.ts";

/** Makes one, and removes it. */
export const enforceable = (controller: Controller): boolean => {
  const owned = { system: `probe${randomUUID().slice(0, 8)}`, owner: "00000000", root: "/", inherits: false };
  try {
    const system = systemGroup(controller, owned);
    const { directory } = makeGroup(system, "a.0", controller);
    for (const each of [directory, dirname(directory)]) rmdirSync(each);
    removeIfEmpty(dirname(system.directory));
    return true;
  } catch (error) {
    if (isRefusal(error)) return false;
    throw error;
  }
};
