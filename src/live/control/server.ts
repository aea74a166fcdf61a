/** The orchestrator's side of the control socket. */
import { chmodSync, rmSync } from "node:fs";
import { createServer, type Server, type Socket } from "node:net";
import { type Either, isLeft, left } from "fp-ts/lib/Either.js";
import { addressIn } from "./address.ts";
import { Lines, parseLine } from "./lines.ts";
import {
  type LiveEvent,
  type Refusal,
  type Reply,
  type Request,
  type Result,
  request,
  type Verb,
} from "./messages.ts";

export type Handlers = {
  readonly [V in Exclude<Verb, "events">]: (
    request: Extract<Request, { readonly request: V }>,
  ) => Promise<Either<Refusal, Result<V>>>;
};

const idOf = (message: unknown): number => {
  const id = typeof message === "object" && message !== null && "id" in message ? message.id : null;
  return typeof id === "number" ? id : -1;
};

/** Bytes that may wait for a client to read them: as many as its longest line may have. */
const mostUnread = 256 << 20;

/** Listens in a directory that must be the owner's alone, and must be locked by the caller. */
export class ControlServer {
  readonly #handlers: Handlers;
  #server: Server | null = null;
  readonly #sockets = new Set<Socket>();
  /** Who listens to events, and under which id. */
  readonly #listeners = new Map<Socket, Set<number>>();
  readonly #pending = new Set<Promise<void>>();
  #path = "";

  constructor(handlers: Handlers) {
    this.#handlers = handlers;
  }

  /**
   * A socket of an orchestrator that died is replaced; so is its own, if that was taken
   * away. Connections stay.
   */
  async listen(directory: string): Promise<void> {
    // On its way out a server takes away what is at its path: it must be gone before.
    this.#end();
    const server = createServer((socket) => this.#accept(socket));
    const { path, release } = addressIn(directory);
    this.#path = path;
    try {
      rmSync(path, { force: true });
      await new Promise<void>((resolve, reject) => {
        server.once("error", reject);
        server.listen(path, resolve);
      });
      chmodSync(path, 0o600);
      this.#server = server;
    } finally {
      release();
    }
  }

  /** Takes no more connections. */
  #end(): void {
    this.#server?.close();
    this.#server = null;
  }

  publish(event: LiveEvent): void {
    for (const [socket, ids] of this.#listeners) for (const id of ids) this.#send(socket, { id, event });
  }

  /** Answers what was asked, then hangs up. */
  async close(): Promise<void> {
    this.#end();
    await Promise.allSettled([...this.#pending]);
    for (const socket of this.#sockets) socket.end();
    // A client that does not hang up must not keep an orchestrator alive.
    const patience = setTimeout(() => {
      for (const socket of this.#sockets) socket.destroy();
    }, 1_000);
    await Promise.all(
      [...this.#sockets].map(
        (socket) => new Promise<void>((resolve) => socket.once("close", () => resolve())),
      ),
    );
    clearTimeout(patience);
    rmSync(this.#path, { force: true });
  }

  #accept(socket: Socket): void {
    this.#sockets.add(socket);
    socket.setEncoding("utf8");
    const lines = new Lines((line) => {
      const work = this.#answer(socket, parseLine(line)).finally(() => this.#pending.delete(work));
      this.#pending.add(work);
    });
    socket.on("data", (text: string) => {
      if (!lines.push(text)) socket.destroy();
    });
    // Whoever hung up will not read the answer: nothing else is to be done.
    socket.on("error", () => socket.destroy());
    socket.on("close", () => {
      this.#sockets.delete(socket);
      this.#listeners.delete(socket);
    });
  }

  async #answer(socket: Socket, message: unknown): Promise<void> {
    const decoded = request.decode(message);
    if (isLeft(decoded)) {
      this.#send(socket, { id: idOf(message), refusal: { message: "the request is not understood" } });
      return;
    }
    const asked = decoded.right;
    if (asked.request === "events") {
      this.#listeners.set(socket, (this.#listeners.get(socket) ?? new Set()).add(asked.id));
      this.#send(socket, { id: asked.id, result: null });
      return;
    }
    const handle = this.#handlers[asked.request] as (of: Request) => Promise<Either<Refusal, unknown>>;
    // An error of ours is told to who asked, and does not end what everybody depends on.
    const done = await handle(asked).catch((error: unknown) => left({ message: `internal error: ${error}` }));
    this.#send(
      socket,
      isLeft(done) ? { id: asked.id, refusal: done.left } : { id: asked.id, result: done.right },
    );
  }

  #send(socket: Socket, reply: Reply): void {
    if (!socket.writable) return;
    // Who asks for events and reads none must not fill the memory of who sends them.
    if (socket.writableLength > mostUnread) socket.destroy();
    else socket.write(`${JSON.stringify(reply)}\n`);
  }
}
