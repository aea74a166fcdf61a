/** Whether a directory is there in which programs are to run: for warnings. */
import { statSync } from "node:fs";
import { refusedWith } from "../kernel-error.ts";

/** Why a directory is not to be had here, in words; null if it is, or if it is not for this user to see. */
export const missingDirectory = (path: string): string | null => {
  try {
    const stat = statSync(path, { throwIfNoEntry: false });
    if (stat === undefined) return `there is no directory ${JSON.stringify(path)} on this machine`;
    return stat.isDirectory() ? null : `${JSON.stringify(path)} is no directory`;
  } catch (error) {
    if (refusedWith(error, "ENOTDIR", "ELOOP", "ENAMETOOLONG"))
      return `there is no directory ${JSON.stringify(path)} on this machine`;
    if (refusedWith(error, "EACCES")) return null;
    throw error;
  }
};
