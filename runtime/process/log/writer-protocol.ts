/**
 * What is asked of a log writer over its socket, and what it answers, in any order. Each is a line of words, which are
 * simple enough to be read without a library: the writer is to be there soon.
 */

/** Where the reading end of a pipe is: a descriptor of a process. */
export interface PipeEnd {
  readonly pid: number;
  readonly startTime: number;
  readonly fd: number;
}

/** Asks for something about a log, which `log` names: the name of its file. */
export type WriterRequest =
  /** Writes what comes through a pipe to the log. Answered once the writer has the pipe open. */
  | { readonly ask: "take"; readonly id: number; readonly log: string; readonly pipe: PipeEnd }
  /** Writes what the log's pipes hold now. */
  | { readonly ask: "flush"; readonly id: number; readonly log: string };

/** The answer to the request of the same number: the length of the log, in bytes, or the error that it met. */
export type WriterAnswer =
  | { readonly _tag: "done"; readonly id: number; readonly length: number }
  | { readonly _tag: "failed"; readonly id: number; readonly code: string; readonly words: string };

/** The name of the socket, in the directory of the system. */
export const writerSocket = "log-writer.socket";

/** A request as a line, without its end. */
export const printRequest = (request: WriterRequest): string => {
  const { ask, id, log } = request;
  if (ask === "flush") return `flush ${id} ${log}`;
  const { pid, startTime, fd } = request.pipe;
  return `take ${id} ${log} ${pid} ${startTime} ${fd}`;
};

// A log is a file in the directory of logs, and in no other.
const requestForm = /^(?:flush (\d+) ([^\s/]+)|take (\d+) ([^\s/]+) (\d+) (\d+) (\d+))$/;

/** The request that a line holds; null for none. */
export const parseRequest = (line: string): WriterRequest | null => {
  const [, flushId, flushed, takeId, taken, pid, startTime, fd] = requestForm.exec(line) ?? [];
  if (flushed !== undefined) return { ask: "flush", id: Number(flushId), log: flushed };
  if (taken === undefined) return null;
  const pipe = { pid: Number(pid), startTime: Number(startTime), fd: Number(fd) };
  return { ask: "take", id: Number(takeId), log: taken, pipe };
};

/** An answer as a line, without its end. */
export const printAnswer = (answer: WriterAnswer): string =>
  answer._tag === "done"
    ? `done ${answer.id} ${answer.length}`
    : `failed ${answer.id} ${answer.code} ${answer.words.replaceAll("\n", " ")}`;

const answerForm = /^(?:done (\d+) (\d+)|failed (\d+) (\S+) (.*))$/;

/** The answer that a line holds; null for none. */
export const parseAnswer = (line: string): WriterAnswer | null => {
  const [, doneId, length, failedId, code, words] = answerForm.exec(line) ?? [];
  if (length !== undefined) return { _tag: "done", id: Number(doneId), length: Number(length) };
  if (code === undefined) return null;
  return { _tag: "failed", id: Number(failedId), code, words: words! };
};

/** Cuts what comes over a socket into lines. */
export const lineSplitter = (onLine: (line: string) => void): ((text: string) => void) => {
  let rest = "";
  return (text) => {
    const lines = (rest + text).split("\n");
    rest = lines.pop()!;
    for (const line of lines) onLine(line);
  };
};
