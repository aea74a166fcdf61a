/**
 * The log writer, for the process manager: it is started where there is none, and again where it has ended.
 * Without one nothing is lost and no program ends: output waits in the pipes, and programs once their pipes are full.
 */
import { spawn } from "node:child_process";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { KernelError } from "../../kernel-error.ts";
import { findProgram, searchPath } from "../find-program.ts";
import { processTarget } from "../kill-target.ts";
import { type Identity, identify } from "../proc.ts";
import { logWriterVariables } from "../process-scan.ts";
import { logName, type SystemState } from "../state.ts";
import type { Terminator } from "../terminator.ts";
import { type OutputPipe, outputFd } from "./output-pipe.ts";
import { type Question, WriterConnection } from "./writer-connection.ts";
import { findWriter } from "./writer-lock.ts";
import type { PipeEnd } from "./writer-protocol.ts";

const program = fileURLToPath(new URL("./writer-main.js", import.meta.url));
/** For what the pipes hold to be written, once it was asked to end. */
const graceMs = 5_000;
/** A log writer is there well before this, if it can be. */
const startMs = 20_000;
const lookMs = 5;
/** Between two starts of a writer that ends again and again. */
const pauseMs = 1_000;

/** So often a question is asked again. A writer that is killed can be met twice: its socket may take connections until it is gone. */
const mostLost = 5;

/** The first process of an instance, which has the instance's pipe open. */
export interface PipeHolder {
  readonly automaton: string;
  readonly index: number;
  readonly init: Identity;
}

/** The log writer of one system. It is connected to when it is needed. */
export class LogWriter {
  readonly #state: SystemState;
  /** Those whose pipes it is to have. */
  readonly #holders: () => Iterable<PipeHolder>;
  #connection: Promise<WriterConnection> | null = null;
  #startedAt = Number.NEGATIVE_INFINITY;
  /** Whether one was started that does not listen yet. */
  #isStarting = false;
  #isClosed = false;
  #self: Identity | null = null;

  constructor(state: SystemState, holders: () => Iterable<PipeHolder>) {
    this.#state = state;
    this.#holders = holders;
  }

  /** Makes sure that there is one from now on, as long as this is open. */
  ensure(): void {
    this.#connected().catch(() => undefined); // tried again at the next occasion
  }

  /** Has it write what comes through a new pipe to the log of an instance. Throws a `KernelError` where it cannot. */
  async take(automaton: string, index: number, pipe: OutputPipe): Promise<void> {
    this.#self ??= identify(process.pid)!;
    const end = { ...this.#self, fd: pipe.readEnd };
    await this.#ask(takeOf(automaton, index, end));
  }

  /**
   * Has it write what the pipe of an instance holds now. The length of the log then, in bytes; null where there is no
   * writer, or it does not answer within `limitMs`.
   */
  async flush(automaton: string, index: number, limitMs = 2_000): Promise<number | null> {
    const asked = this.#ask({ ask: "flush", log: logName(automaton, index) }).catch(() => null);
    const late = new AbortController();
    const limit = sleep(limitMs, null, { signal: late.signal, ref: false }).catch(() => null);
    try {
      return await Promise.race([asked, limit]);
    } finally {
      late.abort();
    }
  }

  /** Ends the writer, which writes what the pipes hold first, and comes back when it is gone. */
  async stop(terminator: Terminator): Promise<void> {
    this.close();
    // One that was just started may not hold the lock yet.
    for (;;) {
      const writer = findWriter(this.#state.logWriterLock);
      if (writer !== null) return terminator.end(processTarget([writer]), "stop the log writer", graceMs);
      if (!this.#isStarting) return;
      await sleep(lookMs);
    }
  }

  /** Ends the connection, for good. The writer goes on. */
  close(): void {
    this.#isClosed = true;
    void this.#connection?.then(
      (connection) => connection.close(),
      () => undefined,
    );
    this.#connection = null;
  }

  /** Asks again where the connection was lost: another writer has taken over. */
  async #ask(question: Question): Promise<number> {
    for (let lost = 0; ; lost++) {
      const connected = this.#connected();
      const connection = await connected;
      try {
        return await connection.ask(question);
      } catch (error) {
        const isLost = error instanceof KernelError && error.code === "EPIPE";
        if (!isLost || this.#isClosed || lost === mostLost) throw error;
        // Here, and not only when it is told to be closed, which is later.
        if (this.#connection === connected) this.#connection = null;
      }
    }
  }

  /** Rejects with ECANCELED when this is closed: a system that is gone gets no directories and no writer. */
  #connected(): Promise<WriterConnection> {
    if (this.#isClosed) return Promise.reject(closedError());
    if (this.#connection !== null) return this.#connection;
    const connection = this.#connect();
    this.#connection = connection;
    connection.then(
      (made) => made.closed.then(() => this.#lost(connection)),
      () => {
        if (this.#connection === connection) this.#connection = null;
      },
    );
    return connection;
  }

  /** Connects, to a writer that is started if need be, and hands over what an earlier one may not have seen. */
  async #connect(): Promise<WriterConnection> {
    const connection = (await WriterConnection.open(this.#state.directory)) ?? (await this.#start());
    for (const { automaton, index, init } of this.#holders())
      connection.ask(takeOf(automaton, index, { ...init, fd: outputFd })).catch(() => undefined); // it has ended
    return connection;
  }

  async #start(): Promise<WriterConnection> {
    if (this.#isClosed) throw closedError(); // meanwhile
    // The directories are made here: the writer makes none for a system that is gone.
    void this.#state.logs;
    void this.#state.processes;
    spawnWriter(this.#state);
    this.#startedAt = performance.now();
    this.#isStarting = true;
    try {
      while (performance.now() < this.#startedAt + startMs) {
        const connection = await WriterConnection.open(this.#state.directory);
        if (connection !== null) return connection;
        await sleep(lookMs);
      }
    } finally {
      this.#isStarting = false;
    }
    throw new KernelError("start the log writer", "ETIMEDOUT", `none listens after ${startMs} ms`);
  }

  #lost(connection: Promise<WriterConnection>): void {
    if (this.#connection !== connection) return;
    this.#connection = null;
    if (this.#isClosed) return;
    const wait = Math.max(0, this.#startedAt + pauseMs - performance.now());
    setTimeout(() => {
      if (!this.#isClosed) this.ensure();
    }, wait).unref();
  }
}

const closedError = (): KernelError =>
  new KernelError("ask the log writer", "ECANCELED", "its system is not looked after any more");

const takeOf = (automaton: string, index: number, pipe: PipeEnd): Question => ({
  ask: "take",
  log: logName(automaton, index),
  pipe,
});

/**
 * Starts a log writer that this process does not wait for, and a shell that starts it again where it is killed: there may
 * be no orchestrator to do so.
 */
const spawnWriter = (state: SystemState): void => {
  const { system, root } = state;
  const frugal = ["--max-old-space-size=16", "--max-semi-space-size=1"];
  const path = searchPath();
  const again = 'until "$@"; do sleep 1; done';
  const child = spawn(
    findProgram("sh", path, "/"),
    ["-c", again, "log-writer", process.execPath, ...frugal, program, system, root],
    { cwd: "/", detached: true, stdio: "ignore", env: { PATH: path, ...logWriterVariables(state) } },
  );
  child.on("error", () => undefined); // no writer comes to listen
  child.unref();
};
