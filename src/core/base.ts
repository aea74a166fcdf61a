/**
 * A base case: where the interpretation of a program ends, in IO. Linux network namespaces
 * are one, a model in memory another (see `src/bases.ts`), and one contract suite holds all
 * to the same behaviour.
 */
import type { Clock } from "./clock.ts";
import type { Lookup } from "./lookup.ts";
import type { Monitor, MonitorTarget, OnHealth } from "./monitor.ts";
import type { Operation } from "./operation.ts";
import type { Instance, InstanceLimits, Process, Resource, ResourceKey, RestartPolicy } from "./resource.ts";

/** An operation that the world refused. */
export interface Failure {
  readonly key: ResourceKey;
  /** What was being done, in words: `add address 10.0.0.7/32 to eth0`. */
  readonly doing: string;
  /** The symbolic errno (`EADDRINUSE`), or the kind of failure where there is none. */
  readonly code: string;
  /** The kernel's own words where it gave some, else those of the errno. */
  readonly message: string;
  /** What a person can do about it. */
  readonly hint?: string;
}

/** All that exists of a system, as the world shows it. */
export interface Observation {
  /** What exists now, in the very form in which it would be desired (see `observable`). */
  readonly resources: ReadonlyMap<ResourceKey, Resource>;
  /** Living processes by the key of their resource. */
  readonly processes: ReadonlyMap<ResourceKey, RunningProcess>;
  /** Processes that ended by themselves, and were followed by no other. */
  readonly ended: ReadonlyMap<ResourceKey, EndedProcess>;
  /** What is not ours and keeps what we made from working as one would believe, in words. */
  readonly warnings?: readonly string[];
}

/** How a process ended. Both null: nobody saw it. */
export interface Ended {
  readonly code: number | null;
  readonly signal: string | null;
  /** Names of processes that it left running, where it did: it put itself into the background. */
  readonly left?: readonly string[];
  /** Its limit of memory in bytes, where the kernel ended it, or a process of it, for passing that. */
  readonly overMemory?: number;
}

/** A process that ended by itself, with what it was started with. */
export interface EndedProcess extends Ended {
  readonly spec: string;
  /** What was to follow, when it was started. */
  readonly restart: RestartPolicy;
  /** Whether it was a job. */
  readonly once?: true;
  /** When it was started, and when it ended, in milliseconds since 1970, where that is known. */
  readonly beganAt?: number;
  readonly endedAt?: number;
}

/** A living process, and what it was started with. */
export interface RunningProcess {
  readonly pid: number;
  /** In clock ticks since boot, as in /proc/PID/stat: with the pid, an identity. */
  readonly startTime: number;
  readonly spec: string;
}

/** Something that happened to what we own and that we did not do. */
export type WorldEvent =
  | {
      readonly _tag: "drift";
      /** The resource that differs from what was last made of it. */
      readonly key: ResourceKey;
      /** What was seen, in words: `link v3k2j vanished`. */
      readonly what: string;
      /** As it is now; null: gone. */
      readonly now: Resource | null;
    }
  | {
      readonly _tag: "exit";
      readonly key: ResourceKey;
      readonly pid: number;
      /** Null where the process was not our child, and for a signal. */
      readonly code: number | null;
      readonly signal: string | null;
      /** Names of processes that it left running. */
      readonly left?: readonly string[];
      /** The limit of memory that it, or a process of it, passed. */
      readonly overMemory?: number;
      /** Of a job: why its end could not be noted, in words. */
      readonly unnoted?: string;
    }
  | {
      /** What is not ours and keeps what we made from working as one would believe. */
      readonly _tag: "warned";
      /** Of no resource. */
      readonly key: null;
      /** All that there is to say now, in words: it replaces what was told before. */
      readonly warnings: readonly string[];
    };

/** One operation of several has been performed. */
export interface Progress {
  readonly done: number;
  readonly total: number;
  readonly operation: Operation;
}

/** What goes on until it is closed. */
export interface Subscription {
  close(): Promise<void>;
}

/** Reads the world, and performs operations in it, for one system. */
export interface Interpreter {
  /** Of the base case, as it is registered. */
  readonly name: string;
  /** Everything of the system that exists, read from the world alone. */
  observe(): Promise<Observation>;
  /** Living processes as they were last seen: by `observe`, by `apply`, by exits. Reads nothing new from the world. */
  running(): ReadonlyMap<ResourceKey, RunningProcess>;
  /**
   * Performs operations in the order given, and returns the refusals. An operation
   * that fails leaves nothing of itself behind, and does not stop the independent ones.
   */
  apply(
    operations: readonly Operation[],
    onProgress?: (progress: Progress) => void,
  ): Promise<readonly Failure[]>;
  /**
   * Performs updates of services: at once, before anything that is under way, and before it
   * returns. For those that have lost an endpoint.
   */
  updateServices(operations: readonly Operation[]): readonly Failure[];
  /**
   * Why a process could not be started now, as far as one can tell without making anything; null where nothing is
   * known to be in its way.
   */
  refusal?(process: Process): Failure | null;
  /** Reports drift and exits until closed. Never reports what `apply` did. */
  listen(onEvent: (event: WorldEvent) => void): Promise<Subscription>;
  /** Removes every trace of the system, known or not, and returns what could not be removed. */
  destroy(): Promise<readonly Failure[]>;
  /** Why what programs printed is not kept when the system is destroyed, or was not, in words; null: it is. */
  readonly unkept?: string | null;
  /** Releases sockets and threads. Leaves the world as it is. */
  close(): Promise<void>;
}

/** Which instance of an automaton. */
export interface InstanceId {
  readonly automaton: string;
  readonly index: number;
}

/**
 * A base case, opened for one system: where the interpretation of its program ends. All
 * that an orchestrator and the commands do with a running system goes through it.
 */
export interface BaseCase extends Interpreter {
  /** What the system is called in names that it shares with others. */
  readonly label: string;
  /** The label, made sure of before anything of the system is made; `making`: whether there will be anything. */
  claim(making: boolean): string;
  /** Looks after the instances of the system: whether they are well, and their load. */
  monitor(onHealth: OnHealth, clock: Clock): Monitor;
  /**
   * On which of the ports nobody listens in an instance, in words; null where nothing is missing, or it
   * cannot be looked at. `wasReady`: somebody did once. Reads the world.
   */
  missing(instance: Instance, ports: MonitorTarget["ports"], wasReady: boolean): string | null;
  /** From now on what cannot be enforced of limits is left out, and told as a warning, instead of being refused. */
  allowUnenforced?(): void;
  /**
   * What could not be enforced here of limits, and which of the processes that come with them have no room for what they keep, a
   * sentence each; as far as one can tell without making anything.
   */
  unenforceable?(limits: readonly InstanceLimits[], processes: readonly Process[]): readonly string[];
  /** Whether it is noted how jobs end while nobody supervises the system. */
  readonly seesEnds?: boolean;
  /** Looks up the name of a host elsewhere. Never rejects. */
  lookUp(host: string): Promise<Lookup>;
  /** The instances that exist, in which a command can be run. Reads the world. */
  instances(): readonly InstanceId[];
  /**
   * Runs a command beside what runs in an instance, and as that was started: as its user, in its directory, with its
   * variables. It has the terminal of this process, which stands in for it until it ends. `asCaller`: as the user of
   * this process instead. Throws a `KernelError` where the command or the instance is not there.
   */
  exec(instance: InstanceId, argv: readonly string[], asCaller: boolean): Promise<Ended>;
}
