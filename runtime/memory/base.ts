/**
 * The base case in memory: it needs no rights and runs anywhere. It refuses what the
 * kernel would refuse, and shows what the kernel would show; a process is believed to
 * run once it could have been started.
 */

import type {
  BaseCase,
  Ended,
  Failure,
  InstanceId,
  Observation,
  Progress,
  Subscription,
  WorldEvent,
} from "../../src/core/base.ts";
import type { Clock } from "../../src/core/clock.ts";
import type { Lookup } from "../../src/core/lookup.ts";
import type { Monitor, OnHealth } from "../../src/core/monitor.ts";
import { type Operation, subject } from "../../src/core/operation.ts";
import { numbersOf, portsText, publishedPorts } from "../../src/core/port-range.ts";
import {
  hubKey,
  instanceKey,
  type Process,
  type Resource,
  type ResourceKey,
} from "../../src/core/resource.ts";
import { KernelError } from "../kernel-error.ts";
import { checkCommand, environment, madeBy } from "../process/command.ts";
import { accountOf } from "../process/credentials.ts";
import { memoryMonitor } from "./monitor.ts";
import { type Disturbance, MemoryWorld, type ModelProcess, type ModelSystem } from "./world.ts";

const refuse = (doing: string, code: string, words: string): never => {
  throw new KernelError(doing, code, words);
};

/** A base case whose world is in memory: nothing runs, and all is done at once. */
export class MemoryBase implements BaseCase {
  readonly name = "memory";
  readonly #system: string;
  readonly #world: MemoryWorld;

  /** Base cases on one world see each other's systems as processes on one machine do. */
  constructor(system: string, world: MemoryWorld = new MemoryWorld()) {
    this.#system = system;
    this.#world = world;
  }

  get #model(): ModelSystem {
    return this.#world.system(this.#system);
  }

  async observe(): Promise<Observation> {
    const { resources, processes, ended } = this.#model;
    return {
      resources: new Map([
        ...resources,
        ...[...processes].map(([key, { process }]) => [key, process] as const),
      ]),
      processes: new Map(
        [...processes].map(([key, { pid, startTime, spec }]) => [key, { pid, startTime, spec }] as const),
      ),
      ended: new Map(ended),
    };
  }

  running(): ReadonlyMap<ResourceKey, ModelProcess> {
    return this.#model.processes;
  }

  async apply(
    operations: readonly Operation[],
    onProgress: (progress: Progress) => void = () => {},
  ): Promise<readonly Failure[]> {
    return this.#performAll(operations, onProgress);
  }

  #performAll(
    operations: readonly Operation[],
    onProgress: (progress: Progress) => void,
  ): readonly Failure[] {
    const failures: Failure[] = [];
    let done = 0;
    for (const operation of operations) {
      try {
        this.#perform(operation);
        done += 1;
        onProgress({ done, total: operations.length, operation });
      } catch (error) {
        failures.push(failureOf(operation, error));
      }
    }
    return failures;
  }

  #perform(operation: Operation): void {
    const { resources, processes, ended } = this.#model;
    const { key, before, after } = operation;
    ended.delete(key);
    if (after === null) {
      const there = resources.get(key);
      if (there !== undefined) this.#world.release(there);
      resources.delete(key);
      processes.delete(key);
    } else if (after.kind === "process") this.#start(after, before);
    else {
      this.#check(after);
      this.#claim(after);
      resources.set(key, after);
    }
  }

  /** What a resource needs. */
  #check(resource: Exclude<Resource, Process>): void {
    const needsHub = resource.kind !== "hub" && resource.kind !== "hosts";
    if (needsHub && !this.#model.resources.has(hubKey)) {
      refuse(`create ${resource.key}`, "unmet", "the hub is missing");
    }
  }

  /** What a resource takes of what all systems share. */
  #claim(resource: Exclude<Resource, Process>): void {
    const { namespaces, ports } = this.#world;
    if (resource.kind === "hub" || resource.kind === "instance") {
      const owner = namespaces.get(resource.netns);
      if (owner !== undefined && owner !== this.#system) {
        const words = "there is a namespace of that name that is not of this system; it is left alone";
        refuse(`create the namespace ${resource.netns}`, "EEXIST", words);
      }
      namespaces.set(resource.netns, this.#system);
    }
    if (resource.kind === "publication") {
      const wanted = numbersOf(publishedPorts(resource)).map((port) => `${resource.transport}/${port}`);
      for (const owner of wanted.map((port) => ports.get(port))) {
        if (owner === undefined || owner === this.#system) continue;
        const words =
          owner === null
            ? "a program on this host listens there already"
            : "another system publishes it already";
        const numbers = portsText(publishedPorts(resource));
        refuse(`publish ${resource.transport} port ${numbers}`, "EADDRINUSE", words);
      }
      for (const port of wanted) ports.set(port, this.#system);
    }
  }

  #start(process: Process, before: Resource | null): void {
    const { resources, processes } = this.#model;
    const { key, spec } = process;
    const runs = processes.get(key);
    // How a process is looked after may change without it.
    if (before?.kind === "process" && before.spec === spec && runs?.spec === spec) {
      processes.set(key, { ...runs, process });
      return;
    }
    if (!resources.has(instanceKey(process.automaton, process.index))) {
      processes.delete(key);
      refuse(`run ${JSON.stringify(process.argv[0])}`, "ENOENT", `there is no namespace ${process.netns}`);
    }
    checkStart(process);
    processes.set(key, { ...this.#world.birth(), spec, process });
  }

  refusal(process: Process): Failure | null {
    try {
      checkStart(process);
      return null;
    } catch (error) {
      const { key } = process;
      if (error instanceof KernelError)
        return failureOf({ op: "create", key, before: null, after: process }, error);
      return { key, doing: `start ${key}`, code: "failed", message: (error as Error).message };
    }
  }

  updateServices(operations: readonly Operation[]): readonly Failure[] {
    return this.#performAll(operations, () => {});
  }

  async listen(onEvent: (event: WorldEvent) => void): Promise<Subscription> {
    const end = this.#world.listen((disturbance) => {
      if (disturbance.system === this.#system) onEvent(eventOf(disturbance));
    });
    return { close: async () => end() };
  }

  async destroy(): Promise<readonly Failure[]> {
    const { resources, processes, ended } = this.#model;
    for (const resource of resources.values()) this.#world.release(resource);
    resources.clear();
    processes.clear();
    ended.clear();
    return [];
  }

  async close(): Promise<void> {}

  get label(): string {
    return this.#system;
  }

  claim(): string {
    return this.#system;
  }

  monitor(onHealth: OnHealth, clock: Clock): Monitor {
    return memoryMonitor(onHealth, clock, (job) => this.#world.exit(this.#system, job, 0));
  }

  missing(): null {
    return null;
  }

  async lookUp(host: string): Promise<Lookup> {
    return this.#world.lookUp(host);
  }

  instances(): readonly InstanceId[] {
    return [...this.#model.resources.values()].filter((resource) => resource.kind === "instance");
  }

  exec({ automaton, index }: InstanceId, argv: readonly string[]): Promise<Ended> {
    return refuse(
      `run ${JSON.stringify(argv[0])} in ${automaton}.${index}`,
      "ENOTSUP",
      "nothing runs in a model",
    );
  }
}

/** Refuses what the kernel would refuse to start. */
const checkStart = (process: Process): void => {
  if (process.user !== undefined) accountOf(process.user);
  for (const { owner } of process.files ?? []) if (owner !== undefined) accountOf(owner);
  checkCommand(process.argv, environment(process.env), process.cwd, madeBy(process));
};

const eventOf = (disturbance: Disturbance): WorldEvent =>
  disturbance._tag === "exited"
    ? {
        _tag: "exit",
        key: disturbance.key,
        pid: disturbance.pid,
        code: disturbance.code,
        signal: disturbance.signal,
      }
    : { _tag: "drift", key: disturbance.key, what: `${disturbance.key} vanished`, now: null };

const failureOf = (operation: Operation, error: unknown): Failure => {
  if (!(error instanceof KernelError)) throw error;
  return { key: subject(operation).key, doing: error.operation, code: error.code, message: error.words };
};
