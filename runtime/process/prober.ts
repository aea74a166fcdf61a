/** Probes instances, each at its own pace, and reports every answer. */
import { closeSync } from "node:fs";
import { Worker } from "node:worker_threads";
import type { DualAddress, Probe, Process, ResourceKey } from "../../src/core/resource.ts";
import { openNamespace } from "../namespaces.ts";
import { endThread } from "../thread.ts";
import { afterProbe, type Health, nextProbeMs, unprobed } from "./health.ts";
import type { ProcessKeeper } from "./keeper.ts";

export type NetworkProbe = Exclude<Probe["how"], { readonly _tag: "exec" }>;

export interface ProbeRequest {
  readonly id: number;
  readonly how: NetworkProbe;
  readonly address: DualAddress;
  readonly number: number;
  readonly timeoutMs: number;
}

/** The problem is null where there is none. */
export interface ProbeAnswer {
  readonly id: number;
  readonly problem: string | null;
}

export interface Checkup {
  readonly key: ResourceKey;
  readonly health: Health;
  /** What the last probe met, in words; null where it was well. */
  readonly problem: string | null;
}

interface Patient {
  readonly process: Process;
  readonly probe: Probe;
  readonly address: DualAddress;
  health: Health;
  timer: NodeJS.Timeout | undefined;
}

export class Prober {
  readonly #keeper: ProcessKeeper;
  readonly #namespace: number;
  #worker: Worker | null = null;
  #isClosed = false;
  readonly #onCheckup: (checkup: Checkup) => void;
  readonly #patients = new Map<ResourceKey, Patient>();
  readonly #waiting = new Map<number, (problem: string | null) => void>();
  #nextId = 0;

  /** Network probes come from the hub's namespace, `exec` probes from inside the instance. */
  constructor(keeper: ProcessKeeper, hubNetns: string, onCheckup: (checkup: Checkup) => void) {
    this.#keeper = keeper;
    this.#onCheckup = onCheckup;
    this.#namespace = openNamespace(hubNetns);
  }

  /** Begins to look after an instance that has just been started, or adopted. */
  watch(process: Process, address: DualAddress): void {
    this.forget(process.key);
    const { probe } = process.care;
    if (probe === null) return;
    const patient: Patient = { process, probe, address, health: unprobed, timer: undefined };
    this.#patients.set(process.key, patient);
    void this.#visit(patient);
  }

  /** Reports nothing more of it. */
  forget(key: ResourceKey): void {
    clearTimeout(this.#patients.get(key)?.timer);
    this.#patients.delete(key);
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    for (const key of [...this.#patients.keys()]) this.forget(key);
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

  async #visit(patient: Patient): Promise<void> {
    const { process, probe } = patient;
    const problem = await this.#ask(patient);
    if (this.#patients.get(process.key) !== patient) return; // forgotten meanwhile
    patient.health = afterProbe(patient.health, problem === null);
    patient.timer = setTimeout(() => void this.#visit(patient), nextProbeMs(patient.health, probe.everyMs));
    this.#onCheckup({ key: process.key, health: patient.health, problem });
  }

  async #ask({ process, probe, address }: Patient): Promise<string | null> {
    const { how, number, timeoutMs } = probe;
    if (how._tag === "exec") return this.#run(process, how.argv, timeoutMs);
    if (this.#isClosed) return "nobody asks any more";
    if (number === null) return `nothing to ask: ${process.automaton} provides no port on tcp`;
    return new Promise((resolve) => {
      const id = this.#nextId++;
      this.#waiting.set(id, resolve);
      this.#thread().postMessage({ id, how, address, number, timeoutMs } satisfies ProbeRequest);
    });
  }

  async #run(process: Process, argv: readonly string[], timeoutMs: number): Promise<string | null> {
    try {
      const exit = await this.#keeper.probe(process, argv, timeoutMs);
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
