/** What a tree of files takes on its disk. */
import { lstatSync, readdirSync } from "node:fs";
import { refusedWith } from "../../kernel-error.ts";

/** What a tree takes, with its root. */
export interface TreeSize {
  readonly bytes: number;
  /** Files and directories. */
  readonly entries: number;
}

/**
 * Of a tree, without following links. What vanishes meanwhile takes nothing. A file with several names counts once. `most`: of
 * so many files and directories, and then it is what a part of the tree takes.
 */
export const treeSize = (path: string, most = Number.POSITIVE_INFINITY): TreeSize => {
  let [bytes, entries] = [0, 0];
  const seen = new Set<string>();
  const waiting = [path];
  for (let at = waiting.pop(); at !== undefined && entries < most; at = waiting.pop()) {
    try {
      const stat = lstatSync(at);
      if (stat.nlink > 1 && !stat.isDirectory()) {
        const file = `${stat.dev}:${stat.ino}`;
        if (seen.has(file)) continue;
        seen.add(file);
      }
      bytes += stat.blocks * 512;
      entries++;
      if (stat.isDirectory()) for (const name of readdirSync(at)) waiting.push(`${at}/${name}`);
    } catch (error) {
      if (!refusedWith(error, "ENOENT", "ENOTDIR", "EACCES")) throw error;
    }
  }
  return { bytes, entries };
};
