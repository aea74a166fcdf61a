/**
 * Which processes of a system live, as the kernel shows it: a process belongs to an instance if it is
 * in the instance's network namespace and was started with the instance's markers. With it belong
 * all that live in the pid namespace that was made for it, whatever they have become.
 */
import type { RunningProcess } from "../../src/core/base.ts";
import { type Process, processKey, type ResourceKey } from "../../src/core/resource.ts";
import { namespaceInode, namespaceNames } from "../namespaces.ts";
import { type Owned, qualifiedName } from "../owner.ts";
import {
  allPids,
  type Identity,
  isAlive,
  netnsInode,
  pidNamespace,
  readEnvironment,
  readNumbers,
  readStat,
} from "./proc.ts";
import type { ProcessRecord } from "./record.ts";

/** Whose system: others may each have one of the same name. */
const ownerVariable = "ARCHITECT_OWNER";
/** What an earlier version said in its place: the runtime directory. */
const rootVariable = "ARCHITECT_STATE_ROOT";
/** In place of the system's: the first process of an instance is none of its programs. */
const initVariable = "ARCHITECT_INIT_OF";

/** The same of a log writer, and of the shell that starts it again. */
const logWriterVariable = "ARCHITECT_LOG_WRITER_OF";

/** Whether a process was started for systems of that owner. */
const isOwned = (
  env: ReadonlyMap<string, string>,
  { owner, root }: Pick<Owned, "owner" | "root">,
): boolean => {
  const said = env.get(ownerVariable);
  return said === undefined ? env.get(rootVariable) === root : said === owner;
};

interface Instance {
  readonly automaton: string;
  readonly index: number;
}

/** The variables by which a process is known again. */
export const markerVariables = ({ system, owner }: Owned, process: Process): Record<string, string> => ({
  [ownerVariable]: owner,
  ARCHITECT_SYSTEM: system,
  ARCHITECT_AUTOMATON: process.automaton,
  ARCHITECT_INSTANCE: String(process.index),
  ARCHITECT_SPEC: process.spec,
});

/** The same of the first process of an instance's pid namespace. */
export const initVariables = (
  { system, owner }: Owned,
  { automaton, index }: Instance,
): Record<string, string> => ({
  [ownerVariable]: owner,
  [initVariable]: system,
  ARCHITECT_AUTOMATON: automaton,
  ARCHITECT_INSTANCE: String(index),
});

/** The same of the system's log writer. */
export const logWriterVariables = ({ system, owner }: Owned): Record<string, string> => ({
  [ownerVariable]: owner,
  [logWriterVariable]: system,
});

/** A process that runs as the artifact of an instance. */
export interface InstanceProcess extends RunningProcess {
  readonly automaton: string;
  readonly index: number;
  readonly netns: string;
  /** The first process of its pid namespace; null for one that was started without. */
  readonly init: Identity | null;
}

/** A living process that belongs to an instance without being its artifact. */
export interface Orphan extends Identity {
  readonly key: ResourceKey;
  readonly automaton: string;
  readonly index: number;
  /** In no namespace of the system that has a name. */
  readonly isOutside: boolean;
  /** Whether it is the first of a pid namespace, with which it ends. */
  readonly isInit: boolean;
}

/** What one look at all processes has found of a system. */
export interface ProcessScan {
  readonly running: ReadonlyMap<ResourceKey, InstanceProcess>;
  /** Left behind by artifacts that ended, or in namespaces that lost their name. */
  readonly orphans: readonly Orphan[];
}

interface Marked {
  readonly automaton: string;
  readonly index: number;
  readonly spec: string;
}

type Environment = ReadonlyMap<string, string>;

const instanceOf = (env: Environment): Instance | null => {
  const automaton = env.get("ARCHITECT_AUTOMATON");
  const instance = env.get("ARCHITECT_INSTANCE");
  if (automaton === undefined || instance === undefined || !/^\d{1,9}$/.test(instance)) return null;
  return { automaton, index: Number(instance) };
};

const marksOf = (env: Environment, owned: Owned): Marked | null => {
  if (env.get("ARCHITECT_SYSTEM") !== owned.system || !isOwned(env, owned)) return null;
  const instance = instanceOf(env);
  const spec = env.get("ARCHITECT_SPEC");
  return instance === null || spec === undefined ? null : { ...instance, spec };
};

/** What the environment of a process says of it; null for one that is not of the system. */
export const markersOf = (pid: number, owned: Owned): Marked | null => {
  const env = readEnvironment(pid);
  return env === null ? null : marksOf(env, owned);
};

/** The namespaces that may be a system's, by their names: inode to name. Another owner's may have such names too. */
export const systemNamespaces = (owned: Owned): ReadonlyMap<number, string> =>
  new Map(
    [owned.system, qualifiedName(owned)]
      .flatMap((label) => namespaceNames(`${label}.`))
      .flatMap((name) => {
        const inode = namespaceInode(name);
        return inode === null ? [] : [[inode, name] as const];
      }),
  );

/** What a process was started as for a system of an owner, whichever; null for one that was not. */
export const roleFor = (pid: number, owner: Pick<Owned, "owner" | "root">): ProcessRole | null => {
  const env = readEnvironment(pid);
  if (env === null || !isOwned(env, owner)) return null;
  if (env.has(initVariable)) return "init";
  if (env.has(logWriterVariable)) return "log writer";
  return env.has("ARCHITECT_SPEC") ? "program" : null;
};

/** What a process is to the system that it was started for. */
export type ProcessRole = "program" | "init" | "log writer";

/** A marked process, and where it lives. */
interface Candidate extends Identity, Instance {
  readonly netns: number;
  readonly pidns: number;
  readonly leadsSession: boolean;
  /** Null for the first process of a pid namespace. */
  readonly marks: Marked | null;
}

const candidate = (pid: number, owned: Owned): Candidate | null => {
  const env = readEnvironment(pid);
  if (env === null || !isOwned(env, owned)) return null;
  const isInit = env.get(initVariable) === owned.system;
  const marks = isInit ? null : marksOf(env, owned);
  const instance = isInit ? instanceOf(env) : marks;
  const [stat, netns, pidns] = [readStat(pid), netnsInode(pid), pidNamespace(pid)];
  if (instance === null || stat === null || netns === null || pidns === null) return null;
  if (stat.state === "Z" || stat.state === "X") return null;
  // The first process of a namespace within ours, and of none within that: those are of a container's.
  if (isInit && readNumbers(pid).join(" ") !== `${pid} 1`) return null;
  const { automaton, index } = instance;
  const leadsSession = stat.session === pid;
  return { automaton, index, pid, startTime: stat.startTime, netns, pidns, leadsSession, marks };
};

/** The first processes of the system's instances that live. */
export const findInits = (owned: Owned): readonly (Identity & Instance)[] =>
  allPids()
    .map((pid) => candidate(pid, owned))
    .filter((one) => one !== null && one.marks === null)
    .map((one) => one as Candidate);

const oldestFirst = (a: Identity, b: Identity): number => a.startTime - b.startTime || a.pid - b.pid;

/** Looks at every process of the machine, once. */
export const scanProcesses = (owned: Owned, records: readonly ProcessRecord[]): ProcessScan => {
  const names = systemNamespaces(owned);
  const found = allPids()
    .map((pid) => candidate(pid, owned))
    .filter((one) => one !== null)
    .sort(oldestFirst);
  const inits = new Map(
    found.filter(({ marks }) => marks === null).map((init) => [init.pidns, init] as const),
  );
  const own = pidNamespace(process.pid);
  const running = new Map<ResourceKey, InstanceProcess>();
  const orphans: Orphan[] = [];
  const taken = new Set<number>();

  /** Takes a living process for the artifact of its instance, where that has none. */
  const settle = (one: Identity, marks: Marked, netns: string | undefined, pidns: number): boolean => {
    const key = keyOf(marks);
    const init = inits.get(pidns) ?? null;
    if (running.has(key) || netns === undefined || (init === null && pidns !== own)) return false;
    const { pid, startTime } = one;
    running.set(key, { ...marks, pid, startTime, netns, init: init === null ? null : identity(init) });
    taken.add(pidns);
    return true;
  };

  const orphan = (one: Identity & Instance & { readonly netns: number }, isInit: boolean): Orphan => ({
    ...identity(one),
    key: keyOf(one),
    automaton: one.automaton,
    index: one.index,
    isOutside: !names.has(one.netns),
    isInit,
  });

  const recorded = new Set(records.map(keyOf));
  for (const record of records) {
    const [netns, pidns] = [netnsInode(record.pid), pidNamespace(record.pid)];
    if (netns === null || pidns === null || !isAlive(record.pid, record.startTime)) continue;
    const { automaton, index, spec } = record;
    if (settle(record, { automaton, index, spec }, names.get(netns), pidns) || pidns !== own) continue;
    orphans.push(orphan({ ...record, netns }, false));
  }
  // With a note, the artifact is known and dead: others are what it left behind.
  for (const one of found)
    if (one.marks !== null && one.leadsSession && !recorded.has(keyOf(one)))
      settle(one, one.marks, names.get(one.netns), one.pidns);

  for (const init of inits.values()) if (!taken.has(init.pidns)) orphans.push(orphan(init, true));
  const artifacts = new Set([...running.values(), ...orphans].map(({ pid }) => pid));
  for (const one of found) {
    if (one.marks === null || one.pidns !== own || artifacts.has(one.pid)) continue;
    // A child of an artifact that was started without a pid namespace of its own.
    if (running.has(keyOf(one)) && names.has(one.netns)) continue;
    orphans.push(orphan(one, false));
  }
  return { running, orphans };
};

const keyOf = ({ automaton, index }: Instance): ResourceKey => processKey(automaton, index);

const identity = ({ pid, startTime }: Identity): Identity => ({ pid, startTime });
