import type { Owned } from "../../../runtime/owner.ts";

/** A system of the tests' own owner. */
export const ownedOf = (system: string, owner = "testtest"): Owned => ({
  system,
  owner,
  root: `/run/${owner}`,
  inherits: false,
});
