/** The world in which a system lives: its base case, its files, and what must outlive the orchestrator. */
import type { Either } from "fp-ts/lib/Either.js";
import { systemClock } from "../../../runtime/clock.ts";
import { SystemState } from "../../../runtime/process/state.ts";
import { SecretStore } from "../../../runtime/secrets/store.ts";
import { baseKind } from "../../bases.ts";
import type { BaseCase } from "../../core/base.ts";
import type { Clock } from "../../core/clock.ts";
import { acquireLease } from "../ledger/file-lease.ts";
import { FileLedger } from "../ledger/file-ledger.ts";
import type { Lease, LeaseRefused } from "../ledger/lease.ts";
import type { Ledger } from "../ledger/ledger.ts";

export interface World {
  readonly base: BaseCase;
  readonly state: SystemState;
  readonly ledger: Ledger;
  readonly secrets: SecretStore;
  /** The right to run the system; left: another process has it. */
  acquireLease(): Either<LeaseRefused, Lease>;
}

/** `base`: the name of one that is registered. Rejects with a `KernelError` where the kernel cannot be spoken to. */
export const openWorld = async (
  system: string,
  base: string,
  root?: string,
  clock: Clock = systemClock,
): Promise<World> => {
  const kind = baseKind(base);
  if (kind === null) throw new Error(`there is no base case ${base}`);
  const implementation = await kind.load();
  const state = new SystemState(system, root);
  return {
    state,
    ledger: new FileLedger(state, clock),
    secrets: new SecretStore(system, state.root),
    acquireLease: () => acquireLease(state.root, system, clock),
    base: implementation.open(state),
  };
};
