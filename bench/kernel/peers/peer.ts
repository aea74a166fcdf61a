/** Others who make namespaces with links, addresses and routes, to be measured beside. */
import type { Instance } from "../../../src/core/resource.ts";

/** What to raise, and a directory for whatever else it takes. */
export interface Site {
  readonly hub: string;
  readonly instances: readonly Instance[];
  readonly directory: string;
}

/** None of them makes policy or services: all do less than the base case. */
export interface Peer {
  readonly name: string;
  /** What it takes and is not here; null where it can run. */
  readonly missing: () => string | null;
  /** Milliseconds of raising. The names in /run/netns are left for the caller to remove, all else is cleaned up. */
  readonly raise: (site: Site) => number;
}

/** How long a command of a peer may take; one that takes longer is out of the race. */
export const limited = { timeout: 60_000, killSignal: "SIGKILL" } as const;
