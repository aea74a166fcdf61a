/**
 * The world of a simulation: the memory base case, with operations that take their time and may be
 * refused, programs that listen late, never, or not any more, clients with open connections, and load.
 */
import { MemoryBase } from "../../runtime/memory/base.ts";
import { MemoryWorld } from "../../runtime/memory/world.ts";
import type { BaseCase, Failure, Observation, RunningProcess, Subscription } from "../../src/core/base.ts";
import { type Clock, sleep } from "../../src/core/clock.ts";
import { type Lookup, notFound } from "../../src/core/lookup.ts";
import type { Load, Measured, Monitor, MonitorTarget, OnHealth } from "../../src/core/monitor.ts";
import type { Operation } from "../../src/core/operation.ts";
import { instanceKey, type Process, type ResourceKey } from "../../src/core/resource.ts";
import type { Random } from "../random.ts";
import type { ProcessClock } from "./clock.ts";

export const system = "shop";

/** How programs behave that are started from now on. */
export interface Behaviour {
  /** Until it listens, in milliseconds; null: it never does. */
  readonly listensAfterMs: number | null;
}

interface Program {
  readonly startedAt: number;
  /** Null: never. */
  listensAt: number | null;
}

export class World {
  readonly memory = new MemoryWorld();
  readonly clock: Clock;
  readonly random: Random;
  /** Of a hundred operations so many are refused. */
  refusals = 0;
  /** So many reads of the world fail. */
  unreadable = 0;
  /** The last part of the address of the host that the worker is wired to. */
  mail = 1;
  /** An operation takes at most so long, in milliseconds. */
  slowest = 20;
  /** Connections to each automaton. */
  readonly load = new Map<string, number>();
  /** Of a process by its pid. */
  readonly #programs = new Map<number, Program>();
  /** When the last connection of an instance that got no new ones is closed. */
  readonly #closesAt = new Map<ResourceKey, number>();
  readonly #monitors = new Set<SimulatedMonitor>();
  /** Called with what ends without an operation, and its spec. */
  onEnd: (key: ResourceKey, spec: string) => void = () => {};

  constructor(clock: Clock, random: Random) {
    this.clock = clock;
    this.random = random;
  }

  get model() {
    return this.memory.system(system);
  }

  /** Instances that some service sends connections to. */
  inService(): ReadonlySet<ResourceKey> {
    const found = new Set<ResourceKey>();
    for (const resource of this.model.resources.values())
      if (resource.kind === "service") for (const { instance } of resource.endpoints) found.add(instance);
    return found;
  }

  /** Something is taken away behind the back of whoever keeps the system. */
  remove(key: ResourceKey): void {
    const process = this.model.processes.get(key);
    if (process !== undefined) this.onEnd(key, process.spec);
    this.memory.remove(system, key);
  }

  /** Programs tell by their arguments how long they take to listen: `true MARK 1500`, `true MARK never`; a job, to end. */
  started({ argv, care, key, spec }: Process, { pid }: RunningProcess): void {
    const now = this.clock.now();
    const takes = argv[2] ?? "0";
    if (care.once === true)
      this.clock.after(Number(takes), () => {
        if (this.model.processes.get(key)?.pid !== pid) return;
        this.onEnd(key, spec);
        this.memory.exit(system, key, this.random.below(4) === 0 ? 1 : 0);
      });
    this.#programs.set(pid, { startedAt: now, listensAt: takes === "never" ? null : now + Number(takes) });
  }

  isListening({ pid }: { readonly pid: number }): boolean {
    const listensAt = this.#programs.get(pid)?.listensAt;
    return listensAt != null && listensAt <= this.clock.now();
  }

  /** Of a process that takes its time to listen: when it will; null: never. */
  listensAt({ pid }: { readonly pid: number }): number | null {
    return this.#programs.get(pid)?.listensAt ?? null;
  }

  age({ pid }: { readonly pid: number }): number {
    return this.clock.now() - (this.#programs.get(pid)?.startedAt ?? 0);
  }

  /** A program stops listening for some time. */
  falterFor(pid: number, milliseconds: number): void {
    const program = this.#programs.get(pid);
    if (program?.listensAt == null) return;
    program.listensAt = Math.max(program.listensAt, this.clock.now() + milliseconds);
    for (const monitor of this.#monitors) monitor.look(pid);
  }

  /** Open connections of an instance: closed one after the other once it gets no new ones. */
  openConnections(key: ResourceKey): number {
    if (this.inService().has(key)) {
      this.#closesAt.delete(key);
      return 1;
    }
    let closesAt = this.#closesAt.get(key);
    if (closesAt === undefined) {
      closesAt = this.clock.now() + this.random.below(14_000);
      this.#closesAt.set(key, closesAt);
    }
    return this.clock.now() < closesAt ? 1 : 0;
  }

  enter(monitor: SimulatedMonitor): void {
    this.#monitors.add(monitor);
  }

  leave(monitor: SimulatedMonitor): void {
    this.#monitors.delete(monitor);
  }
}

const never = new Promise<never>(() => {});

/** What one orchestrator has of the world. When it dies, what it had begun stays as far as it came. */
export class SimulatedBase extends MemoryBase {
  readonly #world: World;
  readonly #clock: ProcessClock;
  /** Called before each operation is performed. */
  onOperation: (operation: Operation) => void = () => {};

  constructor(world: World, clock: ProcessClock) {
    super(system, world.memory);
    this.#world = world;
    this.#clock = clock;
  }

  override async apply(
    ...[operations, onProgress]: Parameters<BaseCase["apply"]>
  ): Promise<readonly Failure[]> {
    const failures: Failure[] = [];
    const { random } = this.#world;
    for (const one of operations) {
      await sleep(this.#world.clock, random.below(this.#world.slowest + 1));
      if (this.#clock.isDead) return never;
      if (random.below(100) < this.#world.refusals) {
        failures.push({
          key: one.key,
          doing: `${one.op} ${one.key}`,
          code: "EIO",
          message: "it does not work",
        });
        continue;
      }
      this.onOperation(one);
      const before = this.running().get(one.key)?.pid;
      failures.push(...(await super.apply([one], onProgress)));
      const runs = this.running().get(one.key);
      if (one.after?.kind === "process" && runs !== undefined && runs.pid !== before)
        this.#world.started(one.after, runs);
    }
    return this.#clock.isDead ? never : failures;
  }

  /** Names have other addresses now and then, and sometimes nobody knows them. */
  override async lookUp(): Promise<Lookup> {
    const { random, clock, refusals } = this.#world;
    await sleep(clock, random.below(3_000));
    if (this.#clock.isDead) return never;
    if (random.below(100) < refusals) return notFound("no name server answered");
    return {
      v4: [`192.0.2.${this.#world.mail}`],
      v6: [],
      ttlMs: 1_000 * (30 + random.below(90)),
      problem: null,
    };
  }

  override async observe(): Promise<Observation> {
    await sleep(this.#world.clock, this.#world.random.below(20));
    if (this.#clock.isDead) return never;
    if (this.#world.unreadable > 0) {
      this.#world.unreadable--;
      throw new Error("it changes too fast");
    }
    return super.observe();
  }

  override listen(onEvent: Parameters<BaseCase["listen"]>[0]): Promise<Subscription> {
    return super.listen((event) => {
      if (!this.#clock.isDead) onEvent(event);
    });
  }
}

/** Looks whether programs listen, as the kernel's own monitor does: at the start, and whenever that changes. */
export class SimulatedMonitor implements Monitor {
  readonly #world: World;
  readonly #clock: ProcessClock;
  readonly #onHealth: OnHealth;
  readonly #watched = new Map<ResourceKey, { readonly target: MonitorTarget; wasReady: boolean }>();

  constructor(world: World, clock: ProcessClock, onHealth: OnHealth) {
    this.#world = world;
    this.#clock = clock;
    this.#onHealth = onHealth;
    world.enter(this);
  }

  watch(target: MonitorTarget): void {
    const { pid } = target.running;
    this.#watched.set(target.process.key, { target, wasReady: target.isReady });
    this.#clock.after(2, () => this.look(pid));
  }

  /** Looks at a process, and again when it listens. */
  look(pid: number): void {
    if (this.#clock.isDead || ![...this.#watched.values()].some(({ target }) => target.running.pid === pid))
      return;
    const listensAt = this.#world.listensAt({ pid });
    if (listensAt !== null && !this.#world.isListening({ pid }))
      this.#clock.after(listensAt - this.#clock.now() + 0.1, () => this.look(pid));
    for (const [key, watched] of this.#watched) {
      if (watched.target.running.pid !== pid) continue;
      const isListening = this.#world.isListening({ pid });
      const tag = isListening ? "ready" : watched.wasReady ? "unhealthy" : "starting";
      watched.wasReady ||= isListening;
      this.#onHealth(
        key,
        { _tag: tag, failures: isListening ? 0 : 1 },
        isListening ? null : "nothing listens",
      );
    }
  }

  forget(key: ResourceKey): void {
    this.#watched.delete(key);
  }

  hubChanged(): void {}

  openConnections(instances: Parameters<Monitor["openConnections"]>[0]): readonly number[] {
    return instances.map(({ key }) => this.#world.openConnections(key));
  }

  measure(instances: readonly Measured[]): readonly Load[] {
    const serving = this.#world.inService();
    return instances.map(({ instance }) => {
      const peers = instances.filter(
        (one) => one.instance.automaton === instance.automaton && serving.has(one.instance.key),
      );
      const share = serving.has(instance.key)
        ? (this.#world.load.get(instance.automaton) ?? 0) / peers.length
        : 0;
      return { connections: share, connectionRate: 0, bytes: 0, cpuSeconds: 0 };
    });
  }

  starting(): void {}

  lastLines(): readonly string[] {
    return [];
  }

  age(running: RunningProcess): number {
    return this.#world.age(running);
  }

  async close(): Promise<void> {
    this.#watched.clear();
    this.#world.leave(this);
  }
}

export const keyOf = (automaton: string, index: number): ResourceKey => instanceKey(automaton, index);
