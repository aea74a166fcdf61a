/**
 * What the control loop knows: plain data. One record an automaton, with one record an instance in
 * it, beside what is wanted and what exists (`Reconciliation`). Only the functions that `step` calls
 * change it; everyone else reads.
 */
import type { NamedPort } from "../../../passes/wiring.ts";
import type { RunningProcess } from "../../core/base.ts";
import type { CellKey, Listens } from "../../core/cell-key.ts";
import type { LoadCell } from "../../core/monitor.ts";
import { type Instance, instanceKey, type Process, type ResourceKey } from "../../core/resource.ts";
import type { Program } from "../../program/program.ts";
import { emptyReconciliation, type Reconciliation } from "../../reconcile.ts";
import type { FailureRecord } from "../policy/failures.ts";
import { noSamples, type Samples } from "../policy/load.ts";
import { isSettled, type ProcessState } from "../policy/process.ts";
import type { HostState } from "../policy/resolution.ts";
import type { Draining } from "../policy/rollout.ts";
import type { Scaled } from "../policy/scaling.ts";
import type { Settling } from "../policy/settling.ts";
import { type Change, type ChangeId, type Changes, noChanges } from "./changes.ts";
import type { Effect } from "./effect.ts";
import { AskedFamilies } from "./families.ts";
import type { ScheduleState } from "./schedules.ts";

/** What is known of one instance. */
export interface InstanceRecord {
  readonly automaton: string;
  readonly index: number;
  /** Null: no process is wanted in it. */
  process: ProcessState | null;
  /** Whether the process is watched. */
  isMonitored: boolean;
  /** Since it was taken out of service on purpose; null: it was not. */
  draining: Draining | null;
}

/** What is known of one automaton. */
export interface AutomatonRecord {
  readonly name: string;
  readonly instances: Map<number, InstanceRecord>;
  /** How many were asked for, as long as it may still count; null: never planned. */
  settling: Settling | null;
  /** How many there must be at least, as last decided: an instance that is to leave is one of them. */
  minimum: number;
  /** Cells that the loop set for it, to set only those that change. */
  cells: ReadonlyMap<CellKey, unknown>;
  /** The last decision, as long as there is more to do than to wait for a change. */
  scaling: Scaled | null;
  /** How many there are to be, as last decided. */
  target: number | null;
  /** What its equations ask of its load. */
  readonly load: Set<LoadCell>;
  /** The change that rolls it. */
  roll: Change | null;
  /** The spec of what was last started in each of its instances, or found there. */
  readonly begun: Map<number, string>;
  /** Where what runs or ran here listens, by its spec. */
  listens: ReadonlyMap<string, Listens>;
  /** Whether what is to replace its processes could be started, by its spec. */
  readonly checks: Map<string, StartCheck>;
  /** What was told of what it waits for, where that failed; null: nothing. */
  toldWait: string | null;
}

/** Whether a process could be started, and for which instance and when that was asked. */
export interface StartCheck {
  readonly key: ResourceKey;
  readonly at: number;
  readonly found: "asked" | "startable" | "refused";
}

export type Convergence = "converged" | "converging" | "degraded";

export interface State {
  readonly automata: Map<string, AutomatonRecord>;
  readonly sides: Reconciliation;
  /** By which families the ports of each automaton are asked. */
  readonly asked: AskedFamilies;
  /** Resources with which something is or was wrong. */
  readonly failures: Map<ResourceKey, FailureRecord>;
  readonly changes: Changes;

  /** To be planned in this turn, each with the change that is the reason. */
  readonly dirty: Map<string, Change>;
  /** Automata on their way: scaling, rolling, draining, settling. */
  readonly active: Set<string>;
  /** Automata whose program is not started yet, because of what they start after. */
  readonly waiting: Set<string>;
  /** Automata with equations over their own load. */
  readonly measured: Set<string>;
  /** Instances in which a process is wanted, or still runs that was; by its key. */
  readonly processes: Map<ResourceKey, InstanceRecord>;
  /** Those of them whose process is wanted and neither ready nor stopped. */
  readonly unsettled: Map<ResourceKey, InstanceRecord>;
  /** Those of them whose process has ended for good. */
  readonly stopped: Map<ResourceKey, InstanceRecord>;
  /** Automata whose programs run on because what is to replace them could not be started. */
  readonly refused: Set<string>;
  /** Processes that were found running and that nobody wanted: they are wanted perhaps before they are ended. */
  readonly unwanted: Map<ResourceKey, RunningProcess>;
  /** Processes that a transaction did away with: the next one of the same turn may want them again. */
  readonly dropped: Map<ResourceKey, Process>;
  /** The jobs that run by the clock, by the names of their automata. */
  readonly schedules: Map<string, ScheduleState>;
  /** The time zone of schedules that say none. */
  zone: string;
  /** Whether jobs run by the clock; else it is only noted which do. */
  byClock: boolean;
  /** The names of hosts elsewhere that are followed. */
  readonly hosts: Map<string, HostState>;
  /** What the program uses of them, as it was when that was last looked at. */
  namedPorts: readonly NamedPort[] | null;
  /** Cells that the program cannot take, and why. */
  readonly misfits: Map<CellKey, string>;

  phase: "idle" | "running" | "closed";
  turn: {
    count: number;
    /** Something has come in that has not been dealt with. */
    isDue: boolean;
    /** What drifted in one turn is one change. */
    repair: { readonly turn: number; readonly change: ChangeId } | null;
  };
  /** Processes of which it is found out whether they could be started. */
  checking: number;
  /** Operations under way: the network as one batch at a time, and each process for itself. */
  flying: { network: boolean; processes: number };
  /** The world is to be read again; `at` is null while it is read. */
  look: { why: string; at: number | null; pauseMs: number; again: string | null } | null;
  /** Whether there ever was a hub: one that is made anew took everything along that was known. */
  hadHub: boolean;
  samples: Samples;
  convergence: Convergence;
  /** Why it is degraded; empty otherwise. */
  problems: readonly string[];
  /** What is not ours and keeps what we made from working as one would believe, in words. */
  warnings: readonly string[];
}

/** What is decided on, when, and where effects go. */
export interface Step {
  readonly program: Program;
  readonly state: State;
  readonly now: number;
  /** The time of day at the same moment, in milliseconds since 1970. */
  readonly wall: number;
  emit(effect: Effect): void;
}

export const initialState = (): State => ({
  automata: new Map(),
  sides: emptyReconciliation(),
  asked: new AskedFamilies(),
  failures: new Map(),
  changes: noChanges(),
  dirty: new Map(),
  active: new Set(),
  waiting: new Set(),
  measured: new Set(),
  processes: new Map(),
  unsettled: new Map(),
  stopped: new Map(),
  refused: new Set(),
  unwanted: new Map(),
  dropped: new Map(),
  schedules: new Map(),
  zone: "UTC",
  byClock: true,
  hosts: new Map(),
  namedPorts: null,
  misfits: new Map(),
  phase: "idle",
  turn: { count: 0, isDue: false, repair: null },
  checking: 0,
  flying: { network: false, processes: 0 },
  look: null,
  hadHub: false,
  samples: noSamples,
  convergence: "converging",
  problems: [],
  warnings: [],
});

/** The record of an automaton, made where there is none. */
export const automatonRecord = ({ automata }: State, name: string): AutomatonRecord => {
  const known = automata.get(name);
  if (known !== undefined) return known;
  const made: AutomatonRecord = {
    name,
    instances: new Map(),
    settling: null,
    minimum: 0,
    cells: new Map(),
    scaling: null,
    target: null,
    load: new Set(),
    roll: null,
    begun: new Map(),
    listens: new Map(),
    checks: new Map(),
    toldWait: null,
  };
  automata.set(name, made);
  return made;
};

/** The record of an instance, made where there is none. */
const instanceRecord = (state: State, automaton: string, index: number): InstanceRecord => {
  const { instances } = automatonRecord(state, automaton);
  const known = instances.get(index);
  if (known !== undefined) return known;
  const made: InstanceRecord = { automaton, index, process: null, isMonitored: false, draining: null };
  instances.set(index, made);
  return made;
};

/** What is known of a process by its key; null: none is wanted there. */
export const processState = ({ processes }: State, key: ResourceKey): ProcessState | null =>
  processes.get(key)?.process ?? null;

/** Sets what is known of a process, and with it whether it is still on its way. */
export const setProcess = (state: State, process: ProcessState): void => {
  const { key, automaton, index } = process.process;
  const instance = instanceRecord(state, automaton, index);
  instance.process = process;
  state.processes.set(key, instance);
  if (isSettled(process) || !state.sides.desired.has(key)) state.unsettled.delete(key);
  else state.unsettled.set(key, instance);
  if (process.phase === "stopped") state.stopped.set(key, instance);
  else state.stopped.delete(key);
};

/** Forgets a process that is neither wanted nor there. */
export const forgetProcess = (state: State, { key, automaton, index }: Process): void => {
  state.processes.delete(key);
  state.unsettled.delete(key);
  state.stopped.delete(key);
  const instance = state.automata.get(automaton)?.instances.get(index);
  if (instance === undefined) return;
  instance.process = null;
  setDraining(state, automaton, index, instance.draining);
};

/** Sets since when an instance is out of service by decision; null: it is not. */
export const setDraining = (
  state: State,
  automaton: string,
  index: number,
  draining: Draining | null,
): void => {
  if (draining !== null) {
    instanceRecord(state, automaton, index).draining = draining;
    return;
  }
  const instances = state.automata.get(automaton)?.instances;
  const instance = instances?.get(index);
  if (instance === undefined) return;
  instance.draining = null;
  if (instance.process === null) instances!.delete(index);
};

/** An instance that exists; null where there is none. */
export const existing = ({ sides }: State, automaton: string, index: number): Instance | null => {
  const found = sides.actual.get(instanceKey(automaton, index));
  return found?.kind === "instance" ? found : null;
};

/** How many operations are under way, each batch counting as one. */
export const flights = ({ flying }: State): number => (flying.network ? 1 : 0) + flying.processes;
