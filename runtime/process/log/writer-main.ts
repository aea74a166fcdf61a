/**
 * The log writer of a system, a process of its own: `node writer-main.js SYSTEM STATE-ROOT`. It reads the pipes that programs write
 * to, and writes their logs; and it notes how jobs end while nobody else does (`end-watcher.ts`). It sleeps until
 * something is written, and outlives the orchestrator. It ends with 0 where it is not needed: another one has the lock, the
 * system's directory is gone, or it was asked to (SIGTERM).
 */
import { closeSync, type FSWatcher, rmSync, watch } from "node:fs";
import { createServer, type Socket } from "node:net";
import { isRefusal, kernelErrorOf, refusedWith } from "../../kernel-error.ts";
import { isLockAt } from "../../lock-file.ts";
import { addressIn } from "../../socket-address.ts";
import { EndWatcher } from "../end-watcher.ts";
import { findInits } from "../process-scan.ts";
import { logName, SystemState } from "../state.ts";
import { outputFd } from "./output-pipe.ts";
import { LogPipes } from "./pipes.ts";
import { becomeWriter } from "./writer-lock.ts";
import {
  lineSplitter,
  parseRequest,
  printAnswer,
  type WriterAnswer,
  type WriterRequest,
  writerSocket,
} from "./writer-protocol.ts";

const [system = "", root = ""] = process.argv.slice(2);
const state = new SystemState(system, root);
const pipes = new LogPipes(`${state.directory}/logs`);

const ends = new EndWatcher(state);

const perform = (request: WriterRequest): number =>
  request.ask === "take" ? pipes.take(request.log, request.pipe) : pipes.flush(request.log);

const answerTo = (request: WriterRequest): WriterAnswer => {
  const { id } = request;
  try {
    return { _tag: "done", id, length: perform(request) };
  } catch (thrown) {
    const error = kernelErrorOf("write a log", thrown) as Error & { code?: string; words?: string };
    return { _tag: "failed", id, code: error.code ?? "EIO", words: error.words ?? error.message };
  }
};

const serve = (socket: Socket): void => {
  const split = lineSplitter((line) => {
    const request = parseRequest(line);
    if (request === null) socket.destroy();
    else socket.write(`${printAnswer(answerTo(request))}\n`);
  });
  socket.setEncoding("utf8").on("data", split);
  socket.on("error", () => socket.destroy()); // its client is gone
};

/** Milliseconds until something is tried again: a directory made that is being removed, or that the disk had no room for. */
const againAfterMs = 1_000;

let takeLater: NodeJS.Timeout | undefined;

/**
 * Takes the pipes of all instances that run: those that an earlier writer had. One whose log cannot be made, as on a
 * full disk, is tried again later: its output waits in the pipe.
 */
const takeAll = (): void => {
  clearTimeout(takeLater);
  let isComplete = true;
  for (const { pid, startTime, automaton, index } of findInits(state))
    try {
      pipes.take(logName(automaton, index), { pid, startTime, fd: outputFd });
    } catch (error) {
      if (!isRefusal(error)) throw error;
      // Ended meanwhile, or of an earlier version, which had programs write to their logs themselves.
      if (!refusedWith(error, "ENOENT", "ESRCH", "EACCES", "EPERM", "ENXIO")) isComplete = false;
    }
  if (!isComplete) takeLater = setTimeout(takeAll, againAfterMs);
};

/** The lock, or null where there is nothing to do: another one has it, or the system is gone. */
const lock = (): number | null => {
  try {
    return becomeWriter(state.logWriterLock);
  } catch (error) {
    if (refusedWith(error, "ENOENT")) return null;
    throw error;
  }
};

const server = createServer(serve);
let listenLater: NodeJS.Timeout | undefined;

/** Listens, in the place of a socket that was removed too; where the disk has no room for one, as soon as it has. */
const listen = (): void => {
  const again = (): void => {
    listenLater = setTimeout(listen, againAfterMs);
  };
  clearTimeout(listenLater);
  server.close(); // its connections go on
  try {
    rmSync(`${state.directory}/${writerSocket}`, { force: true });
    const { path, release } = addressIn(state.directory, writerSocket);
    server.removeAllListeners("error").once("error", () => {
      release();
      again();
    });
    server.listen(path, release);
  } catch (error) {
    if (!isRefusal(error)) throw error;
    again();
  }
};

/**
 * Calls back when a file has been changed or removed, or one in a directory, with its name where that is known; never where
 * it is not there, or the user has no watches left.
 */
const whenChanged = (path: string, onChange: (name: string | null) => void): FSWatcher | null => {
  try {
    return watch(path, (_, name) => onChange(name));
  } catch (error) {
    if (refusedWith(error, "EMFILE", "ENOSPC", "ENOENT")) return null;
    throw error;
  }
};

/** The lock that is held; null before there is one. */
let held: number | null = null;

/** Takes the lock, where it was removed a new one; ends the process where it is not to be the log writer (any more). */
const takeLock = (): number => {
  if (held !== null) {
    if (pipes.isEmpty) process.exit(0);
    // Made again.
    void state.logs;
    void state.processes;
  }
  const fd = lock();
  if (fd === null) process.exit(0);
  // Not before: what it takes of a full disk nobody else is to have.
  if (held !== null) closeSync(held);
  held = fd;
  return fd;
};

/** Begins to be the system's log writer; where the disk has no room for its files, as soon as it has. */
const begin = (): void => {
  let fd: number;
  try {
    fd = takeLock();
  } catch (error) {
    if (!isRefusal(error)) throw error;
    setTimeout(begin, againAfterMs);
    return;
  }
  takeAll();
  listen();
  // Before the first look, so that nothing is missed between the two.
  const processes = whenChanged(`${state.directory}/processes`, (file) =>
    file === null ? ends.lookAtAll() : ends.lookAt(file),
  );
  ends.lookAtAll();
  const watcher = whenChanged(state.logWriterLock, () => {
    if (isLockAt(state.logWriterLock, fd)) return;
    // Somebody removed the directory of the system. Its programs go on, and so do their logs.
    watcher?.close();
    processes?.close();
    setTimeout(begin, againAfterMs);
  });
};

process.on("SIGTERM", () => {
  pipes.flushAll();
  process.exit(0);
});
process.on("SIGHUP", () => undefined);
begin();
