/** Whether a disk has room. */
import { existsSync, statfsSync } from "node:fs";
import { dirname } from "node:path";
import { sizeText } from "../../../src/core/limits.ts";
import { KernelError } from "../../kernel-error.ts";

const KiB = 1024;

const existing = (path: string): string => (existsSync(path) ? path : existing(dirname(path)));

/** Throws a `KernelError` (ENOSPC) where the disk of a directory, which need not be there yet, has not so much room. */
export const checkRoom = (directory: string, bytes: number): void => {
  const { bavail, bsize, files, ffree } = statfsSync(existing(directory));
  const free = bavail * bsize;
  const doing = `reserve ${sizeText(bytes)} for a state on the disk of ${directory}`;
  if (free < bytes)
    throw new KernelError(doing, "ENOSPC", `${sizeText(Math.floor(free / KiB) * KiB)} are free there`);
  // Some file systems count no files.
  if (files > 0 && ffree === 0) throw new KernelError(doing, "ENOSPC", "it takes no more files");
};
