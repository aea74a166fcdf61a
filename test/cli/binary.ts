/** The real `architect`, run as a process of its own. */
import { spawn } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import type { ExecutionContext } from "ava";

export const binary = fileURLToPath(new URL("../../src/cli/main.js", import.meta.url));

export interface Ran {
  /** Null: ended by a signal. */
  readonly code: number | null;
  readonly out: string;
  readonly err: string;
}

export interface How {
  readonly cwd?: string;
  readonly env?: Readonly<Record<string, string>>;
  readonly input?: string;
}

/** Runs it to its end. Standard output and error are pipes. */
export const architect = (args: readonly string[], how: How = {}): Promise<Ran> =>
  new Promise((resolve, reject) => {
    const { NO_COLOR: _, FORCE_COLOR: __, ...env } = process.env;
    const child = spawn(process.execPath, [binary, ...args], {
      cwd: how.cwd,
      env: { ...env, ...how.env },
      stdio: "pipe",
    });
    let [out, err] = ["", ""];
    child.stdout.setEncoding("utf8").on("data", (text: string) => {
      out += text;
    });
    child.stderr.setEncoding("utf8").on("data", (text: string) => {
      err += text;
    });
    child.once("error", reject);
    child.once("close", (code) => resolve({ code, out, err }));
    child.stdin.end(how.input ?? "");
  });

/** What was printed, without the progress of what lasts: lines like `applying…`. */
export const withoutProgress = (printed: string): string =>
  printed.replaceAll(/^(?:[a-z][\w ]*|waiting: .*)…\n/gm, "");

/** What was said on standard error about what is wrong. */
export const complaints = ({ err }: Ran): string => withoutProgress(err);

/** A directory with these files in it, removed after the test. */
export const folder = (
  t: Pick<ExecutionContext, "teardown">,
  files: Readonly<Record<string, string>> = {},
): string => {
  const directory = mkdtempSync(join(tmpdir(), "architect-"));
  t.teardown(() => rmSync(directory, { recursive: true, force: true }));
  for (const [name, text] of Object.entries(files)) writeFileSync(join(directory, name), text);
  return directory;
};
