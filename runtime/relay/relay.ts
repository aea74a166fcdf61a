/**
 * The relay: listens at ports of the namespace it runs in, has what comes in passed on
 * by a thread that lives in another, and does what it is told over its socket.
 */
import { chmodSync, rmSync } from "node:fs";
import { createServer, type Server, type Socket } from "node:net";
import { createInterface } from "node:readline";
import { isLeft } from "fp-ts/lib/Either.js";
import type { Transport } from "../../src/core/resource.ts";
import { KernelError } from "../kernel-error.ts";
import { takenWords } from "../netns/host/listeners.ts";
import { openListener } from "./listen.ts";
import { type RelayAnswer, RelayRequest } from "./protocol.ts";

/** The thread on the other side. */
export interface FarSide {
  /** Passes on what comes in at a listening socket, which is the far side's from now on. */
  forward(transport: Transport, fd: number, port: number): void;
  /** Resolves when the listening socket is closed. */
  stop(transport: Transport, port: number): Promise<void>;
}

interface Open {
  readonly system: string;
  readonly transport: Transport;
  readonly port: number;
}

/** A relay takes a line at most so long. */
const longestLine = 4096;

/** The relay itself: sockets on the host, and what forwards what they accept. */
export class Relay {
  readonly #far: FarSide;
  readonly #ports = new Map<string, Open>();
  #server: Server | null = null;

  constructor(far: FarSide) {
    this.#far = far;
  }

  /** Takes requests at a socket by this path, for its owner alone. */
  listen(path: string): Promise<void> {
    rmSync(path, { force: true });
    const server = createServer({ allowHalfOpen: true }, (socket) => void this.#converse(socket));
    this.#server = server;
    return new Promise((resolve, reject) => {
      server.once("error", reject);
      server.listen(path, () => {
        chmodSync(path, 0o600);
        resolve();
      });
    });
  }

  close(): void {
    this.#server?.close();
  }

  async #converse(socket: Socket): Promise<void> {
    socket.on("error", () => socket.destroy());
    socket.on("data", () => {
      if (socket.bytesRead > longestLine) socket.destroy();
    });
    for await (const line of createInterface({ input: socket })) {
      socket.end(`${JSON.stringify(await this.#answer(line))}\n`);
      break;
    }
  }

  async #answer(line: string): Promise<RelayAnswer> {
    try {
      const decoded = RelayRequest.decode(JSON.parse(line));
      if (isLeft(decoded)) throw new KernelError("understand a request", "EPROTO", "it is none");
      const request = decoded.right;
      if (request.ask === "whose") return { whose: this.#ports.get(nameOf(request))?.system ?? null };
      await this.#perform(request);
      const own = [...this.#ports.values()].filter(({ system }) => system === request.system);
      return { ports: own.map(({ transport, port }) => ({ transport, port })) };
    } catch (error) {
      if (error instanceof KernelError)
        return { refusal: { operation: error.operation, code: error.code, words: error.words } };
      return { refusal: { operation: "relay a port", code: "EIO", words: (error as Error).message } };
    }
  }

  async #perform(request: Exclude<RelayRequest, { readonly ask: "whose" }>): Promise<void> {
    switch (request.ask) {
      case "list":
        return;
      case "forget":
        await Promise.all(
          [...this.#ports.values()]
            .filter(({ system }) => system === request.system)
            .map((open) => this.#shut(open)),
        );
        return;
      case "open":
        await this.#open(request);
        return;
      case "close":
        if (this.#ports.get(nameOf(request))?.system === request.system) await this.#shut(request);
        return;
    }
  }

  async #open({ system, transport, port }: Open): Promise<void> {
    const there = this.#ports.get(nameOf({ transport, port }));
    if (there?.system === system) return;
    const doing = `publish ${transport} port ${port}`;
    if (there !== undefined)
      throw new KernelError(doing, "EADDRINUSE", `system ${there.system} publishes it already`);
    this.#far.forward(transport, await openPublished(doing, transport, port), port);
    this.#ports.set(nameOf({ transport, port }), { system, transport, port });
  }

  async #shut({ transport, port }: Omit<Open, "system">): Promise<void> {
    await this.#far.stop(transport, port);
    this.#ports.delete(nameOf({ transport, port }));
  }
}

const nameOf = ({ transport, port }: { readonly transport: Transport; readonly port: number }): string =>
  `${transport}/${port}`;

const openPublished = async (doing: string, transport: Transport, port: number): Promise<number> => {
  try {
    return openListener(transport, port);
  } catch (error) {
    if (!(error instanceof KernelError)) throw error;
    switch (error.code) {
      case "EADDRINUSE": {
        const [words] = await takenWords([{ transport, port }]);
        throw new KernelError(doing, error.code, words!);
      }
      case "EACCES":
        throw new KernelError(doing, error.code, "ports below 1024 are root's; publish a higher one");
      default:
        throw new KernelError(doing, error.code, error.words);
    }
  }
};
