/** A world in memory for base cases to share: what a machine is to the kernel's one. */

import type { EndedProcess, RunningProcess } from "../../src/core/base.ts";
import { hashString } from "../../src/core/hash.ts";
import { type Lookup, notFound } from "../../src/core/lookup.ts";
import { numbersOf, publishedPorts } from "../../src/core/port-range.ts";
import type { Process, Resource, ResourceKey } from "../../src/core/resource.ts";

/** A process as the world has it: it runs until somebody ends it. */
export interface ModelProcess extends RunningProcess {
  readonly process: Process;
}

/** What there is of one system. */
export interface ModelSystem {
  /** All but processes. */
  readonly resources: Map<ResourceKey, Resource>;
  readonly processes: Map<ResourceKey, ModelProcess>;
  /** Processes that ended by themselves, and were followed by no other. */
  readonly ended: Map<ResourceKey, EndedProcess>;
}

/** Something that happened in a world without an operation. */
export type Disturbance =
  | { readonly _tag: "vanished"; readonly system: string; readonly key: ResourceKey }
  | {
      readonly _tag: "exited";
      readonly system: string;
      readonly key: ResourceKey;
      readonly pid: number;
      /** How it ended; both null: nobody saw it. */
      readonly code: number | null;
      readonly signal: string | null;
    };

const endOf = ({ spec, process: { care } }: ModelProcess): Omit<EndedProcess, "code" | "signal"> => {
  const { restart, once } = care;
  return { spec, restart, ...(once && { once }) };
};

/** A world in memory, which several base cases may share, as several systems share a machine. */
export class MemoryWorld {
  readonly #systems = new Map<string, ModelSystem>();
  /** Namespaces by name: the system that has made them, null for someone else's. */
  readonly namespaces = new Map<string, string | null>();
  /** Ports of the host by `transport/port`: the system that publishes there, null for someone who listens. */
  readonly ports = new Map<string, string | null>();
  readonly #listeners = new Set<(disturbance: Disturbance) => void>();
  /** What names of hosts stand for that were said to be something. */
  readonly hosts = new Map<string, Lookup>();
  #nextPid = 1000;
  #clock = 0;

  system(name: string): ModelSystem {
    const there = this.#systems.get(name);
    if (there !== undefined) return there;
    const made: ModelSystem = { resources: new Map(), processes: new Map(), ended: new Map() };
    this.#systems.set(name, made);
    return made;
  }

  /** Every name stands for an address of its own that is for documents alone, and stays that; none below `invalid` is there. */
  lookUp(host: string): Lookup {
    const told = this.hosts.get(host);
    if (told !== undefined) return told;
    if (/(^|\.)invalid$/.test(host)) return notFound("there is no such name");
    const hash = hashString(host);
    const [v4, v6] = [`192.0.2.${1 + (hash % 254)}`, `2001:db8::${(1 + (hash % 0xfffe)).toString(16)}`];
    return { v4: [v4], v6: [v6], ttlMs: 3_600_000, problem: null };
  }

  /** A number that no process has or had, and the time of its start. */
  birth(): { readonly pid: number; readonly startTime: number } {
    this.#nextPid += 1;
    this.#clock += 1;
    return { pid: this.#nextPid, startTime: this.#clock };
  }

  /** Takes something away without a word to the orchestrator. */
  remove(system: string, key: ResourceKey): void {
    const { resources, processes, ended } = this.system(system);
    const process = processes.get(key);
    const resource = resources.get(key);
    processes.delete(key);
    resources.delete(key);
    if (process !== undefined) ended.set(key, { ...endOf(process), code: null, signal: "SIGKILL" });
    if (resource !== undefined) this.release(resource);
    if (process !== undefined)
      this.#tell({ _tag: "exited", system, key, pid: process.pid, code: null, signal: "SIGKILL" });
    else if (resource !== undefined) this.#tell({ _tag: "vanished", system, key });
  }

  /** A process ends by itself. `code`: null where nobody sees it. */
  exit(system: string, key: ResourceKey, code: number | null): void {
    const { processes, ended } = this.system(system);
    const found = processes.get(key);
    if (found === undefined) return;
    processes.delete(key);
    ended.set(key, { ...endOf(found), code, signal: null });
    this.#tell({ _tag: "exited", system, key, pid: found.pid, code, signal: null });
  }

  /** Gives free what a resource held of what all systems share. */
  release(resource: Resource): void {
    if (resource.kind === "hub" || resource.kind === "instance") this.namespaces.delete(resource.netns);
    if (resource.kind === "publication")
      for (const port of numbersOf(publishedPorts(resource)))
        this.ports.delete(`${resource.transport}/${port}`);
  }

  listen(listener: (disturbance: Disturbance) => void): () => void {
    this.#listeners.add(listener);
    return () => {
      this.#listeners.delete(listener);
    };
  }

  #tell(disturbance: Disturbance): void {
    for (const listener of this.#listeners) listener(disturbance);
  }
}
