/** Files that are written as a whole. */
import { chmodSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { kernelErrorOf } from "./kernel-error.ts";

/**
 * Puts a text in the place of a file at once: a reader sees what it was or what it
 * is, and after an error (a `KernelError`) it is what it was. Beside it there is for a
 * moment a draft, whose name begins with a dot.
 */
export const replaceFile = (path: string, text: string | Uint8Array, mode = 0o600): void => {
  const draft = join(dirname(path), `.${basename(path)}.${process.pid}`);
  try {
    // Of a process that died while it wrote, and had the same number.
    rmSync(draft, { force: true });
    writeFileSync(draft, text, { mode: 0o600, flag: "wx" });
    chmodSync(draft, mode & 0o7777); // whatever the umask
    renameSync(draft, path);
  } catch (error) {
    rmSync(draft, { force: true });
    throw kernelErrorOf(`write ${path}`, error);
  }
};

/** Whether a name is that of a draft, left by a process that died over it. */
export const isDraft = (name: string): boolean => /^\..+\.\d+$/.test(name);
