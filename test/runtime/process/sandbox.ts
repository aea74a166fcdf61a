/** A system of a test's own on the real kernel, and its removal. */
import { mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import type { ExecutionContext } from "ava";
import {
  createNamespace,
  deleteNamespace,
  namespaceNames,
  prepareNetnsDirectory,
  releaseNetnsDirectory,
} from "../../../runtime/namespaces.ts";
import { pidNamespace, readNumbers, readStat } from "../../../runtime/process/proc.ts";
import { ProcessManager } from "../../../runtime/process/process-manager.ts";
import { SystemState } from "../../../runtime/process/state.ts";
import { type Process, processKey } from "../../../src/core/resource.ts";
import { freshName } from "../../fresh.ts";

export const isRoot = process.getuid?.() === 0;

/** Whether a process lives in a pid namespace, or in one within it. */
const isWithin = (pid: number, namespace: number): boolean => {
  if (pidNamespace(pid) === namespace) return true;
  const parent = readStat(pid)?.parent ?? 0;
  return parent > 0 && isWithin(parent, namespace);
};

/** All in a sandbox but its first process: their numbers there, and as this process knows them. */
export const numbersIn = (init: number): ReadonlyMap<number, number> => {
  const namespace = pidNamespace(init);
  const depth = readNumbers(init).length;
  const pids = readdirSync("/proc")
    .map(Number)
    .filter((pid) => pid > 0 && pid !== init && namespace !== null && isWithin(pid, namespace));
  return new Map(pids.map((pid) => [readNumbers(pid)[depth - 1] ?? 0, pid]));
};

/** The number, as this process knows it, of a process that knows itself by another in a sandbox. */
export const outside = (init: number, inner: number): number => {
  const found = numbersIn(init).get(inner);
  if (found === undefined) throw new Error(`there is no process ${inner} in the sandbox of ${init}`);
  return found;
};

export interface Sandbox {
  readonly system: string;
  readonly state: SystemState;
  readonly directory: string;
  manager(): ProcessManager;
  /** A process in an instance whose namespace it makes, unless it is there. */
  process(automaton: string, argv: readonly string[], more?: Partial<Process>): Process;
}

export const sandbox = (t: ExecutionContext, graceMs = 2_000): Sandbox => {
  const system = freshName();
  const directory = mkdtempSync(`${tmpdir()}/${system}-`);
  const state = new SystemState(system, `${directory}/state`);
  const managers: ProcessManager[] = [];
  prepareNetnsDirectory();
  const manager = (): ProcessManager => {
    const made = new ProcessManager(state, { graceMs });
    managers.push(made);
    return made;
  };
  t.teardown(async () => {
    const [error] = await manager().destroy();
    for (const made of managers) await made.close();
    for (const name of namespaceNames(`${system}.`)) deleteNamespace(name);
    releaseNetnsDirectory();
    rmSync(directory, { recursive: true });
    if (error !== undefined) throw error;
  });
  return {
    system,
    state,
    directory,
    manager,
    process: (automaton, argv, more = {}) => {
      const index = more.index ?? 0;
      const netns = `${system}.${automaton}.${index}`;
      if (!namespaceNames(netns).includes(netns)) createNamespace(netns);
      return {
        kind: "process",
        key: processKey(automaton, index),
        automaton,
        index,
        netns,
        argv,
        env: {},
        cwd: "/",
        spec: "spec",
        care: { restart: "always", probe: null },
        ...more,
      };
    },
  };
};
