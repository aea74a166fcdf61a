/**
 * What an orchestrator left before it had started it, and why: an entry of the ledger. The world itself does not
 * show whether an instance without a process is to have one.
 */
import * as t from "io-ts";
import { decodeJson } from "../../../runtime/decode-json.ts";
import type { SystemState } from "../../../runtime/process/state.ts";
import type { Status } from "../control/status.ts";
import { FileLedger } from "./file-ledger.ts";
import type { Ledger } from "./ledger.ts";
import { note } from "./note.ts";

const key = "unstarted";

const codec = t.readonly(t.record(t.string, t.union([t.string, t.null])));

/** Reasons by instance, `a.0`, and by port of an external automaton, `smtp.mail`: there only why it cannot be reached. */
export type Unstarted = t.TypeOf<typeof codec>;

/** Of an entry that is missing or broken: nothing. */
const decoded = (value = "{}"): Unstarted => decodeJson(codec, value) ?? {};

/** As an instance is named there. */
export const unstartedName = (automaton: string, index: number): string => `${automaton}.${index}`;

/** Those that are to run something and do not run, and the ports that are nowhere. */
const unstartedIn = ({ automata }: Status): Unstarted =>
  Object.fromEntries(
    automata.flatMap(({ name, instances, services }) => [
      ...services
        .filter(({ addresses, reason = null }) => addresses?.length === 0 && reason !== null)
        .map(({ port, reason = null }) => [`${name}.${port}`, reason] as const),
      ...instances
        .filter(({ pid, state }) => pid === null && (state === "starting" || state === "backoff"))
        .map(({ index, reason }) => [unstartedName(name, index), reason] as const),
    ]),
  );

/** Notes what is left so, in place of what was before. Where there is no room for it, the world alone is shown later. */
export const noteUnstarted = (ledger: Ledger, status: Status): Promise<void> =>
  note(ledger, key, JSON.stringify(unstartedIn(status)), "{}");

/** What was noted, for commands beside the orchestrator. */
export const readUnstarted = (state: SystemState): Unstarted =>
  decoded(new FileLedger(state).readNow(key)?.value);
