import { rmSync } from "node:fs";

/** Removes a directory with all that is in it, also while programs still make files there. */
export const sweep = (directory: string): void => {
  for (let again = 100; ; again--) {
    try {
      rmSync(directory, { recursive: true });
      return;
    } catch (error) {
      if (again === 0 || (error as NodeJS.ErrnoException).code !== "ENOTEMPTY") throw error;
    }
  }
};
