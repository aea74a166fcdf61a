/** The load generator in a process of its own. */
import { spawn } from "node:child_process";
import { fileURLToPath } from "node:url";
import { until } from "../../until.ts";

export interface Outcome {
  readonly answered: number;
  readonly failures: readonly string[];
  /** Milliseconds. */
  readonly slowest: number;
  /** Milliseconds from the first failure to the last; 0 without any. */
  readonly outage: number;
}

export interface Load {
  /** Resolves when so many more requests have been answered, or have failed. */
  requests(count: number): Promise<void>;
  stop(): Promise<Outcome>;
}

const main = fileURLToPath(new URL("./load-main.js", import.meta.url));

/** Asks the URL, each time over a new connection, `atOnce` at a time. */
export const load = (url: string, atOnce: number, pauseMs = 0): Load => {
  const child = spawn(process.execPath, [main, url, String(atOnce), String(pauseMs)], {
    stdio: ["pipe", "pipe", "inherit"],
  });
  let told = "";
  child.stdout.setEncoding("utf8").on("data", (text: string) => {
    told += text;
  });
  const ended = new Promise<void>((resolve) => child.once("close", () => resolve()));
  const ends = (): number => told.split("\n").length - 1;
  return {
    requests: (count) => {
      const before = ends();
      return until(`${count} requests`, () => ends() >= before + count, 60_000);
    },
    stop: async () => {
      child.stdin.end();
      await ended;
      return JSON.parse(told) as Outcome;
    },
  };
};
