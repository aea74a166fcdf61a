/** An ordinary user for tests: the one who runs them, or, as root, nobody. */
import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { chownSync, mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { fileURLToPath } from "node:url";
import anyTest, { type ExecutionContext, type TestFn } from "ava";
import { until } from "../../until.ts";

const isRoot = process.getuid?.() === 0;
const nobody = 65534;
export const identity = isRoot ? { uid: nobody, gid: nobody } : {};
export const uid = isRoot ? nobody : process.getuid!();

export const program = (name: string): string => fileURLToPath(new URL(`./${name}.js`, import.meta.url));

const mayRead =
  spawnSync(process.execPath, ["-e", `require("fs").accessSync(${JSON.stringify(program("look"))})`], {
    ...identity,
    cwd: "/",
  }).status === 0;
const mayUnshare = spawnSync("unshare", ["-Urnm", "true"], { ...identity, cwd: "/" }).status === 0;

const skipped = (why: string): TestFn =>
  ((title: string) => anyTest.skip(`${title} (${why})`, () => {})) as unknown as TestFn;

/** Tests that need an ordinary user who may have namespaces: skipped, visibly, without one. */
export const userTest: TestFn = !mayRead
  ? skipped("the user nobody may not read this checkout")
  : mayUnshare
    ? anyTest
    : skipped("users may have no namespaces here");

export interface Outcome {
  readonly code: number | null;
  readonly signal: string | null;
  readonly out: string;
  readonly err: string;
}

export interface User {
  readonly runtimeDir: string;
  start(name: string, ...args: readonly string[]): ChildProcess;
  run(name: string, ...args: readonly string[]): Promise<Outcome>;
  /** Files left in the runtime directory. */
  files(): readonly string[];
}

export const outcome = async (child: ChildProcess): Promise<Outcome> => {
  let [out, err] = ["", ""];
  child.stdout?.on("data", (chunk: Buffer) => {
    out += chunk.toString();
  });
  child.stderr?.on("data", (chunk: Buffer) => {
    err += chunk.toString();
  });
  const [code, signal] = (await once(child, "close")) as [number | null, string | null];
  return { code, signal, out, err };
};

/** A user with a runtime directory of his own; what his commands left running is an error. */
export const user = (t: ExecutionContext): User => {
  const runtimeDir = mkdtempSync(`${tmpdir()}/user-`);
  if (isRoot) chownSync(runtimeDir, nobody, nobody);
  const start = (name: string, ...args: readonly string[]): ChildProcess =>
    spawn(process.execPath, [program(name), ...args], {
      ...identity,
      cwd: "/",
      stdio: ["ignore", "pipe", "pipe"],
      env: { PATH: process.env.PATH, XDG_RUNTIME_DIR: runtimeDir },
    });
  t.teardown(async () => {
    const left = readdirSync(runtimeDir);
    await until("the last process is gone", () => processesOf(runtimeDir).length === 0, 60_000).finally(
      () => {
        for (const pid of processesOf(runtimeDir)) process.kill(pid, "SIGKILL");
        rmSync(runtimeDir, { recursive: true });
      },
    );
    if (left.length > 0) throw new Error(`left behind: ${left.join(", ")}`);
  });
  return {
    runtimeDir,
    start,
    run: (name, ...args) => outcome(start(name, ...args)),
    files: () => readdirSync(runtimeDir, { recursive: true }).map(String),
  };
};

/** Living processes that were started with this text among their arguments. */
export const processesOf = (text: string): readonly number[] =>
  spawnSync("pgrep", ["-f", "--", text], { encoding: "utf8" })
    .stdout.split("\n")
    .filter((line) => line !== "")
    .map(Number);
