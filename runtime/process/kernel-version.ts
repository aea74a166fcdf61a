/** What this kernel is too old for. */
import { release } from "node:os";

/** Whether a kernel, this one by default, is older than a version. */
export const isKernelBefore = (major: number, minor: number, kernel = release()): boolean => {
  const [ownMajor = 0, ownMinor = 0] = kernel.split(".").map((part) => Number.parseInt(part, 10));
  return ownMajor < major || (ownMajor === major && ownMinor < minor);
};
