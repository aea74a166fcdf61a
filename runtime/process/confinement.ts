/** What keeps a program to its instance, beside namespaces: the same for all that is started in one. */
import type { CapabilityName } from "../../src/core/capabilities.ts";
import type { Process } from "../../src/core/resource.ts";
import { KernelError } from "../kernel-error.ts";
import { grantsRefused } from "./grants.ts";
import { isKernelBefore } from "./kernel-version.ts";
import { refuseKeyrings } from "./keyrings.ts";

/** How a program is confined. */
export interface ProgramConfinement {
  /** `cart.0` */
  readonly instance: string;
  /** What it may do beside the usual. */
  readonly grants: readonly CapabilityName[];
  /** What of that this machine does not do, a sentence each. */
  readonly unenforced: readonly string[];
  /** Whether it is started nonetheless where this machine does not keep it from all that it should. */
  readonly allowsUnenforced: boolean;
}

/** Keeps what the calling thread starts from now on from keyrings. Returns why it does not; null: it does. */
export const withoutKeyrings = (): string | null => {
  try {
    refuseKeyrings();
    return null;
  } catch (error) {
    if (!(error instanceof KernelError)) throw error;
    return `it reaches the keyrings of its user: ${error.operation}: ${error.words} (${error.code})`;
  }
};

/** How a process is to be confined. Throws a `KernelError` (`cannot-enforce`) where one can tell already that this machine does not, unless that is allowed. */
export const confinementOf = (
  { automaton, index, grants = [], readOnly }: Process,
  allowsUnenforced: boolean,
): ProgramConfinement => {
  const unenforced = [
    ...grantsRefused(grants),
    ...(readOnly && isKernelBefore(5, 12) ? [`it writes to files of the machine: ${needsNewer}`] : []),
  ];
  const confinement = { instance: `${automaton}.${index}`, grants, unenforced, allowsUnenforced };
  refuseUnenforced(confinement, unenforced);
  return confinement;
};

const needsNewer = "`read-only` takes Linux 5.12";

/** Throws a `KernelError` (`cannot-enforce`) where something is not enforced, unless that is allowed. */
export const refuseUnenforced = (
  { instance, allowsUnenforced }: Pick<ProgramConfinement, "instance" | "allowsUnenforced">,
  unenforced: readonly string[],
): void => {
  if (unenforced.length === 0 || allowsUnenforced) return;
  throw new KernelError(`confine ${instance}`, "cannot-enforce", unenforced.join("; "));
};
