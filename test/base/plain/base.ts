/** The base case: resources are noted, processes are started as they are. */
import { spawn } from "node:child_process";
import { closeSync, mkdirSync, openSync } from "node:fs";
import { memoryMonitor } from "../../../runtime/memory/monitor.ts";
import { isAlive, readStat } from "../../../runtime/process/proc.ts";
import type {
  BaseCase,
  Ended,
  Failure,
  InstanceId,
  Observation,
  Progress,
  RunningProcess,
  Subscription,
  WorldEvent,
} from "../../../src/core/base.ts";
import type { SystemPlace } from "../../../src/core/base-kind.ts";
import type { Clock } from "../../../src/core/clock.ts";
import { type Lookup, notFound } from "../../../src/core/lookup.ts";
import type { Monitor, OnHealth } from "../../../src/core/monitor.ts";
import type { Operation } from "../../../src/core/operation.ts";
import { type Process, processKey, type ResourceKey } from "../../../src/core/resource.ts";
import { until } from "../../until.ts";
import { type Started, World } from "./world.ts";

const lookMs = 20;

export class PlainBase implements BaseCase {
  readonly name = "plain";
  readonly #place: SystemPlace;
  readonly #world: World;

  constructor(place: SystemPlace) {
    this.#place = place;
    this.#world = new World(place.system);
  }

  get label(): string {
    return this.#place.system;
  }

  claim(): string {
    return this.label;
  }

  async observe(): Promise<Observation> {
    const { resources, living } = this.#world;
    const processes = [...living.values()].map(({ process }) => [process.key, process] as const);
    return { resources: new Map([...resources, ...processes]), processes: living, ended: new Map() };
  }

  running(): ReadonlyMap<ResourceKey, RunningProcess> {
    return this.#world.living;
  }

  async apply(
    operations: readonly Operation[],
    onProgress: (progress: Progress) => void = () => {},
  ): Promise<readonly Failure[]> {
    for (const [done, operation] of operations.entries()) {
      await this.#perform(operation);
      onProgress({ done: done + 1, total: operations.length, operation });
    }
    this.#world.keep();
    return [];
  }

  updateServices(operations: readonly Operation[]): readonly Failure[] {
    for (const { key, after } of operations) if (after !== null) this.#world.resources.set(key, after);
    this.#world.keep();
    return [];
  }

  async #perform({ key, after }: Operation): Promise<void> {
    const { resources, started } = this.#world;
    if (after !== null && after.kind !== "process") {
      resources.set(key, after);
      return;
    }
    const before = started.get(key);
    if (before !== undefined) await this.#end(before);
    started.delete(key);
    resources.delete(key);
    if (after !== null) started.set(key, this.#start(after));
  }

  #start(process: Process): Started {
    const { argv, env, cwd, automaton, index } = process;
    const logs = `${this.#place.directory}/logs`;
    mkdirSync(logs, { recursive: true, mode: 0o700 });
    const log = openSync(`${logs}/${automaton}.${index}.log`, "a");
    const child = spawn(argv[0]!, argv.slice(1), {
      cwd,
      env: { PATH: globalThis.process.env.PATH, ...env },
      detached: true,
      stdio: ["ignore", log, log],
    });
    closeSync(log);
    child.unref();
    const { startTime } = readStat(child.pid!)!;
    return { pid: child.pid!, startTime, spec: process.spec, process };
  }

  async #end({ pid, startTime, process: { key } }: Started): Promise<void> {
    if (!isAlive(pid, startTime)) return;
    process.kill(-pid, "SIGKILL");
    await until(`${key} has ended`, () => !isAlive(pid, startTime));
  }

  async listen(onEvent: (event: WorldEvent) => void): Promise<Subscription> {
    const told = new Set<number>();
    const timer = setInterval(() => {
      for (const [key, { pid, startTime }] of this.#world.started) {
        if (isAlive(pid, startTime) || told.has(pid)) continue;
        told.add(pid);
        onEvent({ _tag: "exit", key, pid, code: null, signal: null });
      }
    }, lookMs);
    return { close: async () => clearInterval(timer) };
  }

  async destroy(): Promise<readonly Failure[]> {
    for (const started of this.#world.started.values()) await this.#end(started);
    this.#world.remove();
    return [];
  }

  async close(): Promise<void> {}

  monitor(onHealth: OnHealth, clock: Clock): Monitor {
    return memoryMonitor(onHealth, clock);
  }

  missing(): null {
    return null;
  }

  async lookUp(): Promise<Lookup> {
    return notFound("names are not looked up here");
  }

  instances(): readonly InstanceId[] {
    return [...this.#world.resources.values()].filter(({ kind }) => kind === "instance") as never;
  }

  exec({ automaton, index }: InstanceId, argv: readonly string[]): Promise<Ended> {
    const { env } = this.#world.started.get(processKey(automaton, index))!.process;
    const child = spawn(argv[0]!, argv.slice(1), { env: { ...process.env, ...env }, stdio: "inherit" });
    return new Promise((resolve) => {
      child.on("exit", (code, signal) => resolve({ code, signal }));
    });
  }
}
