/** How instances in network namespaces are looked after and measured. */

import { KernelError, refusedWith } from "../../runtime/kernel-error.ts";
import { getLinks, readLink } from "../../runtime/netlink/link.ts";
import type { NetnsBase } from "../../runtime/netns/base.ts";
import { type Connections, countConnections } from "../../runtime/observe/connections.ts";
import { cpuSeconds } from "../../runtime/observe/cpu.ts";
import { silentPorts } from "../../runtime/observe/listening.ts";
import { getTraffic, readTraffic } from "../../runtime/observe/traffic.ts";
import type { ProcessKeeper } from "../../runtime/process/keeper.ts";
import { Prober } from "../../runtime/process/prober.ts";
import type { DualAddress, Instance, ResourceKey } from "../core/resource.ts";
import type { Load, Measured, OnCheckup, Patient, Senses } from "./senses.ts";

/** Over so long connections per second are counted, in milliseconds; the kernel remembers closed ones longer. */
const rateWindowMs = 5_000;
/** Between looks at whether a program listens, in milliseconds: often at first. */
const firstLookMs = 2;
const lastLookMs = 250;
/** Who asks for no probe and does not listen after so long is taken at its word that it runs. */
const patienceMs = 5_000;

export class NetnsSenses implements Senses {
  readonly #base: NetnsBase;
  readonly #keeper: ProcessKeeper;
  readonly #onCheckup: OnCheckup;
  #prober: Prober | null = null;
  readonly #probed = new Map<ResourceKey, Patient>();
  readonly #awaited = new Map<ResourceKey, NodeJS.Timeout>();
  /** Links of the hub by name. */
  #links: ReadonlyMap<string, number> = new Map();

  constructor(base: NetnsBase, keeper: ProcessKeeper, onCheckup: OnCheckup) {
    this.#base = base;
    this.#keeper = keeper;
    this.#onCheckup = onCheckup;
  }

  watch(patient: Patient): void {
    this.forget(patient.process.key);
    if (patient.process.care.probe === null) this.#await(patient, firstLookMs, performance.now());
    else this.#probe(patient);
  }

  forget(key: ResourceKey): void {
    clearTimeout(this.#awaited.get(key));
    this.#awaited.delete(key);
    if (this.#probed.delete(key)) this.#prober?.forget(key);
  }

  hubChanged(): void {
    const prober = this.#prober;
    this.#prober = null;
    void prober?.close();
    for (const patient of this.#probed.values()) this.#probe(patient);
  }

  openConnections(instances: readonly Instance[]): readonly number[] {
    try {
      const counts = this.#connections();
      return instances.map(({ address }) => sum(counts, address, "open"));
    } catch (error) {
      // The hub may go while it is asked. Who is not known to be idle is busy.
      if (!(error instanceof KernelError)) throw error;
      return instances.map(() => 1);
    }
  }

  measure(instances: readonly Measured[]): readonly Load[] {
    const asks = (cell: "connections" | "connectionRate" | "bytesPerSecond"): boolean =>
      instances.some(({ cells }) => cells.has(cell));
    const counts = asks("connections") || asks("connectionRate") ? this.#connections() : new Map();
    const bytes = asks("bytesPerSecond") ? this.#traffic(instances) : new Map<string, number>();
    return instances.map(({ instance, running, cells }) => ({
      connections: sum(counts, instance.address, "established"),
      connectionRate: sum(counts, instance.address, "recent") / (rateWindowMs / 1_000),
      bytes: bytes.get(instance.link) ?? 0,
      cpuSeconds: cells.has("cpu") && running !== null ? cpuSeconds(running.pid) : 0,
    }));
  }

  async close(): Promise<void> {
    for (const key of [...this.#awaited.keys(), ...this.#probed.keys()]) this.forget(key);
    await this.#prober?.close();
  }

  #probe(patient: Patient): void {
    const { process, instance } = patient;
    this.#probed.set(process.key, patient);
    this.#probing()?.watch(process, instance.address);
  }

  /** Null without a hub: there will be one, and then all are probed. */
  #probing(): Prober | null {
    const hub = this.#base.hub();
    if (hub === null) return null;
    if (this.#prober !== null) return this.#prober;
    try {
      this.#prober = new Prober(this.#keeper, hub.name, ({ key, health, problem }) =>
        this.#onCheckup(key, health, problem),
      );
    } catch (error) {
      if (!refusedWith(error, "ENOENT")) throw error; // gone, and nobody has told yet
    }
    return this.#prober;
  }

  /** Without a probe an instance is ready once it listens wherever it provides something. */
  #await(patient: Patient, pauseMs: number, since: number): void {
    const { key } = patient.process;
    const look = (): void => {
      this.#awaited.delete(key);
      const silent = this.#silent(patient);
      if (silent === null || performance.now() - since > patienceMs)
        this.#onCheckup(key, { _tag: "ready", failures: 0 }, null);
      else {
        this.#onCheckup(key, { _tag: "starting", failures: 1 }, silent);
        this.#await(patient, Math.min(lastLookMs, pauseMs * 1.5), since);
      }
    };
    this.#awaited.set(key, setTimeout(look, pauseMs));
  }

  #silent({ instance, ports }: Patient): string | null {
    try {
      const [first] = silentPorts(instance.netns, ports);
      return first === undefined ? null : `nothing listens on ${first.transport} ${first.number} yet`;
    } catch (error) {
      // Gone while we looked: whoever made it knows, or will be told.
      return error instanceof Error ? error.message : String(error);
    }
  }

  #connections(): ReadonlyMap<string, Connections> {
    const hub = this.#base.hub();
    return hub === null ? new Map() : countConnections(hub.connections, rateWindowMs);
  }

  /** Bytes by name of link. */
  #traffic(instances: readonly Measured[]): ReadonlyMap<string, number> {
    const hub = this.#base.hub();
    if (hub === null) return new Map();
    const byIndex = new Map(
      hub.route.dump(getTraffic, readTraffic).map(({ index, bytes }) => [index, bytes]),
    );
    const isKnown = ({ instance }: Measured): boolean => byIndex.has(this.#links.get(instance.link) ?? -1);
    if (!instances.every(isKnown)) {
      this.#links = new Map(hub.route.dump(getLinks, readLink).map(({ name, index }) => [name, index]));
    }
    return new Map([...this.#links].map(([name, index]) => [name, byIndex.get(index) ?? 0]));
  }
}

const sum = (
  counts: ReadonlyMap<string, Connections>,
  { v4, v6 }: DualAddress,
  what: keyof Connections,
): number => (v4 === null ? 0 : (counts.get(v4)?.[what] ?? 0)) + (counts.get(v6)?.[what] ?? 0);
