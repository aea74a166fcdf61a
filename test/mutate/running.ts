/** Runs test files of a tree in namespaces of their own, within a time limit. */
import { spawn } from "node:child_process";
import { join } from "node:path";
import type { Tree } from "./tree.ts";

export interface Ran {
  readonly verdict: "passed" | "failed" | "timed out";
  readonly output: string;
  readonly seconds: number;
}

export const runTests = (
  { root, project }: Tree,
  files: readonly string[],
  limitSeconds: number,
  env: Readonly<Record<string, string>> = {},
): Promise<Ran> => {
  const ava = join("node_modules", "ava", "entrypoints", "cli.mjs");
  const command = [process.execPath, ava, "--fail-fast", "--concurrency=1", "--tap", ...files];
  const started = performance.now();
  return new Promise((resolve, reject) => {
    // From the project's folder, which the tree links to.
    const child = spawn("scripts/isolated", ["env", `--chdir=${root}`, ...command], {
      cwd: project,
      env: { ...process.env, ...env, CI: "1" },
      stdio: ["ignore", "pipe", "pipe"],
      detached: true,
    });
    let [output, isLate] = ["", false];
    const timer = setTimeout(() => {
      isLate = true;
      process.kill(-child.pid!, "SIGKILL");
    }, limitSeconds * 1_000);
    const take = (chunk: Buffer): void => {
      output = (output + chunk).slice(-200_000);
    };
    child.stdout.on("data", take);
    child.stderr.on("data", take);
    child.on("error", reject);
    child.on("exit", (code) => {
      clearTimeout(timer);
      const seconds = (performance.now() - started) / 1_000;
      resolve({ verdict: isLate ? "timed out" : code === 0 ? "passed" : "failed", output, seconds });
    });
  });
};

/** The title of the first test that failed. */
export const failedIn = (output: string): string | null => /^not ok \d+ - (.*)$/m.exec(output)?.[1] ?? null;
