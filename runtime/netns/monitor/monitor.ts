/** How instances in network namespaces are looked after and measured. */

import type { InstanceId, RunningProcess } from "../../../src/core/base.ts";
import type { Cancel, Clock } from "../../../src/core/clock.ts";
import type { Health, Load, Measured, Monitor, MonitorTarget, OnHealth } from "../../../src/core/monitor.ts";
import { type DualAddress, type Instance, processKey, type ResourceKey } from "../../../src/core/resource.ts";
import { KernelError, refusedWith } from "../../kernel-error.ts";
import { getLinks, readLink } from "../../netlink/link.ts";
import { type Connections, countConnections } from "../../observe/connections.ts";
import { cpuSeconds } from "../../observe/cpu.ts";
import { getTraffic, readTraffic } from "../../observe/traffic.ts";
import { unprobed } from "../../process/health.ts";
import { lastLines, logLength } from "../../process/log/tail.ts";
import { Prober } from "../../process/prober.ts";
import { ageMs } from "../../process/proc.ts";
import type { ProcessManager } from "../../process/process-manager.ts";
import { logName } from "../../process/state.ts";
import type { NetnsBase } from "../base.ts";
import { ListeningProbe, lookOnce } from "./listening.ts";

/** Over so long connections per second are counted, in milliseconds; the kernel remembers closed ones longer. */
const rateWindowMs = 5_000;

/** An instance that is asked how it is. */
interface ProbedTarget {
  readonly target: MonitorTarget;
  health: Health;
}

export class NetnsMonitor implements Monitor {
  readonly #base: NetnsBase;
  readonly #manager: ProcessManager;
  readonly #onHealth: OnHealth;
  readonly #clock: Clock;
  #prober: Prober | null = null;
  /** What is asked how it is, and what is known of that. */
  readonly #probed = new Map<ResourceKey, ProbedTarget>();
  readonly #listening: ListeningProbe;
  /** Programs that listen nowhere, until they have run for long enough. */
  readonly #settling = new Map<ResourceKey, Cancel>();
  /** How long the log of each instance was before its process was started. */
  readonly #logStarts = new Map<ResourceKey, number>();
  /** Links of the hub by name. */
  #links: ReadonlyMap<string, number> = new Map();

  constructor(base: NetnsBase, manager: ProcessManager, onHealth: OnHealth, clock: Clock) {
    this.#base = base;
    this.#manager = manager;
    this.#onHealth = onHealth;
    this.#listening = new ListeningProbe(onHealth, (key) => manager.isRunning(key), clock);
    this.#clock = clock;
  }

  watch(target: MonitorTarget): void {
    const { process, instance, ports, isReady } = target;
    this.forget(process.key);
    if (process.care.probe !== null)
      this.#probe({ target, health: isReady ? { _tag: "ready", failures: 0 } : unprobed });
    else if (ports.length === 0) this.#settle(target);
    else {
      const { netns, address } = instance;
      this.#listening.watch({ key: process.key, netns, address, ports }, isReady);
    }
  }

  forget(key: ResourceKey): void {
    this.#settling.get(key)?.();
    this.#settling.delete(key);
    this.#listening.forget(key);
    if (this.#probed.delete(key)) this.#prober?.forget(key);
  }

  hubChanged(): void {
    const prober = this.#prober;
    this.#prober = null;
    void prober?.close();
    for (const probed of this.#probed.values()) this.#probe(probed);
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

  starting({ automaton, index }: InstanceId): void {
    this.#logStarts.set(processKey(automaton, index), logLength(this.#logOf(automaton, index)));
  }

  async lastLines({ automaton, index }: InstanceId, most: number): Promise<readonly string[]> {
    const from = this.#logStarts.get(processKey(automaton, index)) ?? 0;
    // Its successor may write by then: what stands behind this is not of the one that was started last.
    const to = await this.#manager.flushLog(automaton, index);
    return lastLines(this.#logOf(automaton, index), from, most, to ?? Number.POSITIVE_INFINITY);
  }

  age(running: RunningProcess): number {
    return ageMs(running);
  }

  async close(): Promise<void> {
    for (const key of [...this.#settling.keys(), ...this.#probed.keys()]) this.forget(key);
    this.#listening.close();
    await this.#prober?.close();
  }

  /** Where it is, without making the directory that it is in. */
  #logOf(automaton: string, index: number): string {
    const { directory } = this.#manager.state;
    return `${directory}/logs/${logName(automaton, index)}`;
  }

  #probe(probed: ProbedTarget): void {
    const { target, health } = probed;
    const { process, instance } = target;
    this.#probed.set(process.key, probed);
    const number = process.care.probe?.number ?? null;
    const asked = target.ports.find((port) => port.transport === "tcp" && port.number === number);
    this.#probing()?.watch(process, instance.address, asked?.families, health);
  }

  /** Null without a hub: there will be one, and then all are probed. */
  #probing(): Prober | null {
    const hub = this.#base.hub();
    if (hub === null) return null;
    if (this.#prober !== null) return this.#prober;
    try {
      this.#prober = new Prober(this.#manager, hub.name, ({ key, health, problem }) => {
        const probed = this.#probed.get(key);
        if (probed !== undefined) probed.health = health;
        this.#onHealth(key, health, this.#reasonOf(key, problem));
      });
    } catch (error) {
      if (!refusedWith(error, "ENOENT")) throw error; // gone, and nobody has told yet
    }
    return this.#prober;
  }

  /** What listens nowhere is ready when it has run for a while. */
  #settle({ process: { key }, steadyMs }: MonitorTarget): void {
    const settled = (): void => {
      this.#settling.delete(key);
      this.#onHealth(key, { _tag: "ready", failures: 0 }, null);
    };
    this.#settling.set(key, this.#clock.after(steadyMs, settled));
  }

  /** A probe over the network that met nobody is told by what listens instead. */
  #reasonOf(key: ResourceKey, problem: string | null): string | null {
    const target = this.#probed.get(key)?.target;
    const probe = target?.process.care.probe;
    if (problem === null || target === undefined || probe == null) return problem;
    if (probe.how._tag === "exec" || probe.number === null) return problem;
    try {
      const port = target.ports.find((one) => one.transport === "tcp" && one.number === probe.number);
      const ports = [port ?? { transport: "tcp" as const, number: probe.number }];
      return lookOnce({ ...target.instance, ports }) ?? problem;
    } catch {
      return problem; // its namespace is gone, and nobody has told yet
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
