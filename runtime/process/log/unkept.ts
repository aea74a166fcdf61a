/** Why the logs of a system that is taken away cannot be kept, found out before: nothing is written. */
import { accessSync, constants, existsSync } from "node:fs";
import { dirname } from "node:path";
import { isRefusal, KernelError, kernelErrorOf } from "../../kernel-error.ts";
import { isOwnDirectory } from "../state.ts";

/** `use /var/log/architect: it must be a directory of this user alone` */
export const refusalWords = (operation: string, error: unknown): string => {
  if (!isRefusal(error)) throw error;
  const wrapped = kernelErrorOf(operation, error);
  return wrapped instanceof KernelError ? `${wrapped.operation}: ${wrapped.words}` : String(wrapped);
};

/** Null where nothing is known to be in the way; that the disk gets full is not known before. */
export const whyUnkept = (keptIn: string): string | null => {
  let there = keptIn;
  try {
    isOwnDirectory(keptIn);
    while (!existsSync(there)) there = dirname(there);
    accessSync(there, constants.W_OK | constants.X_OK);
    return null;
  } catch (error) {
    return refusalWords(`write in ${there}`, error);
  }
};
