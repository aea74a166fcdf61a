/** Whether the user of a program may execute it: found out before anything is ended for it. */
import { realpathSync } from "node:fs";
import { dirname } from "node:path";
import { firstForbidden, type ProcessIdentity } from "../ffi/identity.ts";
import { KernelError } from "../kernel-error.ts";

/** The directories that lead to a file, the topmost first, and the file. */
const wayTo = (path: string): readonly string[] => {
  const way = [path];
  for (let at = path; at !== dirname(at); at = dirname(at)) way.unshift(dirname(at));
  return way;
};

/** Throws a `KernelError` (EACCES) that names what the user may not enter or execute. Root may all. */
export const checkProgramAccess = (program: string, command: string, identity: ProcessIdentity): void => {
  if (identity.uid === process.getuid?.()) return;
  // Links are followed as the user.
  const ways = [...new Set([program, realpathSync(program)])].map(wayTo);
  const forbidden = firstForbidden(String(identity.uid), identity, ways.flat());
  if (forbidden === null) return;
  const isFile = ways.some((way) => way.at(-1) === forbidden);
  throw new KernelError(
    `run ${JSON.stringify(command)}`,
    "EACCES",
    isFile
      ? `its user (${identity.uid}) may not execute ${forbidden}`
      : `its user (${identity.uid}) may not enter ${forbidden}`,
  );
};
