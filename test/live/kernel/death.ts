/** Orchestrators that are killed on their way. */
import { spawn } from "node:child_process";
import { fileURLToPath } from "node:url";
import type { Home } from "./stage.ts";

export interface Order {
  readonly place: Home;
  /** Dies after so many steps of the last thing it does; null: lives. */
  readonly dieAfter: number | null;
  /** A text to apply after that of the file. */
  readonly text: string | null;
  readonly down: boolean;
  /** By so many milliseconds its clock is put forward, and what then runs by it is waited for. */
  readonly putForward?: number;
  /** Says `ready` when all is done, and stays. */
  readonly stay: boolean;
}

export interface End {
  readonly signal: NodeJS.Signals | null;
  readonly code: number | null;
  /** Steps of the last thing it did; null where it did not come so far. */
  readonly steps: number | null;
  readonly output: string;
}

const main = fileURLToPath(new URL("./orchestrator-main.js", import.meta.url));

export const obey = (order: Order): Promise<End> =>
  new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [main, JSON.stringify(order)], {
      stdio: ["ignore", "pipe", "pipe"],
    });
    let output = "";
    for (const stream of [child.stdout, child.stderr]) {
      stream.setEncoding("utf8").on("data", (text: string) => {
        output += text;
      });
    }
    child.once("error", reject);
    child.once("close", (code, signal) => {
      const told = /\{"steps":(\d+)/.exec(output);
      resolve({ signal, code, steps: told === null ? null : Number(told[1]), output });
    });
  });
