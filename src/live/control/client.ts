/** The other side of the control socket: commands that speak to a running orchestrator. */
import { connect, type Socket } from "node:net";
import { type Either, isLeft, left, right } from "fp-ts/lib/Either.js";
import type * as t from "io-ts";
import { kernelErrorOf, refusedWith } from "../../../runtime/kernel-error.ts";
import type { Address } from "../../../runtime/socket-address.ts";
import { trustedAddressIn } from "./address.ts";
import { Lines, parseLine } from "./lines.ts";
import {
  type LiveEvent,
  type Refusal,
  type Request,
  type Result,
  reply,
  results,
  type Verb,
} from "./messages.ts";

export type Asked<V extends Verb> = Omit<Extract<Request, { readonly request: V }>, "id" | "request">;

interface Waiting {
  readonly decoder: t.Mixed;
  readonly resolve: (done: Either<Refusal, unknown>) => void;
}

/** Where it returns a promise, no more events are read until that resolves. */
type OnEvent = (event: LiveEvent) => unknown;

const hungUp: Refusal = { message: "the orchestrator ended before it answered" };

export class ControlClient {
  readonly #socket: Socket;
  readonly #waiting = new Map<number, Waiting>();
  readonly #closed: Promise<void>;
  #onEvent: OnEvent | null = null;
  #nextId = 0;

  private constructor(socket: Socket) {
    this.#socket = socket;
    socket.setEncoding("utf8");
    const lines = new Lines((line) => this.#take(line));
    socket.on("data", (text: string) => {
      if (!lines.push(text)) socket.destroy();
    });
    this.#closed = new Promise((resolve) => {
      socket.on("close", () => {
        for (const { resolve: tell } of this.#waiting.values()) tell(left(hungUp));
        this.#waiting.clear();
        resolve();
      });
    });
    socket.on("error", () => socket.destroy());
  }

  /**
   * Null where nobody listens: the system has no orchestrator. Rejects with a `KernelError`
   * where somebody else may have put the socket there.
   */
  static async open(directory: string): Promise<ControlClient | null> {
    let address: Address;
    try {
      address = trustedAddressIn(directory);
    } catch (error) {
      if (refusedWith(error, "ENOENT")) return null;
      throw kernelErrorOf(`use ${directory}`, error);
    }
    return new Promise((resolve, reject) => {
      const socket = connect(address.path);
      const done = (): void => {
        address.release();
        socket.removeAllListeners("error");
      };
      socket.once("connect", () => {
        done();
        resolve(new ControlClient(socket));
      });
      socket.once("error", (error: NodeJS.ErrnoException) => {
        done();
        if (error.code === "ENOENT" || error.code === "ECONNREFUSED") resolve(null);
        else reject(error);
      });
    });
  }

  async ask<V extends Verb>(verb: V, asked: Asked<V>): Promise<Either<Refusal, Result<V>>> {
    const id = this.#nextId++;
    if (this.#socket.destroyed) return left(hungUp);
    const answer = new Promise<Either<Refusal, unknown>>((resolve) => {
      this.#waiting.set(id, { decoder: results[verb], resolve });
    });
    this.#socket.write(`${JSON.stringify({ ...asked, id, request: verb })}\n`);
    return (await answer) as Either<Refusal, Result<V>>;
  }

  /**
   * Hands on every event from now on, and before that what happened since a moment
   * (milliseconds since 1970). Resolves once the orchestrator has sent what is past.
   */
  async listen(onEvent: OnEvent, since?: number): Promise<Either<Refusal, null>> {
    this.#onEvent = onEvent;
    return this.ask("events", since === undefined ? {} : { since });
  }

  /** Resolves when the connection has ended, by whichever side. */
  get closed(): Promise<void> {
    return this.#closed;
  }

  /** Hangs up without waiting for the other side. */
  destroy(): void {
    this.#socket.destroy();
  }

  close(): void {
    this.#socket.end();
  }

  #take(line: string): void {
    const decoded = reply.decode(parseLine(line));
    if (isLeft(decoded)) {
      // Nothing that follows could be trusted to answer what was asked.
      this.#socket.destroy();
      return;
    }
    const message = decoded.right;
    if ("event" in message) {
      const taken = this.#onEvent?.(message.event);
      if (!(taken instanceof Promise)) return;
      this.#socket.pause();
      void taken.finally(() => this.#socket.resume());
      return;
    }
    const waiting = this.#waiting.get(message.id);
    this.#waiting.delete(message.id);
    waiting?.resolve(
      "refusal" in message ? left(message.refusal) : resultOf(waiting.decoder, message.result),
    );
  }
}

const resultOf = (decoder: t.Mixed, result: unknown): Either<Refusal, unknown> => {
  const decoded = decoder.decode(result);
  return isLeft(decoded)
    ? left({ message: "the orchestrator answered in words of another version" })
    : right(decoded.right);
};
