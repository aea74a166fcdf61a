/** Entries of the ledger that are good to have: a system does its work without them. */
import { KernelError } from "../../../runtime/kernel-error.ts";
import type { Ledger } from "./ledger.ts";

/** Sets an entry, whatever others set it to meanwhile. `missing`: what it says where there is none. Without room for it nothing is set. */
export const note = async (ledger: Ledger, key: string, value: string, missing: string): Promise<void> => {
  try {
    for (;;) {
      const entry = await ledger.read(key);
      if ((entry?.value ?? missing) === value) return;
      if ((await ledger.compareAndSet(key, entry?.revision ?? null, value)) !== null) return;
    }
  } catch (error) {
    if (!(error instanceof KernelError)) throw error;
  }
};
