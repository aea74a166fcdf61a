/** Reading logs: the last lines, and then what comes. */
import { type FileHandle, open, stat } from "node:fs/promises";
import { setTimeout as sleep } from "node:timers/promises";
import { refusedWith } from "../../kernel-error.ts";
import { firstByte } from "./bounded-file.ts";
import { LogTimes, lengthAt } from "./times.ts";

const chunkSize = 64 * 1024;
const newline = 0x0a;
const lookMs = 100;

const readAt = async (file: FileHandle, from: number, to: number): Promise<Buffer> => {
  const buffer = Buffer.alloc(Math.max(0, to - from));
  const { bytesRead } = await file.read(buffer, 0, buffer.length, from);
  return buffer.subarray(0, bytesRead);
};

/** The offset behind the first newline from `begin` on. */
const afterNewline = async (file: FileHandle, begin: number, size: number): Promise<number> => {
  for (let from = begin; from < size; from += chunkSize) {
    const index = (await readAt(file, from, Math.min(size, from + chunkSize))).indexOf(newline);
    if (index !== -1) return from + index + 1;
  }
  return size;
};

/** Where the first whole line of the file begins: what stood before it may have been cut. */
const firstLine = async (file: FileHandle, size: number): Promise<number> => {
  const begin = firstByte(file.fd);
  return begin === 0 ? 0 : afterNewline(file, begin, size);
};

/** The offset at which the last `lines` lines of the file begin. */
const startOfLast = async (file: FileHandle, size: number, lines: number): Promise<number> => {
  const begin = firstByte(file.fd);
  let wanted = lines;
  for (let to = size; to > begin && lines > 0; to -= chunkSize) {
    const from = Math.max(begin, to - chunkSize);
    const chunk = await readAt(file, from, to);
    for (let index = chunk.length - 1; index >= 0; index--) {
      // The newline that ends the file begins no line.
      if (chunk[index] !== newline || from + index === size - 1) continue;
      wanted--;
      if (wanted === 0) return from + index + 1;
    }
  }
  return lines === 0 ? size : firstLine(file, size);
};

/** The offset at which the line begins that goes on at `offset`; where its beginning was cut, the next one. */
const lineStart = async (file: FileHandle, offset: number, size: number): Promise<number> => {
  const begin = firstByte(file.fd);
  for (let to = Math.min(offset, size); to > begin; to -= chunkSize) {
    const from = Math.max(begin, to - chunkSize);
    const index = (await readAt(file, from, to)).lastIndexOf(newline);
    if (index !== -1) return from + index + 1;
  }
  return firstLine(file, size);
};

/** Which of the lines that are there. */
export interface Past {
  /** How many of the last lines; Infinity for all. */
  readonly lines: number;
  /** Of those only what was written from this moment on, in milliseconds since 1970; to half a second. */
  readonly since?: number;
  /** Whether what has no end yet is a line. */
  readonly unfinished: boolean;
}

/** A line of a log. */
export interface LogLine {
  /** Without its end. */
  readonly text: string;
  /** When it was there, in milliseconds since 1970; to half a second. */
  readonly time: number;
}

const openIfThere = async (path: string): Promise<FileHandle | null> => {
  try {
    return await open(path, "r");
  } catch (error) {
    if (refusedWith(error, "ENOENT")) return null;
    throw error;
  }
};

/** The number of the file that the path means; null where there is none. */
const inodeAt = async (path: string): Promise<number | null> => {
  try {
    return (await stat(path)).ino;
  } catch (error) {
    if (refusedWith(error, "ENOENT")) return null;
    throw error;
  }
};

/** Cuts bytes into lines; the last one waits for its end. */
class Lines {
  #rest = Buffer.alloc(0);

  /** `offset`: of the first of the bytes. With each line, the offset behind it. */
  *push(bytes: Buffer, offset: number): Generator<readonly [text: string, end: number]> {
    const begin = offset - this.#rest.length;
    const all = this.#rest.length === 0 ? bytes : Buffer.concat([this.#rest, bytes]);
    let start = 0;
    for (let end = all.indexOf(newline); end !== -1; end = all.indexOf(newline, start)) {
      yield [all.toString("utf8", start, end), begin + end + 1];
      start = end + 1;
    }
    this.#rest = Buffer.from(all.subarray(start));
  }

  /** What waits for its end, if anything. */
  finish(): string | null {
    const rest = this.#rest.length > 0 ? this.#rest.toString("utf8") : null;
    this.#rest = Buffer.alloc(0);
    return rest;
  }
}

/** A place in a log, which goes on with it: also where the log is cut, begun anew, or replaced. */
export class LogReader {
  readonly path: string;
  readonly #lines = new Lines();
  #file: FileHandle | null = null;
  #offset = 0;

  constructor(path: string) {
    this.path = path;
  }

  /** What is there when this is called, the oldest first; a log that is not there is empty. */
  async *past({ lines, since, unfinished }: Past): AsyncGenerator<LogLine> {
    await this.close();
    this.#file = await openIfThere(this.path);
    const file = this.#file;
    if (file === null) return;
    const { size, mtimeMs } = await file.stat();
    const last = await startOfLast(file, size, lines);
    const young = (moment: number): Promise<number> => lineStart(file, lengthAt(this.path, moment), size);
    if (since === undefined) this.#offset = last;
    // What stands behind the last mark was not written later than the log was changed.
    else this.#offset = mtimeMs < since ? size : Math.max(last, await young(since));
    const times = new LogTimes(this.path);
    for await (const [text, end] of this.#read(file, size)) yield { text, time: times.at(end) ?? mtimeMs };
    const rest = unfinished ? this.#lines.finish() : null;
    if (rest !== null) yield { text: rest, time: times.at(size) ?? mtimeMs };
  }

  /** What was written since; of a log that came in its place, all. */
  async *more(): AsyncGenerator<LogLine> {
    for (;;) {
      this.#file ??= await openIfThere(this.path);
      const file = this.#file;
      if (file === null) return;
      // Looked at before reading: what was written before the file was replaced is read then.
      const isReplaced = (await inodeAt(this.path)) !== (await file.stat()).ino;
      const { size } = await file.stat();
      if (size < this.#offset) this.#offset = 0; // begun anew
      for await (const [text] of this.#read(file, size)) yield { text, time: Date.now() };
      if (!isReplaced) return;
      const rest = this.#lines.finish();
      if (rest !== null) yield { text: rest, time: Date.now() };
      await this.close();
    }
  }

  async close(): Promise<void> {
    await this.#file?.close();
    this.#file = null;
    this.#offset = 0;
    this.#lines.finish();
  }

  async *#read(file: FileHandle, size: number): AsyncGenerator<readonly [text: string, end: number]> {
    while (this.#offset < size) {
      const offset = this.#offset;
      const bytes = await readAt(file, offset, Math.min(size, offset + chunkSize));
      // Looked at after reading: what is given back meanwhile reads as zeros.
      if (firstByte(file.fd) > offset) {
        const rest = this.#lines.finish();
        yield ["[lines were given back before they were read]", offset];
        if (rest !== null) yield [rest, offset];
        this.#offset = await firstLine(file, size);
        continue;
      }
      if (bytes.length === 0) return;
      this.#offset += bytes.length;
      yield* this.#lines.push(bytes, offset);
    }
  }
}

/** Which lines `readLog` reads: of those there are, and of those to come. */
export interface ReadLog {
  readonly lines: number;
  readonly since?: number;
  /** Goes on with what is written from now on, until aborted. Without it, ends at the end. */
  readonly follow?: AbortSignal;
}

/** The texts of the lines of one log, oldest first. Followed, a log that is not there is waited for. */
export async function* readLog(path: string, { follow, ...past }: ReadLog): AsyncGenerator<string> {
  const reader = new LogReader(path);
  try {
    for await (const { text } of reader.past({ ...past, unfinished: follow === undefined })) yield text;
    while (follow !== undefined) {
      const { aborted } = follow;
      for await (const { text } of reader.more()) yield text;
      if (aborted) return;
      // The only reason not to sleep on is the abort, which is looked at.
      await sleep(lookMs, undefined, { signal: follow }).catch(() => undefined);
    }
  } finally {
    await reader.close();
  }
}
