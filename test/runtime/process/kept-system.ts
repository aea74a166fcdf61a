/** A system whose instances keep state, in directories of the test. */
import { existsSync, readdirSync, readFileSync } from "node:fs";
import type { ExecutionContext } from "ava";
import { keptDirVariable, keptPlace } from "../../../runtime/process/kept/places.ts";
import type { ProcessManager } from "../../../runtime/process/process-manager.ts";
import { type InstanceLimits, limitsKey, type Process } from "../../../src/core/resource.ts";
import { until } from "../../until.ts";
import { type Sandbox, sandbox } from "./sandbox.ts";

const logOf = (path: string): string => (existsSync(path) ? readFileSync(path, "utf8") : "");

/** A program that has said all that it was to say, and runs on. */
export interface Run {
  readonly manager: ProcessManager;
  readonly wanted: Process;
  stop(): Promise<void>;
  said(): string;
}

export interface Kept extends Sandbox {
  run(script: string, more: Partial<Process>): Promise<Run>;
}

/** A system that keeps its state in a directory of the test. */
export const kept = (t: ExecutionContext): Kept => {
  const at = sandbox(t);
  process.env[keptDirVariable] = `${at.directory}/kept`;
  t.teardown(() => {
    delete process.env[keptDirVariable];
  });
  let runs = 0;
  return {
    ...at,
    run: async (script, { automaton = "a", ...more }) => {
      const manager = at.manager();
      const end = `end of run ${++runs}\n`;
      manager.writeHosts({ kind: "hosts", key: `hosts/${automaton}` as never, automaton, entries: [] });
      const wanted = at.process(
        automaton,
        ["sh", "-c", `${script}; echo ${end.trim()}; exec sleep 600`],
        more,
      );
      await manager.start(wanted);
      const log = () => logOf(at.state.logFile(automaton, wanted.index));
      await until("it has said all", () => log().endsWith(end));
      const said = () =>
        log()
          .slice(0, -end.length)
          .split(/end of run \d+\n/)
          .at(-1)!;
      return { manager, wanted, said, stop: () => manager.stop(wanted) };
    },
  };
};

/** The state `data` of an instance, at a path; `sized`: with a size. */
export const at = (path: string, sized = false): Partial<Process> => ({
  state: [{ name: "data", path, ...(sized ? { sized } : {}) }],
});

/** That the state `data` of an instance has a size. */
export const limitedTo = (bytes: number, automaton = "a", index = 0): InstanceLimits => ({
  kind: "limits",
  key: limitsKey(automaton, index),
  automaton,
  index,
  state: { data: bytes },
});

/** Where the state `data` of an instance is kept. */
export const placeOf = (system: Kept, automaton = "a", index = 0): string =>
  keptPlace(system.state, { automaton, index, name: "data" });

/** The images of a system that are loop devices now. */
export const loopsOf = (system: string): readonly string[] =>
  readdirSync("/sys/block").flatMap((name) => {
    const file = `/sys/block/${name}/loop/backing_file`;
    const path = logOf(file).trim();
    return path.startsWith(`/${system}/`) ? [path] : [];
  });
