/** Whether what is kept without a size fits into one: when it is copied its program has ended, and it is too late to say so. */
import { sizeText } from "../../../src/core/limits.ts";
import { counted } from "../../../src/core/tally.ts";
import { KernelError } from "../../kernel-error.ts";
import { treeSize } from "./tree-size.ts";

const MiB = 2 ** 20;

/** What is left by a journal and tables, as e2fsprogs makes them, or a little less. */
const roomIn = (bytes: number): number =>
  bytes - Math.ceil(bytes / 20) - (bytes < 128 * MiB ? 4.5 : 16) * MiB;

/** A file system has a place for a file every so many bytes. */
export const bytesForFile = 16_384;

/** So many files and directories are looked at: the orchestrator does nothing else meanwhile. */
const mostLookedAt = 50_000;

/**
 * Throws a `KernelError` (EFBIG) where a directory does not fit into so many bytes, as far as its first files and directories
 * show. What does not fit after all stays as it is when it is copied.
 */
export const checkFit = (directory: string, name: string, size: number, most = mostLookedAt): void => {
  const { bytes, entries } = treeSize(directory, most);
  if (bytes <= roomIn(size) && entries < size / bytesForFile - 16) return;
  throw new KernelError(
    `put what is kept as ${name} into ${sizeText(size)}`,
    "EFBIG",
    `it takes ${entries < most ? "" : "at least "}${sizeText(bytes)} in ${counted(entries, "file or directory", "files and directories")}`,
  );
};
