/**
 * A base case: where the interpretation of a program ends, in IO. There are two,
 * Linux network namespaces and a model in memory, and one contract suite holds both
 * to the same behaviour.
 */
import type { Operation } from "./operation.ts";
import type { Resource, ResourceKey } from "./resource.ts";

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

export interface Observation {
  /** What exists now, in the very form in which it would be desired (see `observable`). */
  readonly resources: ReadonlyMap<ResourceKey, Resource>;
  /** Living processes by the key of their resource. */
  readonly processes: ReadonlyMap<ResourceKey, RunningProcess>;
}

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
    };

export interface Progress {
  readonly done: number;
  readonly total: number;
  readonly operation: Operation;
}

export interface Subscription {
  close(): Promise<void>;
}

export interface BaseCase {
  readonly name: "netns" | "memory";
  /** Everything of the system that exists, read from the world alone. */
  observe(): Promise<Observation>;
  /** Living processes as they were last seen: by `observe`, by `apply`, by exits. Asks nobody. */
  running(): ReadonlyMap<ResourceKey, RunningProcess>;
  /**
   * Performs operations in the order given, and returns the refusals. An operation
   * that fails leaves nothing of itself behind, and does not stop the independent ones.
   */
  apply(
    operations: readonly Operation[],
    onProgress?: (progress: Progress) => void,
  ): Promise<readonly Failure[]>;
  /** Reports drift and exits until closed. Never reports what `apply` did. */
  listen(onEvent: (event: WorldEvent) => void): Promise<Subscription>;
  /** Removes every trace of the system, known or not, and returns what could not be removed. */
  destroy(): Promise<readonly Failure[]>;
  /** Releases sockets and threads. Leaves the world as it is. */
  close(): Promise<void>;
}
