/**
 * The pipes that the programs of a system write to, each with the log that its output goes to. Output is moved within
 * the kernel, and what is not moved yet stays in the pipe: a program that writes faster than its log waits in its own write.
 */
import { closeSync, constants, fstatSync, openSync, statSync } from "node:fs";
import { KernelError } from "../../kernel-error.ts";
import { readStat } from "../proc.ts";
import { LogFile } from "./log-file.ts";
import { PipePoller } from "./pipe-poller.ts";
import type { PipeEnd } from "./writer-protocol.ts";

/** More bytes no program can have put into a pipe at one moment, unless it administers the machine. */
const mostInPipe = 1 << 20;

interface Log {
  readonly name: string;
  readonly file: LogFile;
  /** Descriptors of pipes, the oldest first, with the number that no other open pipe has. */
  readonly pipes: Map<number, number>;
}

/** Opens the reading end of a pipe anew. Throws a `KernelError` where that process has no such pipe (any more). */
const openPipe = ({ pid, startTime, fd }: PipeEnd): number => {
  const opened = openSync(`/proc/${pid}/fd/${fd}`, constants.O_RDONLY | constants.O_NONBLOCK);
  // Looked at after opening: it was opened of this process, and of no later one with its number.
  if (fstatSync(opened).isFIFO() && readStat(pid)?.startTime === startTime) return opened;
  closeSync(opened);
  throw new KernelError(`read the output of process ${pid}`, "ENXIO", "it has no such pipe");
};

/** All pipes of a system. A log has more than one only while an earlier program of its instance still writes. */
export class LogPipes {
  readonly #directory: string;
  readonly #logs = new Map<string, Log>();
  readonly #byPipe = new Map<number, Log>();
  readonly #poller = new PipePoller((pipes) => {
    for (const pipe of pipes) this.#ready(pipe);
  });

  /** `directory`: of the logs. */
  constructor(directory: string) {
    this.#directory = directory;
  }

  /** Whether no program writes to any of them. */
  get isEmpty(): boolean {
    return this.#byPipe.size === 0;
  }

  /**
   * Writes what comes through a pipe to a log from now on, behind what earlier pipes of the log hold. Nothing where it does so
   * already. Returns the log's length. Throws where the pipe or the log cannot be opened.
   */
  take(name: string, end: PipeEnd): number {
    const pipe = openPipe(end);
    let log: Log | undefined;
    try {
      const { ino } = fstatSync(pipe);
      log = this.#open(name);
      if ([...log.pipes.values()].includes(ino)) closeSync(pipe);
      else {
        this.#drain(log);
        this.#poller.add(pipe);
        log.pipes.set(pipe, ino);
        this.#byPipe.set(pipe, log);
      }
      return log.file.size;
    } catch (error) {
      closeSync(pipe);
      if (log?.pipes.size === 0) this.#forget(log);
      throw error;
    }
  }

  /** Writes what the pipes of a log hold now. Returns the log's length; 0 where there is none. */
  flush(name: string): number {
    const log = this.#logs.get(name);
    if (log !== undefined) this.#drain(log);
    return statSync(`${this.#directory}/${name}`, { throwIfNoEntry: false })?.size ?? 0;
  }

  /** Writes what all pipes hold now. */
  flushAll(): void {
    for (const log of this.#logs.values()) this.#drain(log);
  }

  #open(name: string): Log {
    const known = this.#logs.get(name);
    if (known !== undefined) return known;
    const log: Log = { name, file: new LogFile(`${this.#directory}/${name}`), pipes: new Map() };
    this.#logs.set(name, log);
    return log;
  }

  /** Takes no more of a pipe than it can hold, and then waits again: others have their turn. */
  #ready(pipe: number): void {
    const log = this.#byPipe.get(pipe);
    if (log === undefined) return;
    if (this.#move(pipe, log)) this.#close(pipe, log);
    else this.#poller.again(pipe);
  }

  #drain(log: Log): void {
    for (const pipe of log.pipes.keys()) this.#move(pipe, log);
  }

  /** Moves what is in a pipe to its log. Whether the pipe is at its end. */
  #move(pipe: number, { file }: Log): boolean {
    for (let moved = 0; moved < mostInPipe; ) {
      const more = file.moveFrom(pipe, Date.now());
      if (more === 0) return true;
      if (more === null) return false;
      moved += more;
    }
    return false;
  }

  #close(pipe: number, log: Log): void {
    this.#poller.remove(pipe);
    closeSync(pipe);
    this.#byPipe.delete(pipe);
    log.pipes.delete(pipe);
    if (log.pipes.size === 0) this.#forget(log);
  }

  #forget(log: Log): void {
    log.file.close();
    this.#logs.delete(log.name);
  }
}
