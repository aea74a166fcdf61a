/**
 * Who of a system lives, told by the kernel: a process belongs to an instance if it is
 * in the instance's network namespace and was started with the instance's markers.
 */
import type { RunningProcess } from "../../src/core/base.ts";
import { type Process, processKey, type ResourceKey } from "../../src/core/resource.ts";
import { namespaceInode, namespaceNames } from "../namespaces.ts";
import {
  allPids,
  inhabitants,
  inOwnPidNamespace,
  isAlive,
  netnsInode,
  readEnvironment,
  readStat,
} from "./proc.ts";
import type { ProcessRecord } from "./record.ts";

/** Whose systems: two users may each have one of the same name. */
const rootVariable = "ARCHITECT_STATE_ROOT";

/** The system that a process is to belong to. */
export interface Household {
  readonly system: string;
  /** The directory of all systems of its user. */
  readonly root: string;
}

/** The variables by which a process is known again. */
export const markerVariables = ({ system, root }: Household, process: Process): Record<string, string> => ({
  [rootVariable]: root,
  ARCHITECT_SYSTEM: system,
  ARCHITECT_AUTOMATON: process.automaton,
  ARCHITECT_INSTANCE: String(process.index),
  ARCHITECT_SPEC: process.spec,
});

/** A process that runs as the artifact of an instance. */
export interface Inhabitant extends RunningProcess {
  readonly automaton: string;
  readonly index: number;
  readonly netns: string;
}

/** A living process that carries the markers of an instance without being its artifact. */
export interface Stray {
  readonly key: ResourceKey;
  readonly pid: number;
  readonly startTime: number;
}

export interface Census {
  readonly running: ReadonlyMap<ResourceKey, Inhabitant>;
  /** Left behind by artifacts that ended, or in namespaces that lost their name. */
  readonly strays: readonly Stray[];
}

interface Marked {
  readonly automaton: string;
  readonly index: number;
  readonly spec: string;
}

/** What the environment of a process says of it; null for one that is not of the system. */
export const markersOf = (pid: number, { system, root }: Household): Marked | null => {
  const env = readEnvironment(pid);
  if (env?.get("ARCHITECT_SYSTEM") !== system || env.get(rootVariable) !== root) return null;
  const automaton = env.get("ARCHITECT_AUTOMATON");
  const instance = env.get("ARCHITECT_INSTANCE");
  const spec = env.get("ARCHITECT_SPEC");
  if (automaton === undefined || instance === undefined || spec === undefined) return null;
  return /^\d{1,9}$/.test(instance) ? { automaton, index: Number(instance), spec } : null;
};

/** The name that the passes give to the namespaces of a system begins so. */
export const systemPrefix = (system: string): string => `${system}.`;

/** The namespaces of a system: inode to name. */
export const systemNamespaces = (system: string): ReadonlyMap<number, string> =>
  new Map(
    namespaceNames(systemPrefix(system)).flatMap((name) => {
      const inode = namespaceInode(name);
      return inode === null ? [] : [[inode, name] as const];
    }),
  );

/** Whether a process was started for a system of a user, whichever. */
export const isMarkedFor = (pid: number, root: string): boolean => {
  const env = readEnvironment(pid);
  return env?.has("ARCHITECT_SPEC") === true && env.get(rootVariable) === root;
};

interface Candidate extends Marked {
  readonly pid: number;
  readonly startTime: number;
  readonly leadsSession: boolean;
}

const candidate = (pid: number, household: Household): Candidate | null => {
  const stat = readStat(pid);
  const marked = stat === null ? null : markersOf(pid, household);
  return stat === null || marked === null
    ? null
    : { ...marked, pid, startTime: stat.startTime, leadsSession: stat.session === pid };
};

const oldestFirst = (a: Candidate, b: Candidate): number => a.startTime - b.startTime || a.pid - b.pid;

/** Looks at every process of the machine, once. */
export const takeCensus = (household: Household, records: readonly ProcessRecord[]): Census => {
  const names = systemNamespaces(household.system);
  const inside = inhabitants(new Set(names.keys()));
  const recorded = new Map(records.map((record) => [processKey(record.automaton, record.index), record]));
  const running = new Map<ResourceKey, Inhabitant>();
  const strays: Stray[] = [];

  for (const record of records) {
    const inode = netnsInode(record.pid);
    if (inode === null || !isAlive(record.pid, record.startTime)) continue;
    const netns = names.get(inode);
    const key = processKey(record.automaton, record.index);
    if (netns === undefined) strays.push({ key, pid: record.pid, startTime: record.startTime });
    else running.set(key, { ...record, netns });
  }
  const accounted = new Set([...running.values()].map(({ pid }) => pid));

  for (const [inode, pids] of inside) {
    const netns = names.get(inode)!;
    const candidates = pids
      .filter((pid) => !accounted.has(pid))
      .map((pid) => candidate(pid, household))
      .filter((found) => found !== null)
      .sort(oldestFirst);
    for (const { pid, startTime, automaton, index, spec, leadsSession } of candidates) {
      const key = processKey(automaton, index);
      if (running.has(key)) continue; // a child of the artifact
      // With a note, the artifact is known and dead: this is what it left behind.
      if (leadsSession && !recorded.has(key))
        running.set(key, { pid, startTime, spec, automaton, index, netns });
      else strays.push({ key, pid, startTime });
    }
  }
  return { running, strays: [...strays, ...outsiders(household, inside)] };
};

/** Processes with the system's markers that are in none of its namespaces by name. */
const outsiders = (
  household: Household,
  inside: ReadonlyMap<number, readonly number[]>,
): readonly Stray[] => {
  const insiders = new Set([...inside.values()].flat());
  return allPids()
    .filter((pid) => !insiders.has(pid))
    .map((pid) => candidate(pid, household))
    .filter((found) => found !== null)
    .filter(({ pid }) => inOwnPidNamespace(pid))
    .map(({ automaton, index, pid, startTime }) => ({ key: processKey(automaton, index), pid, startTime }));
};
