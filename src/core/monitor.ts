/** What an orchestrator learns of instances while they run: whether they are well, and their load. */
import type { InstanceId, RunningProcess } from "./base.ts";
import type { Family, Instance, Process, ResourceKey, Transport } from "./resource.ts";

/**
 * What is known of an instance's health: `failures` and `successes` are those in a row until now, where one is above
 * zero the other is not. Readiness feeds the endpoints of services; an unhealthy one is restarted.
 */
export type Health =
  /** Not yet been well, or well often enough, since its start. */
  | { readonly _tag: "starting"; readonly failures: number; readonly successes?: number }
  | { readonly _tag: "ready"; readonly failures: number }
  | { readonly _tag: "unhealthy"; readonly failures: number; readonly successes?: number };

/** Where an instance has to listen before it is ready, if the program gives no other way to tell. */
export interface WantedPort {
  readonly transport: Transport;
  readonly number: number;
  /** The families by which clients know its address: each of these is needed. None or left out: any will do. */
  readonly families?: readonly Family[];
}

/** A process that runs, and where it answers. */
export interface MonitorTarget {
  readonly process: Process;
  readonly running: RunningProcess;
  readonly instance: Instance;
  readonly ports: readonly WantedPort[];
  /** It is in service already. */
  readonly isReady: boolean;
  /** Without a probe and without ports it counts as ready when it has run for so long, in milliseconds. */
  readonly steadyMs: number;
}

/** Called when the health of an instance changes, or what is wrong with it. */
export type OnHealth = (key: ResourceKey, health: Health, problem: string | null) => void;

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

/** The cells of an automaton that are measured. */
export type LoadCell = "connections" | "connectionRate" | "bytesPerSecond" | "cpu";

/** An instance, and what is asked of it. */
export interface Measured {
  readonly instance: Instance;
  readonly running: RunningProcess | null;
  readonly cells: ReadonlySet<LoadCell>;
}

/** Looks after the instances of one system. */
export interface Monitor {
  /** Watches a process until it is forgotten; one that was watched under the same key is forgotten. */
  watch(target: MonitorTarget): void;
  forget(key: ResourceKey): void;
  /** The hub is another than before, or was not there. */
  hubChanged(): void;
  /** Connections that still go to each instance, in the order asked. */
  openConnections(instances: readonly Instance[]): readonly number[];
  /** The load of each, in the order asked; of what was not asked for, 0. */
  measure(instances: readonly Measured[]): readonly Load[];
  /** A process of the instance is about to be started. */
  starting(instance: InstanceId): void;
  /** What the process of the instance that was started last has printed last: so many lines at most. */
  lastLines(instance: InstanceId, most: number): readonly string[] | Promise<readonly string[]>;
  /** Milliseconds since a process was started. */
  age(running: RunningProcess): number;
  close(): Promise<void>;
}
