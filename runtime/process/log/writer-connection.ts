/** A connection to a log writer: requests, each with its answer. */
import { connect, type Socket } from "node:net";
import { KernelError } from "../../kernel-error.ts";
import { addressIn } from "../../socket-address.ts";
import {
  lineSplitter,
  parseAnswer,
  printRequest,
  type WriterRequest,
  writerSocket,
} from "./writer-protocol.ts";

const operation = "ask the log writer";

/** A request without its number. */
export type Question = WriterRequest extends infer One
  ? One extends WriterRequest
    ? Omit<One, "id">
    : never
  : never;

interface Waiting {
  readonly resolve: (length: number) => void;
  readonly reject: (error: Error) => void;
}

/** One connection. It keeps the process alive only while an answer is awaited. */
export class WriterConnection {
  readonly #socket: Socket;
  readonly #waiting = new Map<number, Waiting>();
  #nextId = 0;
  /** Resolves when it is closed, by either side. */
  readonly closed: Promise<void>;

  private constructor(socket: Socket) {
    this.#socket = socket;
    socket.setEncoding("utf8").on(
      "data",
      lineSplitter((line) => this.#answered(line)),
    );
    this.closed = new Promise((resolve) => {
      socket.on("close", () => {
        const lost = new KernelError(operation, "EPIPE", "it ended before it answered");
        for (const { reject } of this.#waiting.values()) reject(lost);
        this.#waiting.clear();
        resolve();
      });
    });
    socket.on("error", () => socket.destroy());
    socket.unref();
  }

  /** Connects to the log writer of the system with this directory; null where none listens. */
  static open(directory: string): Promise<WriterConnection | null> {
    return new Promise((resolve) => {
      let address: { readonly path: string; readonly release: () => void };
      try {
        address = addressIn(directory, writerSocket);
      } catch {
        resolve(null); // there is no such directory (yet)
        return;
      }
      const socket = connect({ path: address.path });
      socket.once("error", () => {
        address.release();
        resolve(null);
      });
      socket.once("connect", () => {
        address.release();
        socket.removeAllListeners("error");
        resolve(new WriterConnection(socket));
      });
    });
  }

  /** The length of the log that is asked about, in bytes. Throws the writer's `KernelError`, or EPIPE where the connection is lost. */
  ask(question: Question): Promise<number> {
    const id = this.#nextId++;
    return new Promise((resolve, reject) => {
      if (this.#socket.destroyed) {
        reject(new KernelError(operation, "EPIPE", "it has ended"));
        return;
      }
      this.#waiting.set(id, { resolve, reject });
      this.#socket.ref();
      this.#socket.write(`${printRequest({ ...question, id })}\n`);
    });
  }

  close(): void {
    this.#socket.destroy();
  }

  #answered(line: string): void {
    const answer = parseAnswer(line);
    if (answer === null) {
      this.close();
      return;
    }
    const waiting = this.#waiting.get(answer.id);
    this.#waiting.delete(answer.id);
    if (this.#waiting.size === 0) this.#socket.unref();
    if (answer._tag === "done") waiting?.resolve(answer.length);
    else waiting?.reject(new KernelError("write the output of a program", answer.code, answer.words));
  }
}
