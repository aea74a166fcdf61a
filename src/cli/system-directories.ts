/** The systems that files are kept of here, which says little of whether they run. */
import { readdirSync } from "node:fs";
import { refusedWith } from "../../runtime/kernel-error.ts";
import { stateRoot } from "../../runtime/process/state.ts";

export const systemDirectories = (): readonly string[] => {
  try {
    return readdirSync(stateRoot(), { withFileTypes: true })
      .filter((entry) => entry.isDirectory())
      .map(({ name }) => name);
  } catch (error) {
    if (refusedWith(error, "ENOENT", "EACCES", "ENOTDIR")) return [];
    throw error;
  }
};
