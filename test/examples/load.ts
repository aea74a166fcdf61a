/** Clients that ask without a pause for as long as a test lasts, and count what fails. */
import { Agent, request } from "node:http";
import { found } from "./running.ts";

/** A slow machine fails no request. */
const patienceMs = 30_000;

export interface Answer {
  readonly status: number;
  readonly text: string;
}

export interface Asked {
  readonly method?: string;
  readonly path?: string;
  readonly body?: string;
  /** Whose connection is used; without: one for this request alone. */
  readonly agent?: Agent;
  /**
   * Whether to ask again where a connection that was kept is reset before an answer. Its server may close it just when the
   * request is on its way, and not all servers avoid that as they end, so clients do this (RFC 9112, 9.3.1).
   */
  readonly again?: boolean;
}

export const ask = (port: number, asked: Asked = {}): Promise<Answer> =>
  new Promise((resolve, reject) => {
    const { method = "GET", path = "/", body = "", agent = false, again = false } = asked;
    const sent = request({ port, method, path, agent, timeout: patienceMs }, (response) => {
      let text = "";
      response.setEncoding("utf8").on("data", (part: string) => {
        text += part;
      });
      response.on("error", reject);
      response.on("end", () =>
        response.complete ? resolve({ status: response.statusCode!, text }) : reject(new Error("cut off")),
      );
    });
    sent.on("timeout", () => sent.destroy(new Error(`no answer in ${patienceMs} ms`)));
    sent.on("error", (error: NodeJS.ErrnoException) => {
      if (again && sent.reusedSocket && error.code === "ECONNRESET")
        ask(port, { ...asked, again: false }).then(resolve, reject);
      else reject(error);
    });
    sent.end(body);
  });

/** Fails where the answer is no good one. */
export const good = ({ status, text }: Answer): string => {
  if (status !== 200) throw new Error(`status ${status}: ${text}`);
  return text;
};

/**
 * Each a client of its own: it keeps its connection for ever, or for some requests, or opens one for each. One that idles
 * keeps it as well, and uses it now and then.
 */
export type Kind = "keeps" | "idles" | "renews" | "opens";

/** How many requests go over one connection, and milliseconds between them. */
const ways: Readonly<Record<Kind, { readonly requests: number; readonly pauseMs: number }>> = {
  keeps: { requests: Number.POSITIVE_INFINITY, pauseMs: 25 },
  idles: { requests: Number.POSITIVE_INFINITY, pauseMs: 1_500 },
  renews: { requests: 20, pauseMs: 25 },
  opens: { requests: 1, pauseMs: 25 },
};

export class Load {
  /** Requests that came to an end, well or not. */
  #ended = 0;
  /** For each client how many requests had ended when its last one began. */
  readonly #began: number[] = [];
  readonly #failures: string[] = [];
  readonly #clients: readonly Promise<void>[];
  #isOver = false;

  constructor(clients: readonly Kind[], once: (agent: Agent) => Promise<unknown>) {
    this.#clients = clients.map((kind, client) => this.#work(client, kind, once));
  }

  async #work(client: number, kind: Kind, once: (agent: Agent) => Promise<unknown>): Promise<void> {
    const { requests, pauseMs } = ways[kind];
    while (!this.#isOver) {
      const agent = new Agent({ keepAlive: true, maxSockets: 1 });
      for (let i = 0; i < requests && !this.#isOver; i++) {
        const start = performance.now();
        this.#began[client] = this.#ended;
        try {
          await once(agent);
        } catch (error) {
          const { code, message } = error as NodeJS.ErrnoException;
          this.#failures.push(
            `${kind}, after ${Math.round(performance.now() - start)} ms: ${code ?? message}`,
          );
        }
        this.#ended++;
        await new Promise((resolve) => setTimeout(resolve, pauseMs));
      }
      agent.destroy();
    }
  }

  /** Waits until no client is in a request any more that began before this. */
  async calm(): Promise<void> {
    const now = this.#ended + this.#began.length;
    await found("all are asking anew", () => (this.#began.every((began) => began >= now) ? true : null));
  }

  /** What failed since it was asked for last. */
  failures(): readonly string[] {
    return this.#failures.splice(0);
  }

  async stop(): Promise<void> {
    this.#isOver = true;
    await Promise.all(this.#clients);
  }
}
