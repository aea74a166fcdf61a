/** A system of a test's own on the real kernel, and its removal. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import type { ExecutionContext } from "ava";
import {
  createNamespace,
  deleteNamespace,
  namespaceNames,
  prepareNetnsDirectory,
  releaseNetnsDirectory,
} from "../../../runtime/namespaces.ts";
import { ProcessKeeper } from "../../../runtime/process/keeper.ts";
import { SystemState } from "../../../runtime/process/state.ts";
import { type Process, processKey } from "../../../src/core/resource.ts";

export const isRoot = process.getuid?.() === 0;

let count = 0;

export interface Sandbox {
  readonly system: string;
  readonly state: SystemState;
  readonly directory: string;
  keeper(): ProcessKeeper;
  /** A process in an instance whose namespace it makes, unless it is there. */
  process(automaton: string, argv: readonly string[], more?: Partial<Process>): Process;
}

export const sandbox = (t: ExecutionContext, graceMs = 2_000): Sandbox => {
  const system = `t${process.pid}x${count++}`;
  const directory = mkdtempSync(`${tmpdir()}/${system}-`);
  const state = new SystemState(system, `${directory}/state`);
  const keepers: ProcessKeeper[] = [];
  prepareNetnsDirectory();
  const keeper = (): ProcessKeeper => {
    const made = new ProcessKeeper(state, { graceMs });
    keepers.push(made);
    return made;
  };
  t.teardown(async () => {
    const [error] = await keeper().destroy();
    for (const made of keepers) await made.close();
    for (const name of namespaceNames(`${system}.`)) deleteNamespace(name);
    releaseNetnsDirectory();
    rmSync(directory, { recursive: true });
    if (error !== undefined) throw error;
  });
  return {
    system,
    state,
    directory,
    keeper,
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
