/** Reading logs: the last lines, and then what comes. */
import { type FileHandle, open, stat } from "node:fs/promises";
import { setTimeout as sleep } from "node:timers/promises";
import { refusedWith } from "../kernel-error.ts";
import { firstByte } from "./log.ts";
import { lengthAt } from "./log-times.ts";

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

/** The offset at which the line begins that goes on at `offset`. */
const lineStart = async (file: FileHandle, offset: number): Promise<number> => {
  for (let to = offset; to > 0; to -= chunkSize) {
    const from = Math.max(0, to - chunkSize);
    const index = (await readAt(file, from, to)).lastIndexOf(newline);
    if (index !== -1) return from + index + 1;
  }
  return 0;
};

export interface ReadLog {
  /** How many of the lines that are there already; Infinity for all. */
  readonly lines: number;
  /** Of those only what was written from this moment on, in milliseconds since 1970; to half a second. */
  readonly since?: number;
  /** Goes on with what is written from now on, until aborted. Without it, ends at the end. */
  readonly follow?: AbortSignal;
}

const openIfThere = async (path: string): Promise<FileHandle | null> => {
  try {
    return await open(path, "r");
  } catch (error) {
    if (refusedWith(error, "ENOENT")) return null;
    throw error;
  }
};

/** Whether the path means another file by now. */
const isReplaced = async (file: FileHandle, path: string): Promise<boolean> => {
  try {
    return (await stat(path)).ino !== (await file.stat()).ino;
  } catch (error) {
    if (refusedWith(error, "ENOENT")) return true;
    throw error;
  }
};

const wait = async (signal: AbortSignal): Promise<void> => {
  // The only reason not to sleep on is the abort, which the caller looks at.
  await sleep(lookMs, undefined, { signal }).catch(() => undefined);
};

/** Cuts bytes into lines; the last one waits for its end. */
class Lines {
  #rest = Buffer.alloc(0);

  *push(bytes: Buffer): Generator<string> {
    const all = this.#rest.length === 0 ? bytes : Buffer.concat([this.#rest, bytes]);
    let start = 0;
    for (let end = all.indexOf(newline); end !== -1; end = all.indexOf(newline, start)) {
      yield all.toString("utf8", start, end);
      start = end + 1;
    }
    this.#rest = Buffer.from(all.subarray(start));
  }

  *finish(): Generator<string> {
    if (this.#rest.length > 0) yield this.#rest.toString("utf8");
    this.#rest = Buffer.alloc(0);
  }
}

/** The lines of one open file from an offset on, until it ends or is replaced. */
async function* readFrom(
  file: FileHandle,
  path: string,
  start: number,
  follow?: AbortSignal,
): AsyncGenerator<string> {
  const lines = new Lines();
  let offset = start;
  for (;;) {
    const { size } = await file.stat();
    if (size < offset) offset = 0; // started anew
    const begin = firstByte(file.fd);
    if (offset < begin && offset < size) {
      yield "[lines were given back before they were read]";
      yield* lines.finish();
      offset = await firstLine(file, size);
    }
    while (offset < size) {
      const bytes = await readAt(file, offset, Math.min(size, offset + chunkSize));
      if (bytes.length === 0) break;
      offset += bytes.length;
      yield* lines.push(bytes);
    }
    if (follow === undefined || follow.aborted) break;
    // Looked at before waiting: what was written before it was replaced is read by now.
    if ((await isReplaced(file, path)) && (await file.stat()).size === offset) break;
    await wait(follow);
    if (follow.aborted) break;
  }
  yield* lines.finish();
}

/**
 * The lines of a log, oldest first, each without its end. A log that is not there is
 * empty; followed, it is waited for.
 */
export async function* readLog(path: string, { lines, since, follow }: ReadLog): AsyncGenerator<string> {
  let wanted = lines;
  do {
    const file = await openIfThere(path);
    if (file !== null) {
      try {
        const { size } = await file.stat();
        const last = await startOfLast(file, size, wanted);
        const young = since === undefined ? 0 : await lineStart(file, Math.min(size, lengthAt(path, since)));
        yield* readFrom(file, path, Math.max(last, young), follow);
      } finally {
        await file.close();
      }
    } else if (follow !== undefined) await wait(follow);
    wanted = Number.POSITIVE_INFINITY; // a file that appears later is new from its first line
  } while (follow !== undefined && !follow.aborted);
}
