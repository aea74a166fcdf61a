/** An instance that changes nothing of the machine: all its mounts are read-only, but those that are its own. */
import { closeSync, realpathSync, statSync } from "node:fs";
import { makeReadOnly, makeWritable, moveMount, openTree } from "../ffi/libc.ts";

/**
 * Makes all mounts of the calling thread read-only, but the file systems that are mounted at `own`; and those at `shared`, which stay
 * as they are, with all below. Throws a `KernelError`: ENOSYS before Linux 5.12, where nothing was changed.
 */
export const makeRootReadOnly = (own: readonly string[], shared: readonly string[]): void => {
  const trees = shared.map((path) => ({ path: realpathSync(path), tree: openTree(path) }));
  try {
    makeReadOnly("/");
    for (const path of own)
      if (statSync(path, { throwIfNoEntry: false }) !== undefined) makeWritable(realpathSync(path));
    for (const { path, tree } of trees) moveMount(tree, path);
  } finally {
    for (const { tree } of trees) closeSync(tree);
  }
};
