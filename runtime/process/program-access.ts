/** Whether the user of a program may execute it: found out before anything is ended for it. */
import { realpathSync } from "node:fs";
import { dirname } from "node:path";
import type { SharedFiles } from "../../src/core/resource.ts";
import { shareOf, sourceOf } from "../../src/core/shared-path.ts";
import { firstForbidden, type ProcessIdentity } from "../ffi/identity.ts";
import { KernelError } from "../kernel-error.ts";

/** The directories that lead to a file, the topmost first, and the file. */
const wayTo = (path: string): readonly string[] => {
  const way = [path];
  for (let at = path; at !== dirname(at); at = dirname(at)) way.unshift(dirname(at));
  return way;
};

/** Throws a `KernelError` (EACCES) that names what the user may not enter or execute. Root may all. */
export const checkProgramAccess = (
  program: string,
  command: string,
  identity: ProcessIdentity,
  shares: readonly SharedFiles[] = [],
): void => {
  if (identity.uid === process.getuid?.()) return;
  const share = shareOf(program, shares);
  const mayNot = (paths: readonly string[]): string | null =>
    firstForbidden(String(identity.uid), identity, paths);
  // What is shared is entered where it is seen: the user need not be able to come there on the machine, and then nobody can tell.
  if (share !== undefined && mayNot(wayTo(dirname(share.source))) !== null) return;
  const file = sourceOf(program, shares);
  // Links are followed as the user.
  const ways = [...new Set([file, realpathSync(file)])].map(wayTo);
  const forbidden = mayNot(ways.flat());
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
