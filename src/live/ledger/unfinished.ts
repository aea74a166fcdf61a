/**
 * What an orchestrator left while it was still under way: an entry of the ledger. The world itself does not show
 * which instances were to be replaced, nor which programs are jobs.
 */
import * as t from "io-ts";
import { decodeJson } from "../../../runtime/decode-json.ts";
import type { SystemState } from "../../../runtime/process/state.ts";
import type { State } from "../loop/state.ts";
import { FileLedger } from "./file-ledger.ts";
import type { Ledger } from "./ledger.ts";
import { note } from "./note.ts";
import { unstartedName } from "./unstarted.ts";

const key = "unfinished";

const codec = t.readonly(
  t.type({
    /** Instances whose program was to be replaced and still runs, each with the spec of what runs. */
    earlier: t.readonly(t.record(t.string, t.string)),
    /** Instances in which a job runs, each with its spec. */
    jobs: t.readonly(t.record(t.string, t.string)),
  }),
);

/** By instance, `a.0`. */
export type Unfinished = t.TypeOf<typeof codec>;

/** Nothing is under way. */
export const nothingUnfinished: Unfinished = { earlier: {}, jobs: {} };

/** Of an entry that is missing or broken: nothing. */
const decoded = (value = "{}"): Unfinished => decodeJson(codec, value) ?? nothingUnfinished;

/** What is under way in a system now. */
export const unfinishedIn = ({ processes }: State): Unfinished => {
  const earlier: Record<string, string> = {};
  const jobs: Record<string, string> = {};
  for (const { automaton, index, process: known } of processes.values()) {
    if (known === null || known.running === null) continue;
    const { running, process } = known;
    const name = unstartedName(automaton, index);
    if (running.spec !== process.spec) earlier[name] = running.spec;
    if (process.care.once === true) jobs[name] = running.spec;
  }
  return { earlier, jobs };
};

/** Notes what is left so, in place of what was before. Where there is no room for it, the world alone is shown later. */
export const noteUnfinished = (ledger: Ledger, left: Unfinished): Promise<void> =>
  note(ledger, key, JSON.stringify(left), JSON.stringify(nothingUnfinished));

/** What was noted, for commands beside the orchestrator. */
export const readUnfinished = (state: SystemState): Unfinished =>
  decoded(new FileLedger(state).readNow(key)?.value);
