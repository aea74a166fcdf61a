/**
 * That a command has begun to remove a system that nobody supervises: an entry of the ledger, which goes with the
 * system. The world itself does not show why a process is gone.
 */
import type { SystemState } from "../../../runtime/process/state.ts";
import { FileLedger } from "./file-ledger.ts";
import type { Ledger } from "./ledger.ts";
import { note } from "./note.ts";

const key = "removal";
const begun = "begun";

/** Notes that it has begun, or that the system is kept after all. Where there is no room for it, nothing is noted. */
export const noteRemoval = (ledger: Ledger, hasBegun: boolean): Promise<void> =>
  note(ledger, key, hasBegun ? begun : "", "");

/** Whether it has begun and has not come to its end. */
export const readRemoval = (state: SystemState): boolean =>
  new FileLedger(state).readNow(key)?.value === begun;
