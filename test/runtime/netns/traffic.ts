/** Packets in namespaces, for tests: servers that say who they are, and clients that ask. */
import { execFileSync } from "node:child_process";
import { Worker } from "node:worker_threads";
import type { Transport } from "../../../src/core/resource.ts";

export type Command =
  | {
      readonly _tag: "serve";
      readonly netns: string;
      readonly transport: Transport;
      readonly number: number;
      readonly says: string;
    }
  | {
      readonly _tag: "ask";
      /** Null: the host's own. */
      readonly netns: string | null;
      readonly transport: Transport;
      readonly address: string;
      readonly number: number;
      readonly timeoutMs: number;
      /** Keeps the TCP connection open under this number. */
      readonly keep: number | null;
      readonly text: string;
      /** The address to speak from; null: the kernel chooses. */
      readonly from: string | null;
    }
  | { readonly _tag: "again"; readonly connection: number; readonly timeoutMs: number }
  | { readonly _tag: "received" };

export interface Answer {
  readonly id: number;
  readonly text: string;
}

export class Traffic {
  readonly #worker = new Worker(new URL("./traffic-worker.js", import.meta.url));
  readonly #waiting = new Map<number, (text: string) => void>();
  #next = 1;

  constructor() {
    this.#worker.on("message", ({ id, text }: Answer) => {
      this.#waiting.get(id)?.(text);
      this.#waiting.delete(id);
    });
  }

  #send(command: Command): Promise<string> {
    const id = this.#next;
    this.#next += 1;
    return new Promise((resolve) => {
      this.#waiting.set(id, resolve);
      this.#worker.postMessage({ id, command });
    });
  }

  /** Answers every request in the namespace at the port, on both families, with `says` and the client's address. */
  async serve(netns: string, transport: Transport, number: number, says: string): Promise<void> {
    const answer = await this.#send({ _tag: "serve", netns, transport, number, says });
    if (answer !== "listening") throw new Error(`${netns} ${transport} ${number}: ${answer}`);
  }

  /** The answer, or the code of the error, `ETIMEDOUT` among them. */
  ask(
    netns: string | null,
    transport: Transport,
    address: string,
    number: number,
    { timeoutMs = 2000, keep = null as number | null, text = "?", from = null as string | null } = {},
  ): Promise<string> {
    return this.#send({ _tag: "ask", netns, transport, address, number, timeoutMs, keep, text, from });
  }

  again(connection: number, timeoutMs = 2000): Promise<string> {
    return this.#send({ _tag: "again", connection, timeoutMs });
  }

  /** Gives the instance a further address, as a program in it that is root could. */
  takeAddress(netns: string, address: string): void {
    execFileSync("ip", ["-n", netns, "addr", "add", address, "dev", "eth0"]);
  }

  async received(): Promise<readonly string[]> {
    return (await this.#send({ _tag: "received" })).split("\n");
  }

  async close(): Promise<void> {
    await this.#worker.terminate();
  }
}
