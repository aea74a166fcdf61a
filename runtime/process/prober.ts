/** Probes instances, each at its own pace, and reports every answer. */

import { closeSync } from "node:fs";
import { Worker } from "node:worker_threads";
import type { Health } from "../../src/core/monitor.ts";
import type { DualAddress, Family, Probe, Process, ResourceKey } from "../../src/core/resource.ts";
import { openNamespace } from "../namespaces.ts";
import { endThread } from "../thread.ts";
import { afterProbe, nextProbeMs, thresholdsOf, unprobed } from "./health.ts";
import type { ProcessManager } from "./process-manager.ts";

/** A probe that is made over the network, from the hub. */
export type NetworkProbe = Exclude<Probe["how"], { readonly _tag: "exec" }>;

/** One probe, for the thread that makes them: of which port (`number`) of which address. */
export interface ProbeRequest {
  readonly id: number;
  readonly how: NetworkProbe;
  readonly address: DualAddress;
  readonly number: number;
  readonly timeoutMs: number;
  /** It is well if it answers by each of these families; none: by any. */
  readonly families: readonly Family[];
}

/** The problem is null where there is none. */
export interface ProbeAnswer {
  readonly id: number;
  readonly problem: string | null;
}

/** The health of an instance after a probe. */
export interface HealthReport {
  readonly key: ResourceKey;
  readonly health: Health;
  /** What the last probe met, in words; null where it was well. */
  readonly problem: string | null;
}

interface ProbeTarget {
  readonly process: Process;
  readonly probe: Probe;
  readonly address: DualAddress;
  readonly families: readonly Family[];
  health: Health;
  timer: NodeJS.Timeout | undefined;
}

/** What a target that answers well still lacks; null where it lacks nothing. */
const waitsFor = ({ health, process: { care } }: ProbeTarget): string | null =>
  health._tag === "ready"
    ? null
    : `answers, ${health.successes ?? 0} of ${thresholdsOf(care).successes} times in a row so far`;

/** Probes instances until they are forgotten; an instance has one probe under way at most. */
export class Prober {
  readonly #manager: ProcessManager;
  readonly #namespace: number;
  #worker: Worker | null = null;
  #isClosed = false;
  readonly #onReport: (report: HealthReport) => void;
  readonly #targets = new Map<ResourceKey, ProbeTarget>();
  readonly #waiting = new Map<number, (problem: string | null) => void>();
  #nextId = 0;

  /** Network probes come from the hub's namespace, `exec` probes from inside the instance. */
  constructor(manager: ProcessManager, hubNetns: string, onReport: (report: HealthReport) => void) {
    this.#manager = manager;
    this.#onReport = onReport;
    this.#namespace = openNamespace(hubNetns);
  }

  /**
   * Begins to look after an instance that has just been started, or whose health is known already.
   * `families`: see `WantedPort`.
   */
  watch(process: Process, address: DualAddress, families: readonly Family[] = [], health = unprobed): void {
    this.forget(process.key);
    const { probe } = process.care;
    if (probe === null) return;
    const target: ProbeTarget = { process, probe, address, families, health, timer: undefined };
    this.#targets.set(process.key, target);
    void this.#visit(target);
  }

  /** Reports nothing more of it. */
  forget(key: ResourceKey): void {
    clearTimeout(this.#targets.get(key)?.timer);
    this.#targets.delete(key);
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    for (const key of [...this.#targets.keys()]) this.forget(key);
    if (this.#worker !== null) await endThread(this.#worker);
    closeSync(this.#namespace);
  }

  /** The thread that asks over the network; another one where that was lost. */
  #thread(): Worker {
    if (this.#worker !== null) return this.#worker;
    const workerData = { namespace: this.#namespace };
    const worker = new Worker(new URL("./prober-worker.js", import.meta.url), { workerData });
    worker.on("message", ({ id, problem }: ProbeAnswer) => {
      this.#waiting.get(id)?.(problem);
      this.#waiting.delete(id);
    });
    worker.on("error", (error: Error) => this.#lost(worker, error.message));
    worker.on("exit", () => this.#lost(worker, "its thread has ended"));
    worker.unref();
    this.#worker = worker;
    return worker;
  }

  #lost(worker: Worker, why: string): void {
    if (this.#worker !== worker) return;
    this.#worker = null;
    for (const answer of this.#waiting.values()) answer(`the probe was lost: ${why}`);
    this.#waiting.clear();
  }

  async #visit(target: ProbeTarget): Promise<void> {
    const { process, probe } = target;
    const problem = await this.#ask(target);
    if (this.#targets.get(process.key) !== target) return; // forgotten meanwhile
    target.health = afterProbe(target.health, problem === null, thresholdsOf(process.care));
    target.timer = setTimeout(() => void this.#visit(target), nextProbeMs(target.health, probe.everyMs));
    this.#onReport({ key: process.key, health: target.health, problem: problem ?? waitsFor(target) });
  }

  async #ask({ process, probe, address, families }: ProbeTarget): Promise<string | null> {
    const { how, number, timeoutMs } = probe;
    if (how._tag === "exec") return this.#run(process, how.argv, timeoutMs);
    if (this.#isClosed) return "nobody asks any more";
    if (number === null) return `nothing to ask: ${process.automaton} provides no port on tcp`;
    return new Promise((resolve) => {
      const id = this.#nextId++;
      this.#waiting.set(id, resolve);
      this.#thread().postMessage({ id, how, address, number, timeoutMs, families } satisfies ProbeRequest);
    });
  }

  async #run(process: Process, argv: readonly string[], timeoutMs: number): Promise<string | null> {
    try {
      const exit = await this.#manager.probe(process, argv, timeoutMs);
      if (exit === null) return `${argv[0]} took longer than ${timeoutMs} ms`;
      if (exit.code === 0) return null;
      return exit.signal === null
        ? `${argv[0]} ended with ${exit.code}`
        : `${argv[0]} ended by ${exit.signal}`;
    } catch (error) {
      return (error as Error).message;
    }
  }
}
