/** An example, run by the real `architect` with the real servers for a test; nothing of it is left after that. */
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { chmodSync, cpSync, readFileSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import type { ExecutionContext } from "ava";
import { isLeft } from "fp-ts/lib/Either.js";
import { namespaceNames } from "../../runtime/namespaces.ts";
import { ControlClient } from "../../src/live/control/client.ts";
import type { InstanceStatus, Status } from "../../src/live/control/status.ts";
import { architect, binary, folder, type Ran } from "../cli/binary.ts";
import { freePort, freshName } from "../fresh.ts";

const examples = fileURLToPath(new URL("../../../examples", import.meta.url));

/** How long anything may take on a machine that has much else to do: a roll waits ten seconds for each kept connection. */
const patienceMs = 150_000;

const pauseMs = 20;

/** What `look` finds, once it is not null. */
export const found = async <T>(what: string, look: () => Promise<T | null> | T | null): Promise<T> => {
  const end = performance.now() + patienceMs;
  for (;;) {
    const seen = await look();
    if (seen !== null) return seen;
    if (performance.now() > end) throw new Error(`waited ${patienceMs} ms in vain: ${what}`);
    await new Promise((resolve) => setTimeout(resolve, pauseMs));
  }
};

export class Running {
  readonly system = freshName();
  /** The file of the program. */
  readonly file: string;
  readonly #ports: ReadonlyMap<number, number>;
  readonly #env: Readonly<Record<string, string>>;
  readonly #directory: string;
  #orchestrator: ChildProcess | null = null;
  #client: ControlClient | null = null;
  #printed = "";

  private constructor(t: ExecutionContext, example: string, ports: ReadonlyMap<number, number>) {
    this.#ports = ports;
    this.#directory = folder(t);
    // Programs with users of their own find their files here.
    chmodSync(this.#directory, 0o755);
    for (const name of [example, "lib"])
      cpSync(`${examples}/${name}`, `${this.#directory}/${name}`, { recursive: true });
    this.file = `${this.#directory}/${example}/system.arch`;
    this.#env = {
      ARCHITECT_RUNTIME_DIR: `${this.#directory}/run`,
      ARCHITECT_STATE_DIR: `${this.#directory}/kept`,
      NO_COLOR: "1",
    };
    this.edit((text) =>
      text
        .replace(/^system \w+/m, `system ${this.system}`)
        .replaceAll(/(publish\(\S+), (\d+)\)/g, (_, what, port) => `${what}, ${ports.get(Number(port))})`),
    );
    t.teardown(async () => {
      this.#client?.destroy();
      await this.killOrchestrator();
      const { code, err } = await this.command("down", this.system, "--state");
      if (code !== 0 && !err.includes("is not running")) t.log(err, this.#printed);
      const left = this.namespaces();
      if (left.length > 0) throw new Error(`left behind: ${left.join(", ")}`);
    });
  }

  /** Runs an example until all of it is ready; what it publishes is at other ports, as tests run side by side. */
  static async start(t: ExecutionContext, example: string, published: readonly number[]): Promise<Running> {
    const ports = new Map<number, number>();
    for (const port of published) ports.set(port, await freePort());
    const running = new Running(t, example, ports);
    await running.run();
    return running;
  }

  /** Where the host finds what the example publishes at a port. */
  port(number: number): number {
    return this.#ports.get(number)!;
  }

  /** Saves the program anew, as an editor does. */
  edit(change: (text: string) => string): void {
    const text = readFileSync(this.file, "utf8");
    const changed = change(text);
    if (changed === text) throw new Error("the edit changes nothing");
    writeFileSync(this.file, changed);
  }

  command(...words: readonly string[]): Promise<Ran> {
    return architect(words, { env: this.#env });
  }

  /** Has an orchestrator run the system, and waits until all is ready. */
  async run(): Promise<void> {
    const child = spawn(process.execPath, [binary, "run", this.file, "--watch"], {
      env: { ...process.env, ...this.#env },
      stdio: ["ignore", "pipe", "pipe"],
    });
    this.#orchestrator = child;
    for (const stream of [child.stdout, child.stderr])
      stream.setEncoding("utf8").on("data", (text: string) => {
        this.#printed += text;
      });
    await this.converged();
  }

  /** Null: no orchestrator answers. */
  async status(): Promise<Status | null> {
    this.#client ??= await ControlClient.open(`${this.#directory}/run/${this.system}`);
    const asked = await this.#client?.ask("status", {});
    if (asked !== undefined && !isLeft(asked)) return asked.right;
    this.#client = null;
    return null;
  }

  async converged(): Promise<Status> {
    let last: Status | null = null;
    try {
      return await found("converged", async () => {
        if (this.#orchestrator!.exitCode !== null) throw new Error("the orchestrator ended");
        last = await this.status();
        return last?.state === "converged" ? last : null;
      });
    } catch (error) {
      throw new Error(`${error}\n${this.#printed}\n${JSON.stringify(last, null, 1)}`);
    }
  }

  async instance(name: string): Promise<InstanceStatus | null> {
    const status = await this.status();
    const [automaton, index] = name.split(".");
    const instances = status?.automata.find((one) => one.name === automaton)?.instances;
    return instances?.find((one) => one.index === Number(index)) ?? null;
  }

  /** By instance: `vote.0`. */
  async pids(): Promise<ReadonlyMap<string, number>> {
    const { automata } = await this.converged();
    return new Map(
      automata.flatMap(({ name, instances }) =>
        instances.flatMap(({ index, pid }) => (pid === null ? [] : [[`${name}.${index}`, pid] as const])),
      ),
    );
  }

  /** Waits until each of some instances has a process that it had not before. */
  async replaced(before: ReadonlyMap<string, number>, names: readonly string[]): Promise<void> {
    await found(`${names.join(", ")} are replaced`, async () => {
      const now = await this.pids();
      return names.every((name) => now.has(name) && now.get(name) !== before.get(name)) ? true : null;
    });
  }

  async killOrchestrator(signal: NodeJS.Signals = "SIGKILL"): Promise<void> {
    const child = this.#orchestrator;
    if (child === null || child.exitCode !== null || child.signalCode !== null) return;
    const ended = once(child, "close");
    child.kill(signal);
    await ended;
  }

  /** Ends it, and with it the system: what it keeps stays. */
  async stop(): Promise<void> {
    await this.killOrchestrator("SIGTERM");
  }

  async set(...inputs: readonly string[]): Promise<void> {
    await this.#done("set", ...inputs);
  }

  async restart(automaton: string): Promise<void> {
    await this.#done("restart", automaton);
  }

  /** How many instances of an automaton there are. */
  async count(automaton: string): Promise<number> {
    const status = await this.converged();
    return status.automata.find(({ name }) => name === automaton)!.instances.length;
  }

  async #done(...words: readonly string[]): Promise<void> {
    const { code, err } = await this.command(...words, "--system", this.system);
    if (code !== 0) throw new Error(`${words.join(" ")}: ${err}`);
  }

  /** The network namespaces of the system. */
  namespaces(): readonly string[] {
    return namespaceNames(`${this.system}.`);
  }
}
