/** An `architect run` that is on its way, and what it prints. */
import { type ChildProcess, spawn } from "node:child_process";
import { rmSync } from "node:fs";
import type { ExecutionContext } from "ava";
import { keptRoot } from "../../runtime/process/log/kept.ts";
import { stateRoot } from "../../runtime/process/state.ts";
import { binary } from "./binary.ts";

export interface Running {
  readonly child: ChildProcess;
  /** All of standard output and error so far. */
  readonly printed: () => string;
  /** Resolves when the text has been printed; rejects when it ended without. */
  readonly says: (text: string | RegExp) => Promise<void>;
  readonly ended: Promise<number | null>;
}

const patienceMs = 60_000;

export const start = (
  t: Pick<ExecutionContext, "teardown">,
  args: readonly string[],
  cwd: string,
  more: Readonly<Record<string, string>> = {},
): Running => {
  const { NO_COLOR: _, FORCE_COLOR: __, npm_lifecycle_event: ___, ...env } = process.env;
  const child = spawn(process.execPath, [binary, ...args], {
    cwd,
    env: { ...env, ...more },
    stdio: ["ignore", "pipe", "pipe"],
  });
  let printed = "";
  const waiting = new Set<() => void>();
  const heard = (text: string): void => {
    printed += text;
    for (const look of waiting) look();
  };
  child.stdout.setEncoding("utf8").on("data", heard);
  child.stderr.setEncoding("utf8").on("data", heard);
  const ended = new Promise<number | null>((resolve) => child.once("close", (code) => resolve(code)));
  t.teardown(async () => {
    child.kill("SIGTERM");
    await ended;
  });
  const says = (text: string | RegExp): Promise<void> =>
    new Promise((resolve, reject) => {
      const has = (): boolean => (typeof text === "string" ? printed.includes(text) : text.test(printed));
      const done = (how: () => void): void => {
        waiting.delete(look);
        clearTimeout(timer);
        how();
      };
      const look = (): void => {
        if (has()) done(resolve);
      };
      const fail = (): void => done(() => reject(new Error(`it never said ${text}; it said:\n${printed}`)));
      const timer = setTimeout(fail, patienceMs);
      waiting.add(look);
      void ended.then(() => (has() ? done(resolve) : fail()));
      look();
    });
  return { child, printed: () => printed, says, ended };
};

/** A name that no other test uses. What is kept of the logs of a system of that name goes with the test. */
export const systemOf = (t: ExecutionContext): string => {
  let hash = 0;
  for (const character of t.title) hash = (hash * 31 + character.charCodeAt(0)) % 46_656;
  const system = `t${process.pid}_${hash.toString(36)}`;
  t.teardown(() => rmSync(`${keptRoot(stateRoot())}/${system}`, { recursive: true, force: true }));
  return system;
};
