/** What an orchestrator learns of instances beside what its base case tells it. */
import type { Health } from "../../runtime/process/health.ts";
import type { RunningProcess } from "../core/base.ts";
import type { Instance, Process, ResourceKey, Transport } from "../core/resource.ts";

/** A process that runs, and where it answers. */
export interface Patient {
  readonly process: Process;
  readonly running: RunningProcess;
  readonly instance: Instance;
  /** Where it has to listen before it is ready, if the program gives no other way to tell. */
  readonly ports: readonly { readonly transport: Transport; readonly number: number }[];
}

export type OnCheckup = (key: ResourceKey, health: Health, problem: string | null) => void;

/** What of an instance can be measured. Totals count from some fixed time on, or from 0 again. */
export interface Load {
  /** Established connections to it. */
  readonly connections: number;
  /** Connections that are opened to it per second. */
  readonly connectionRate: number;
  /** Bytes that went in and out of it, in all. */
  readonly bytes: number;
  /** Seconds that cores worked for it, in all. */
  readonly cpuSeconds: number;
}

export type LoadCell = "connections" | "connectionRate" | "bytesPerSecond" | "cpu";

export interface Measured {
  readonly instance: Instance;
  readonly running: RunningProcess | null;
  readonly cells: ReadonlySet<LoadCell>;
}

export interface Senses {
  /** Looks after a process until it is forgotten; whoever was watched before under its key is. */
  watch(patient: Patient): void;
  forget(key: ResourceKey): void;
  /** The hub is another than before, or was not there. */
  hubChanged(): void;
  /** Connections that still go to each instance, in the order asked. */
  openConnections(instances: readonly Instance[]): readonly number[];
  /** The load of each, in the order asked; of what was not asked for, 0. */
  measure(instances: readonly Measured[]): readonly Load[];
  close(): Promise<void>;
}
