/**
 * A shell in namespaces of its own: what it names, listens on and starts is nobody
 * else's, and all of it is gone with the shell.
 */
import { type ChildProcess, spawn } from "node:child_process";
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import type { ExecutionContext } from "ava";
import { binary, folder } from "../cli/binary.ts";

const patienceMs = 60_000;
const lookMs = 20;

const namespaces = ["--net", "--mount", "--pid", "--fork", "--mount-proc", "--kill-child"];

export interface Lasting {
  /** All that it has printed so far. */
  readonly printed: () => string;
  /** Ctrl-C. */
  readonly interrupt: () => void;
}

/** As a word of the shell. */
const quoted = (text: string): string => `'${text.replaceAll("'", "'\\''")}'`;

export class Sandbox {
  readonly #child: ChildProcess;
  readonly #directory: string;
  /** Where the commands begin. */
  readonly home: string;
  #count = 0;

  constructor(t: ExecutionContext) {
    this.#directory = folder(t);
    this.home = join(this.#directory, "home");
    const bin = join(this.#directory, "bin");
    mkdirSync(this.home);
    mkdirSync(bin);
    const architect = `#!/bin/sh\nexec ${quoted(process.execPath)} ${quoted(binary)} "$@"\n`;
    writeFileSync(join(bin, "architect"), architect, { mode: 0o755 });
    const { FORCE_COLOR: _, npm_lifecycle_event: __, ...inherited } = process.env;
    this.#child = spawn("unshare", [...namespaces, "bash", "--norc"], {
      cwd: this.home,
      env: {
        ...inherited,
        PATH: `${bin}:${process.env.PATH}`,
        HOME: this.home,
        NO_COLOR: "1",
        COLUMNS: "80",
      },
      stdio: ["pipe", "inherit", "inherit"],
    });
    this.#say("mount -t tmpfs none /run");
    this.#say("ip link set lo up");
    t.teardown(() => this.#close());
  }

  #say(text: string): void {
    this.#child.stdin!.write(`${text}\n`);
  }

  async #close(): Promise<void> {
    if (this.#child.exitCode !== null) return;
    const closed = new Promise((resolve) => this.#child.once("close", resolve));
    this.#child.kill("SIGKILL");
    await closed;
  }

  /** All that a command prints, in the order in which it does. It runs to its end. */
  async run(command: string): Promise<string> {
    const path = join(this.#directory, String(this.#count++));
    this.#say(`eval ${quoted(command)} >${path} 2>&1 </dev/null; : >${path}.end`);
    await this.until(
      () => existsSync(`${path}.end`),
      () => `${command} does not end`,
    );
    return readFileSync(path, "utf8");
  }

  /** Starts a command that goes on, as another terminal would. */
  start(command: string): Lasting {
    const path = join(this.#directory, String(this.#count++));
    writeFileSync(path, "");
    this.#say(`eval ${quoted(`${command} >${path} 2>&1 </dev/null &`)}`);
    return { printed: () => readFileSync(path, "utf8"), interrupt: () => this.#say("kill -INT %%") };
  }

  /** Waits for what the shell brings about. */
  async until(isSo: () => boolean, otherwise: () => string): Promise<void> {
    const end = performance.now() + patienceMs;
    while (!isSo()) {
      if (performance.now() > end || this.#child.exitCode !== null) throw new Error(otherwise());
      await sleep(lookMs);
    }
  }
}
