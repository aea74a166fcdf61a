/**
 * Keeps the artifacts of a system running in their instances. A process outlives its
 * keeper: whoever keeps the system next finds it by what the kernel shows of it.
 */
import type { RunningProcess } from "../../src/core/base.ts";
import { type Hosts, type Process, processKey, type ResourceKey } from "../../src/core/resource.ts";
import { KernelError } from "../kernel-error.ts";
import { namespaceInode } from "../namespaces.ts";
import {
  type Census,
  type Inhabitant,
  markersOf,
  markerVariables,
  type Stray,
  systemNamespaces,
  takeCensus,
} from "./census.ts";
import { checkCommand, environment } from "./command.ts";
import { type Condemned, Endings, everybody } from "./ending.ts";
import { type HeldNamespace, holdNamed, holdOf } from "./held.ts";
import { clearHosts, readHosts, writeHosts } from "./hosts.ts";
import { type Launch, launch } from "./launch.ts";
import { descendants, inhabitants, inSessionOf, livesIn, readStat } from "./proc.ts";
import { readRecords, removeRecord, writeRecord } from "./record.ts";
import { Spawner } from "./spawner.ts";
import type { SystemState } from "./state.ts";
import { viewOf } from "./view.ts";
import { Warden } from "./warden.ts";
import { type Exit, Watcher } from "./watcher.ts";

/** Which instance, and where it lives. */
export interface Place {
  readonly automaton: string;
  readonly index: number;
  readonly netns: string;
}

export interface ExitEvent extends Exit {
  readonly key: ResourceKey;
  readonly pid: number;
}

export interface KeeperOptions {
  /** Between SIGTERM and SIGKILL. */
  readonly graceMs?: number;
  /** Whether the namespace that a descriptor is open on is the system's: in others nothing is ended. */
  readonly isOurs?: (namespace: number) => boolean;
}

/** For what an artifact left behind when it ended by itself. */
const leftoverGraceMs = 1_000;

export class ProcessKeeper {
  readonly state: SystemState;
  readonly #graceMs: number;
  readonly #isOurs: (namespace: number) => boolean;
  readonly #spawner = new Spawner();
  readonly #endings: Endings;
  readonly #warden: Warden;
  readonly #listeners = new Set<(event: ExitEvent) => void>();
  #watcher: Watcher | null = null;
  /** The artifacts that run, as far as this keeper has seen. */
  readonly #known = new Map<ResourceKey, Inhabitant>();
  readonly #watched = new WeakSet<Inhabitant>();
  #strays: readonly Stray[] = [];
  /** Instances whose artifact ended, while what it left behind is being ended too. */
  readonly #clearing = new Map<ResourceKey, Promise<void>>();

  constructor(state: SystemState, options: KeeperOptions = {}) {
    this.state = state;
    this.#graceMs = options.graceMs ?? 10_000;
    this.#isOurs = options.isOurs ?? (() => true);
    this.#warden = new Warden(state);
    this.#endings = new Endings((pid) => markersOf(pid, state) === null);
  }

  /** The artifacts that run, as far as has been seen. */
  get known(): ReadonlyMap<ResourceKey, RunningProcess> {
    return this.#known;
  }

  /** Everything that runs, read from the kernel now. What is new to this keeper is adopted. */
  running(): ReadonlyMap<ResourceKey, Inhabitant> {
    const census: Census = takeCensus(this.state, readRecords(this.state));
    this.#strays = census.strays;
    // In a namespace that lost its name: alive, and nobody's artifact any more.
    for (const [key, inhabitant] of this.#known)
      if (!census.running.has(key) && livesIn(inhabitant) !== null) this.#known.delete(key);
    for (const [key, inhabitant] of census.running) {
      if (this.#known.get(key)?.pid === inhabitant.pid) continue;
      this.#known.set(key, inhabitant);
      if (this.#listeners.size > 0) this.#watch(key, inhabitant);
    }
    return census.running;
  }

  /**
   * Starts the artifact of an instance whose namespace exists. After an error nothing
   * of it is there: ENOENT and EACCES name the command.
   */
  async start(process: Process): Promise<RunningProcess> {
    const key = processKey(process.automaton, process.index);
    const env = environment({ ...process.env, ...markerVariables(this.state, process) });
    const program = checkCommand(process.argv, env, process.cwd);
    const known = this.#known.get(key);
    const where = known === undefined ? null : livesIn(known);
    if (known !== undefined && where !== null) {
      const what = `run ${JSON.stringify(process.argv[0])}`;
      if (where === namespaceInode(process.netns))
        throw new KernelError(what, "EBUSY", `${key} runs already, as process ${known.pid}`);
      await this.stop(process);
    }
    await this.#clear(key);
    removeRecord(this.state, process.automaton, process.index);

    const log = this.state.logFile(process.automaton, process.index);
    const spawn = { program, argv: process.argv, env, cwd: process.cwd };
    const pid = await this.#launch(process, log, spawn);
    const { automaton, index, netns, spec } = process;
    const inhabitant: Inhabitant = {
      automaton,
      index,
      netns,
      spec,
      pid,
      startTime: readStat(pid)!.startTime,
    };
    writeRecord(this.state, { automaton, index, spec, pid, startTime: inhabitant.startTime });
    this.#known.set(key, inhabitant);
    this.#watch(key, inhabitant);
    this.#warden.ensure();
    return inhabitant;
  }

  /**
   * Ends everything that lives in the instance's namespace: the artifact, what it
   * started, and guests. Nothing to do where nothing lives. Reported as no exit.
   */
  async stop(place: Place): Promise<void> {
    const key = processKey(place.automaton, place.index);
    const known = this.#known.get(key);
    this.#known.delete(key);
    // A child may have made itself a network of its own, where nobody would look for it.
    const family = known === undefined ? [] : descendants(known);
    const strays = this.#strays.filter((stray) => stray.key === key);
    this.#strays = this.#strays.filter((stray) => stray.key !== key);
    // Two where the artifact is in a namespace that lost its name.
    const namespaces = [this.#holdOurs(place.netns), known === undefined ? null : holdOf(known)];
    const condemned = everybody([...strays, ...family], namespaces);
    await Promise.all(condemned.map((who) => this.#endings.end(who, `stop ${key}`, this.#graceMs)));
    await this.#clearing.get(key);
    removeRecord(this.state, place.automaton, place.index);
  }

  /** The host tables that exist; what `writeHosts` wrote. */
  hosts(): readonly Hosts[] {
    return readHosts(this.state);
  }

  /** Gives an automaton its names. Processes that run see them from now on. */
  writeHosts(hosts: Hosts): void {
    writeHosts(this.state, hosts);
  }

  clearHosts(automaton: string): void {
    clearHosts(this.state, automaton);
  }

  /**
   * Runs a command beside the artifact of an instance, with its variables and its view,
   * and without output. Null where it took longer than `timeoutMs`, and was ended.
   */
  async probe(process: Process, argv: readonly string[], timeoutMs: number): Promise<Exit | null> {
    const env = environment({ ...process.env, ...markerVariables(this.state, process) });
    const program = checkCommand(argv, env, process.cwd);
    const pid = await this.#launch(process, "/dev/null", { program, argv, env, cwd: process.cwd });
    const startTime = readStat(pid)!.startTime;
    return new Promise((resolve, reject) => {
      let inTime = true;
      const timer = setTimeout(() => {
        inTime = false;
        const namespace = holdOf({ pid, startTime });
        if (namespace === null) return;
        const who: Condemned = { _tag: "namespace", namespace, only: inSessionOf({ pid, startTime }) };
        this.#endings.end(who, `stop ${argv[0]}`, 0).catch(reject);
      }, timeoutMs);
      this.#watching.watch(pid, startTime, (exit) => {
        clearTimeout(timer);
        resolve(inTime ? exit : null);
      });
    });
  }

  /** Reports each artifact that ends without being stopped, adopted ones too, until the result is called. */
  onExit(listener: (event: ExitEvent) => void): () => void {
    this.#listeners.add(listener);
    this.#spawner.warm();
    this.running();
    for (const [key, inhabitant] of this.#known) this.#watch(key, inhabitant);
    return () => {
      this.#listeners.delete(listener);
    };
  }

  /** Ends every process of the system and removes its files. Goes on after errors, and returns them. */
  async destroy(): Promise<readonly Error[]> {
    this.#known.clear();
    const errors: Error[] = [];
    const { strays } = takeCensus(this.state, readRecords(this.state));
    const what = `stop the processes of ${this.state.system}`;
    const namespaces = this.#inhabited().map((name) => {
      try {
        return this.#holdOurs(name);
      } catch (error) {
        errors.push(error as Error);
        return null;
      }
    });
    const ended = await Promise.allSettled([
      ...everybody(strays, namespaces).map((who) => this.#endings.end(who, what, this.#graceMs)),
      this.#warden.stop(this.#endings),
    ]);
    const removed = await Promise.allSettled([(async () => this.state.remove())()]);
    for (const result of [...ended, ...removed])
      if (result.status === "rejected") errors.push(result.reason as Error);
    return errors;
  }

  /** Ends the threads. Processes and files stay as they are. */
  async close(): Promise<void> {
    this.#listeners.clear();
    await Promise.all([this.#spawner.close(), this.#watcher?.close()]);
    this.#watcher = null;
  }

  /** The namespace of a name, if it is the system's. */
  #holdOurs(name: string): HeldNamespace | null {
    const held = holdNamed(name);
    if (held === null || this.#isOurs(held.fd)) return held;
    held.release();
    return null;
  }

  /** The namespaces with names of the system in which anybody lives. */
  #inhabited(): readonly string[] {
    const names = systemNamespaces(this.state.system);
    return [...inhabitants(new Set(names.keys())).keys()].map((inode) => names.get(inode)!);
  }

  get #watching(): Watcher {
    this.#watcher ??= new Watcher();
    return this.#watcher;
  }

  #watch(key: ResourceKey, inhabitant: Inhabitant): void {
    if (this.#watched.has(inhabitant)) return;
    this.#watched.add(inhabitant);
    const { pid, startTime } = inhabitant;
    this.#watching.watch(pid, startTime, (exit) => this.#exited(key, pid, exit));
  }

  #exited(key: ResourceKey, pid: number, exit: Exit): void {
    const inhabitant = this.#known.get(key);
    if (inhabitant?.pid !== pid) return; // stopped by us
    this.#known.delete(key);
    const namespace = holdNamed(inhabitant.netns);
    if (namespace !== null) {
      const cleared = this.#endLeftovers(key, namespace);
      cleared.catch(() => undefined); // told to whoever waits for it
      this.#clearing.set(key, cleared);
    }
    for (const listener of this.#listeners) listener({ key, pid, ...exit });
  }

  /** Ends what an artifact left in its namespace, but no guest. */
  async #endLeftovers(key: ResourceKey, namespace: HeldNamespace): Promise<void> {
    const isLeftover = (pid: number): boolean => {
      const marked = markersOf(pid, this.state);
      return marked !== null && processKey(marked.automaton, marked.index) === key;
    };
    const who: Condemned = { _tag: "namespace", namespace, only: isLeftover };
    await this.#endings.end(who, `clear up after ${key}`, leftoverGraceMs);
  }

  /** Waits until nothing of an earlier artifact lives. */
  async #clear(key: ResourceKey): Promise<void> {
    await this.#clearing.get(key);
    this.#clearing.delete(key);
    const list = this.#strays.filter((stray) => stray.key === key);
    if (list.length === 0) return;
    await this.#endings.end({ _tag: "processes", list }, `clear up after ${key}`, leftoverGraceMs);
    this.#strays = this.#strays.filter((stray) => stray.key !== key);
  }

  #launch({ automaton, netns }: Place, output: string, spawn: Launch["spawn"]): Promise<number> {
    return launch(this.#spawner, { netns, view: viewOf(this.state, automaton), output, spawn });
  }
}
