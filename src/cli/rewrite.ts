/** Another text for a program's file, in one step. */
import { realpathSync, statSync } from "node:fs";
import { KernelError } from "../../runtime/kernel-error.ts";
import { replaceFile } from "../../runtime/replace-file.ts";

/** Puts a text in the place of a file's, or of the one that a link leads to; why it cannot, or null. */
export const rewrite = (link: string, text: string): string | null => {
  try {
    const file = realpathSync(link);
    replaceFile(file, text, statSync(file).mode);
    return null;
  } catch (error) {
    const words = error instanceof KernelError ? error.words : (error as Error).message;
    return `cannot write ${link}: ${words}`;
  }
};
