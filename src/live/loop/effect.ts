/** Everything that the control loop can ask for. The runner performs it, in the order given. */

import type { Scheduled } from "../../core/cell-key.ts";
import type { MonitorTarget } from "../../core/monitor.ts";
import type { Operation } from "../../core/operation.ts";
import type { Instance, Process, ResourceKey } from "../../core/resource.ts";
import type { Update } from "../../program/update.ts";
import type { Sampled } from "../policy/load.ts";
import type { Scaled } from "../policy/scaling.ts";
import type { ChangeId, Done } from "./changes.ts";

export type Effect =
  /** Perform operations, in order; `OperationsFinished` follows. */
  | { readonly _tag: "Perform"; readonly operations: readonly Operation[] }
  /** Find out whether processes could be started, before what runs in their place is ended; `StartChecked` follows. */
  | { readonly _tag: "CheckStart"; readonly processes: readonly Process[] }
  /** Update services that have lost an endpoint, before anything else. `WorldDoubted` follows where that is refused. */
  | { readonly _tag: "Withdraw"; readonly instance: ResourceKey; readonly operations: readonly Operation[] }
  /** Read the whole world; `WorldObserved` or `WorldUnreadable` follows. */
  | { readonly _tag: "Observe" }
  /** `TurnDue` follows, once what came in at the same time has been taken. */
  | { readonly _tag: "TurnSoon" }
  /** `TimerDue` follows at that time, and at none that was named before. Null: not at all. */
  | { readonly _tag: "WakeAt"; readonly at: number | null }
  /** Watch a process until told otherwise: `ProbeAnswered` follows, again and again. */
  | { readonly _tag: "Monitor"; readonly target: MonitorTarget }
  | { readonly _tag: "Unmonitor"; readonly key: ResourceKey }
  /** There is a hub that was not there before: what was opened in the old one is gone. */
  | { readonly _tag: "HubReplaced" }
  /** `ConnectionsCounted` follows. */
  | { readonly _tag: "CountConnections"; readonly instances: readonly Instance[] }
  /** `LoadSampled` follows. */
  | { readonly _tag: "MeasureLoad"; readonly asked: readonly Sampled[] }
  /** Note what has been dealt with of a schedule; null: there is none any more. `runs`: a run is to begin once it is; `ScheduleNoted` follows. */
  | {
      readonly _tag: "NoteSchedule";
      readonly automaton: string;
      readonly scheduled: Scheduled | null;
      readonly runs: boolean;
    }
  /** Look up the name of a host elsewhere; `HostResolved` follows. */
  | { readonly _tag: "Resolve"; readonly host: string }
  /** An entry of the journal. */
  | {
      readonly _tag: "Record";
      readonly event: string;
      readonly automaton: string | null;
      readonly text: string;
      readonly causes: readonly string[];
      /** Whose process ended, where it is that: with the entry goes what it said last. */
      readonly ended: { readonly automaton: string; readonly index: number } | null;
    }
  /** An input that someone waits for began this change; of an edit, what it changed in the program. */
  | { readonly _tag: "Accepted"; readonly change: ChangeId; readonly update: Update | null }
  | { readonly _tag: "ChangeDone"; readonly change: ChangeId; readonly done: Done }
  /** What was decided for an automaton; null: it is gone. */
  | {
      readonly _tag: "Planned";
      readonly automaton: string;
      readonly scaled: Scaled | null;
      readonly because: readonly string[];
    }
  /** The world was read again, as `WorldDoubted` asked. */
  | { readonly _tag: "Looked" }
  /** Nothing more will happen by itself soon. */
  | { readonly _tag: "Quiet" };
