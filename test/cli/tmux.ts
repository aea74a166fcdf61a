/** A command in a terminal, as a person meets it: keys that are pressed, and what the terminal shows. */
import { execFile, spawnSync } from "node:child_process";
import { setTimeout as sleep } from "node:timers/promises";
import { promisify } from "node:util";
import type { ExecutionContext } from "ava";

export const hasTmux = spawnSync("tmux", ["-V"], { stdio: "ignore" }).status === 0;

const run = promisify(execFile);

let count = 0;

export class Tmux {
  readonly #socket: string;

  constructor(
    t: Pick<ExecutionContext, "teardown">,
    command: string,
    {
      cwd,
      env,
      columns = 120,
      rows = 30,
    }: {
      readonly cwd: string;
      readonly env: NodeJS.ProcessEnv;
      readonly columns?: number;
      readonly rows?: number;
    },
  ) {
    this.#socket = `architect${process.pid}x${count++}`;
    const size = ["-x", String(columns), "-y", String(rows)];
    spawnSync("tmux", ["-L", this.#socket, "-f", "/dev/null", "new-session", "-d", ...size, command], {
      cwd,
      env,
    });
    t.teardown(() => spawnSync("tmux", ["-L", this.#socket, "kill-server"]));
  }

  async #tmux(...args: readonly string[]): Promise<string> {
    return (await run("tmux", ["-L", this.#socket, ...args])).stdout;
  }

  /** Types a text as it is. */
  async types(text: string): Promise<void> {
    await this.#tmux("send-keys", "-l", text);
  }

  /** Presses keys by their names: `Tab`, `Enter`, `C-u`. */
  async presses(...keys: readonly string[]): Promise<void> {
    await this.#tmux("send-keys", ...keys);
  }

  async resizes(columns: number, rows: number): Promise<void> {
    await this.#tmux("resize-window", "-x", String(columns), "-y", String(rows));
  }

  /** All that was ever shown, as it was written: a line that the terminal has broken is one. */
  async written(): Promise<readonly string[]> {
    return (await this.#tmux("capture-pane", "-p", "-J", "-S", "-"))
      .split("\n")
      .map((line) => line.trimEnd());
  }

  /** What is shown, a line each, without blanks at their ends. */
  async lines(): Promise<readonly string[]> {
    return (await this.#tmux("capture-pane", "-p")).split("\n").map((line) => line.trimEnd());
  }

  /** Waits until what is shown is as it should be. */
  async shows(what: string, isSo: (lines: readonly string[]) => boolean): Promise<void> {
    const end = Date.now() + 60_000;
    for (;;) {
      const lines = await this.lines();
      if (isSo(lines)) return;
      if (Date.now() > end) throw new Error(`it never showed ${what}, but:\n${lines.join("\n")}`);
      await sleep(50);
    }
  }
}
