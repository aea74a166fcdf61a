/** The orchestrator's side of the control socket. */
import { chmodSync, lstatSync, renameSync, rmSync } from "node:fs";
import { createServer, type Server, type Socket } from "node:net";
import { join } from "node:path";
import { type Either, isLeft, left } from "fp-ts/lib/Either.js";
import { systemClock } from "../../../runtime/clock.ts";
import { KernelError, kernelErrorOf } from "../../../runtime/kernel-error.ts";
import { addressIn } from "../../../runtime/socket-address.ts";
import type { Clock } from "../../core/clock.ts";
import { counted } from "../../core/tally.ts";
import { socketPath } from "./address.ts";
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
} & {
  /** What happened from a moment on. */
  readonly history: (since: number) => readonly LiveEvent[];
};

const idOf = (message: unknown): number => {
  const id = typeof message === "object" && message !== null && "id" in message ? message.id : null;
  return typeof id === "number" ? id : -1;
};

/** Bytes that may wait for a client to read them: as many as its longest line may have. */
const mostUnread = 256 << 20;
/** Bytes of events that may wait: a client that reads slower than they come is told how many it missed. */
const mostUnreadEvents = 1 << 20;

/** A client that asked for events. */
interface Listener {
  /** The ids of its requests. */
  readonly ids: Set<number>;
  /** Events that were left out since the last one that was sent. */
  missed: number;
}

const missed = (count: number, time: string): LiveEvent => ({
  time,
  event: "missed",
  automaton: null,
  text: `${counted(count, "event was", "events were")} left out: they were not read in time`,
  causes: [],
});

/** What tells a file from any that takes its place; null where there is none. */
const identityOf = (path: string): string | null => {
  const stat = lstatSync(path, { throwIfNoEntry: false, bigint: true });
  return stat === undefined ? null : `${stat.dev} ${stat.ino} ${stat.ctimeNs}`;
};

/** Throws where in the place of the socket there is what is not ours to take away. */
const refuseOther = (path: string): void => {
  const stat = lstatSync(path, { throwIfNoEntry: false });
  if (stat === undefined || (stat.uid === process.getuid!() && !stat.isDirectory())) return;
  throw new KernelError(`listen at ${path}`, "EEXIST", "something else is there; remove it and try again");
};

/** Listens in a directory that must be the owner's alone, and must be locked by the caller. */
export class ControlServer {
  readonly #handlers: Handlers;
  readonly #clock: Clock;
  #server: Server | null = null;
  readonly #sockets = new Set<Socket>();
  readonly #listeners = new Map<Socket, Listener>();
  readonly #pending = new Set<Promise<void>>();
  #directory = "";
  /** The socket as it was made. */
  #standing: string | null = null;

  constructor(handlers: Handlers, clock: Clock = systemClock) {
    this.#handlers = handlers;
    this.#clock = clock;
  }

  /**
   * A socket of an orchestrator that died is replaced, and so is its own, if that was taken
   * away. Connections stay. Throws a `KernelError` where it cannot be.
   */
  async listen(directory: string): Promise<void> {
    const path = socketPath(directory);
    // Under another name at first: so the socket takes its place at once, and for its owner
    // alone; and a server that ends takes that name away, not what has the place by then.
    const name = `.control.${process.pid}`;
    const server = createServer((socket) => this.#accept(socket));
    try {
      refuseOther(path);
      const { path: address, release } = addressIn(directory, name);
      try {
        rmSync(address, { force: true });
        await new Promise<void>((resolve, reject) => {
          server.once("error", reject);
          server.listen(address, resolve);
        });
      } finally {
        release();
      }
      chmodSync(join(directory, name), 0o600);
      renameSync(join(directory, name), path);
    } catch (error) {
      server.close();
      throw kernelErrorOf(`listen at ${path}`, error);
    }
    this.#end();
    this.#server = server;
    this.#directory = directory;
    this.#standing = identityOf(path);
  }

  /** Whether clients still meet this server: not where its socket was taken away, or is another. */
  get stands(): boolean {
    return this.#standing !== null && identityOf(socketPath(this.#directory)) === this.#standing;
  }

  /** Takes no more connections. */
  #end(): void {
    this.#server?.close();
    this.#server = null;
  }

  publish(event: LiveEvent): void {
    for (const [socket, listener] of this.#listeners) {
      if (socket.writableLength > mostUnreadEvents) {
        listener.missed++;
        continue;
      }
      for (const id of listener.ids) {
        if (listener.missed > 0) this.#send(socket, { id, event: missed(listener.missed, event.time) });
        this.#send(socket, { id, event });
      }
      listener.missed = 0;
    }
  }

  /** Answers what was asked, then hangs up. */
  async close(): Promise<void> {
    this.#end();
    await Promise.allSettled([...this.#pending]);
    for (const socket of this.#sockets) socket.end();
    // A client that does not hang up must not keep an orchestrator alive.
    const stopWaiting = this.#clock.after(1_000, () => {
      for (const socket of this.#sockets) socket.destroy();
    });
    await Promise.all(
      [...this.#sockets].map(
        (socket) => new Promise<void>((resolve) => socket.once("close", () => resolve())),
      ),
    );
    stopWaiting();
    if (this.stands) rmSync(socketPath(this.#directory), { force: true });
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
      const listener = this.#listeners.get(socket) ?? { ids: new Set(), missed: 0 };
      listener.ids.add(asked.id);
      this.#listeners.set(socket, listener);
      const past = asked.since === undefined ? [] : this.#handlers.history(asked.since);
      for (const event of past) this.#send(socket, { id: asked.id, event });
      this.#send(socket, { id: asked.id, result: null });
      return;
    }
    const handle = this.#handlers[asked.request] as (of: Request) => Promise<Either<Refusal, unknown>>;
    // An error of ours is told to the client that asked, and does not end the orchestrator.
    const done = await handle(asked).catch((error: unknown) => left({ message: `internal error: ${error}` }));
    this.#send(
      socket,
      isLeft(done) ? { id: asked.id, refusal: done.left } : { id: asked.id, result: done.right },
    );
  }

  #send(socket: Socket, reply: Reply): void {
    if (!socket.writable) return;
    // A client that asks for events and reads none must not fill the orchestrator's memory.
    if (socket.writableLength > mostUnread) socket.destroy();
    else socket.write(`${JSON.stringify(reply)}\n`);
  }
}
