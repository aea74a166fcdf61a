/** The artifacts of a system that run, as far as has been seen, and their ends. */
import { statSync } from "node:fs";
import type { EndedProcess } from "../../src/core/base.ts";
import { processKey, type ResourceKey } from "../../src/core/resource.ts";
import { type Exit, unknownExit } from "../ffi/wait.ts";
import type { SystemLimits } from "../limits/system-limits.ts";
import { readEndNote } from "./end-note.ts";
import type { Leftovers } from "./leftovers.ts";
import { namesOfMembers } from "./members.ts";
import { ageMs, livesIn, orGone } from "./proc.ts";
import { type InstanceProcess, type ProcessScan, scanProcesses } from "./process-scan.ts";
import { isJob, noteEnd, type ProcessRecord, readRecord, readRecords } from "./record.ts";
import type { SystemState } from "./state.ts";
import { Watcher } from "./watcher.ts";

/** Which instance, and the name of its network namespace; that is empty where it has none. */
export interface InstanceReference {
  readonly automaton: string;
  readonly index: number;
  readonly netns: string;
}

/** The end of an artifact, and how it ended. */
export interface ExitEvent extends Exit {
  readonly key: ResourceKey;
  readonly pid: number;
  /** Names of processes that it left running in its sandbox, where it ended without an error. */
  readonly left: readonly string[];
  /** The limit of memory that it, or a process of it, passed, in bytes. */
  readonly overMemory?: number;
  /** Why the end of a job could not be noted, in words: the next orchestrator will not know that it was done. */
  readonly unnoted?: string;
}

/** When a process began and ended, as far as that is known. `note`: the file in which its end is noted. */
const timesOf = (
  process: Pick<ProcessRecord, "startTime">,
  note: string | null,
): Pick<EndedProcess, "beganAt" | "endedAt"> => {
  const age = ageMs(process);
  const endedAt = note === null ? null : orGone(() => Math.round(statSync(note).mtimeMs));
  return {
    ...(Number.isFinite(age) && { beganAt: Math.round(Date.now() - age) }),
    ...(endedAt !== null && { endedAt }),
  };
};

/** What a record tells of a process that is not there any more. */
const endedOf = (
  state: SystemState,
  record: ProcessRecord,
  { running }: ProcessScan,
): readonly [ResourceKey, EndedProcess][] => {
  const { automaton, index, spec, restart = "always", once } = record;
  const key = processKey(automaton, index);
  if (running.has(key)) return [];
  const { end: seen = unknownExit } = record;
  const isKnown = seen.code !== null || seen.signal !== null;
  const told = isKnown ? null : readEndNote(state, record);
  const times =
    once === true
      ? timesOf(record, isKnown ? state.processFile(automaton, index) : (told?.path ?? null))
      : {};
  return [[key, { spec, restart, ...(once && { once }), ...times, ...(told?.exit ?? seen) }]];
};

/** Without an error, as far as anybody knows. */
const endedWell = ({ code, signal }: Exit): boolean => signal === null && (code ?? 0) === 0;

/** The artifacts of a system. An artifact that ends is reported once, unless it was removed before. */
export class ProcessTable {
  readonly #state: SystemState;
  readonly #leftovers: Leftovers;
  readonly #limits: SystemLimits;
  readonly #known = new Map<ResourceKey, InstanceProcess>();
  readonly #watched = new WeakSet<InstanceProcess>();
  readonly #listeners = new Set<(event: ExitEvent) => void>();
  #watcher: Watcher | null = null;
  #hasLooked = false;
  #ended: ReadonlyMap<ResourceKey, EndedProcess> = new Map();

  /** What artifacts leave behind, and what else a look finds, goes to `leftovers`. */
  constructor(state: SystemState, leftovers: Leftovers, limits: SystemLimits) {
    this.#state = state;
    this.#leftovers = leftovers;
    this.#limits = limits;
  }

  /** The artifacts that run, as far as has been seen. */
  get known(): ReadonlyMap<ResourceKey, InstanceProcess> {
    return this.#known;
  }

  /** Those that ended by themselves and were followed by no other, at the last look. */
  get ended(): ReadonlyMap<ResourceKey, EndedProcess> {
    return this.#ended;
  }

  /** Whether there was a look at the kernel. */
  get hasLooked(): boolean {
    return this.#hasLooked;
  }

  /** Sees ends at once, of children and of others. */
  get watcher(): Watcher {
    this.#watcher ??= new Watcher();
    return this.#watcher;
  }

  /** Everything that runs, read from the kernel now. What is new is adopted. */
  look(): ReadonlyMap<ResourceKey, InstanceProcess> {
    const records = readRecords(this.#state);
    const scan = scanProcesses(this.#state, records);
    this.#hasLooked = true;
    this.#ended = new Map(records.flatMap((record) => endedOf(this.#state, record, scan)));
    this.#leftovers.found(scan.orphans);
    // It is alive in a namespace that lost its name: no instance has it as its artifact any more.
    for (const [key, artifact] of this.#known)
      if (!scan.running.has(key) && livesIn(artifact) !== null) this.#known.delete(key);
    for (const [key, artifact] of scan.running) {
      if (this.#known.get(key)?.pid === artifact.pid) continue;
      this.#known.set(key, artifact);
      if (this.#listeners.size > 0) this.#watch(key, artifact);
    }
    return scan.running;
  }

  /** Instances whose artifact, or what it started, lives on where no name leads, at the last look. */
  nameless(): readonly InstanceReference[] {
    const instances = new Map<ResourceKey, InstanceReference>();
    for (const { key, automaton, index, isOutside } of this.#leftovers.all)
      if (isOutside && !this.#known.has(key)) instances.set(key, { automaton, index, netns: "" });
    return [...instances.values()];
  }

  /** An artifact was started: from now on it is watched. */
  add(key: ResourceKey, artifact: InstanceProcess): void {
    this.#known.set(key, artifact);
    this.#watch(key, artifact);
  }

  /** Removes an artifact: its end is not reported. */
  remove(key: ResourceKey): void {
    this.#known.delete(key);
  }

  /** Removes all. */
  clear(): void {
    this.#known.clear();
  }

  /** Reports each artifact that ends without being removed first, until the result is called. */
  onExit(listener: (event: ExitEvent) => void): () => void {
    this.#listeners.add(listener);
    this.look();
    for (const [key, artifact] of this.#known) this.#watch(key, artifact);
    return () => {
      this.#listeners.delete(listener);
    };
  }

  /** Ends the thread that watches. */
  async close(): Promise<void> {
    this.#listeners.clear();
    await this.#watcher?.close();
    this.#watcher = null;
  }

  #watch(key: ResourceKey, artifact: InstanceProcess): void {
    if (this.#watched.has(artifact)) return;
    this.#watched.add(artifact);
    const { pid, startTime } = artifact;
    this.watcher.watch(pid, startTime, (exit) => this.#exited(key, pid, exit));
  }

  #exited(key: ResourceKey, pid: number, seen: Exit): void {
    const artifact = this.#known.get(key);
    if (artifact?.pid !== pid) return; // removed
    const exit = { ...seen, ...this.#overMemory(artifact) };
    this.#known.delete(key);
    // A job that is told as done is not to run again, whatever happens next.
    const isOnce = isJob(this.#state, artifact);
    const refusal = isOnce ? noteEnd(this.#state, artifact, exit) : null;
    // Others are told first: until the listeners know, connections are sent to them.
    const left = endedWell(exit) && artifact.init !== null ? namesOfMembers(artifact.init) : [];
    const unnoted = refusal === null ? {} : { unnoted: refusal.words };
    for (const listener of this.#listeners) listener({ key, pid, left, ...unnoted, ...exit });
    if (!isOnce) noteEnd(this.#state, artifact, exit);
    this.#leftovers.endAfter(key, artifact);
  }

  /** Whether the kernel ended a process of it because of its limit of memory. */
  #overMemory({ automaton, index, pid }: InstanceProcess): { readonly overMemory?: number } {
    const kills = this.#limits.memoryKills(automaton, index);
    if (kills === null || kills.count === 0) return {};
    const record = readRecord(this.#state, automaton, index);
    const before = record?.pid === pid ? (record.memoryKills ?? 0) : 0;
    return kills.count > before ? { overMemory: kills.limit } : {};
  }
}
