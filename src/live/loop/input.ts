/** Everything that can happen to a running system. What is not here, the loop does not react to. */
import type { Failure, Observation, RunningProcess, WorldEvent } from "../../core/base.ts";
import type { Scheduled } from "../../core/cell-key.ts";
import type { Lookup } from "../../core/lookup.ts";
import type { Health, Load } from "../../core/monitor.ts";
import type { Operation } from "../../core/operation.ts";
import type { Instance, Process, ResourceKey } from "../../core/resource.ts";
import type { Value } from "../../language/value.ts";
import type { Sampled, Setting } from "../policy/load.ts";
import type { Cause } from "./changes.ts";

/** What someone changes in the program. */
export type Edit =
  | {
      readonly _tag: "Texts";
      readonly texts: ReadonlyMap<string, string>;
      /** Somebody asked for the program as it is: what failed is tried again, changed or not. */
      readonly again?: boolean;
    }
  | { readonly _tag: "Input"; readonly name: string; readonly value: Value | undefined }
  | { readonly _tag: "Cells"; readonly settings: readonly Setting[] };

export type Input =
  /** The orchestrator takes the system over as it is observed. */
  | {
      readonly _tag: "Started";
      readonly observation: Observation;
      /** Of each process, milliseconds since it was started. */
      readonly ages: ReadonlyMap<ResourceKey, number>;
      /** The time zone of schedules that say none. */
      readonly zone: string;
      /** Whether jobs run by the clock. */
      readonly byClock: boolean;
    }
  /** A text was saved, an input or a cell was set. */
  | { readonly _tag: "Edited"; readonly edit: Edit; readonly cause: Cause }
  /** A resource is not any more as it was last made. */
  | { readonly _tag: "ResourceDrifted"; readonly event: WorldEvent & { readonly _tag: "drift" } }
  | { readonly _tag: "ProcessExited"; readonly event: WorldEvent & { readonly _tag: "exit" } }
  /** All that there is to say now of what is not ours and keeps what we made from working as one would believe. */
  | { readonly _tag: "WorldWarned"; readonly warnings: readonly string[] }
  /** A probe of a process answered, or did not. */
  | {
      readonly _tag: "ProbeAnswered";
      readonly key: ResourceKey;
      readonly health: Health;
      readonly problem: string | null;
    }
  /** The load that a `MeasureLoad` asked for; null: it could not be measured just now. */
  | {
      readonly _tag: "LoadSampled";
      readonly asked: readonly Sampled[];
      readonly loads: readonly Load[] | null;
    }
  /** Cells of load have these values. */
  | { readonly _tag: "LoadObserved"; readonly settings: readonly Setting[] }
  /** The connections that a `CountConnections` asked for. */
  | {
      readonly _tag: "ConnectionsCounted";
      readonly counts: readonly { readonly instance: Instance; readonly open: number }[];
    }
  /** What a `CheckStart` came to: why each could not be started; null where nothing is in its way. */
  | {
      readonly _tag: "StartChecked";
      readonly checked: readonly { readonly process: Process; readonly failure: Failure | null }[];
    }
  /** What a `Perform` came to. */
  | {
      readonly _tag: "OperationsFinished";
      readonly operations: readonly Operation[];
      readonly failures: readonly Failure[];
      /** Of the processes among them, those that run now. */
      readonly running: ReadonlyMap<ResourceKey, RunningProcess>;
    }
  /** What a `NoteSchedule` of a run came to. */
  | {
      readonly _tag: "ScheduleNoted";
      readonly automaton: string;
      readonly scheduled: Scheduled;
      /** Why it could not be noted; null where it is. */
      readonly problem: string | null;
    }
  /** What a `Resolve` came to. */
  | { readonly _tag: "HostResolved"; readonly host: string; readonly lookup: Lookup }
  /** The world may not be as it is believed to be. */
  | { readonly _tag: "WorldDoubted"; readonly why: string }
  /** What an `Observe` came to. */
  | { readonly _tag: "WorldObserved"; readonly observation: Observation }
  | { readonly _tag: "WorldUnreadable"; readonly message: string }
  /** All that came in at once has been taken: now is the time to decide. */
  | { readonly _tag: "TurnDue" }
  /** The time that a `WakeAt` named has come. */
  | { readonly _tag: "TimerDue" }
  /** The files of the system were taken away and are there again. */
  | { readonly _tag: "LeaseRegained"; readonly why: string }
  /** The system is another orchestrator's from now on. */
  | { readonly _tag: "LeaseLost"; readonly why: string }
  /** Nothing more is to be begun. */
  | { readonly _tag: "Closed" };
