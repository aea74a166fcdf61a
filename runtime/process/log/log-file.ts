/** The log of an instance: its bounded file, with the marks of its times beside it. */
import { readSync, statSync } from "node:fs";
import { dirname } from "node:path";
import { isRefusal, refusedWith } from "../../kernel-error.ts";
import { ownDirectory } from "../state.ts";
import { BoundedFile, usualLimit } from "./bounded-file.ts";
import { timeMark, timesFile, timesLimit } from "./times.ts";

/** Milliseconds until a log that was removed is made again: `rm -r` of its directory is to be done with it. */
const againAfterMs = 1_000;
/** Milliseconds between two marks of a log that is written all the time. */
const markEveryMs = 500;

const buffer = Buffer.alloc(64 * 1024);

/** Reads what a pipe holds into the buffer: how many bytes; null for nothing now. */
const readNow = (pipe: number): number | null => {
  try {
    return readSync(pipe, buffer, 0, buffer.length, null);
  } catch (error) {
    if (refusedWith(error, "EAGAIN")) return null;
    throw error;
  }
};

/** The log of one instance, as the log writer has it open. */
export class LogFile {
  readonly path: string;
  #file: BoundedFile | null;
  /** When it was written last, in milliseconds since 1970. */
  #writtenAt: number;
  /** The last mark that was made: when, and of how many bytes. */
  #mark = { time: 0, size: 0 };
  /** When the file was first seen to be removed. */
  #removedAt: number | null = null;
  /** Bytes that could not be written. */
  #lost = 0;

  /** Opens the log, and makes it where it is not there. Throws the errors of open(2). */
  constructor(path: string) {
    this.path = path;
    this.#file = new BoundedFile(path, usualLimit);
    this.#writtenAt = statSync(path).mtimeMs;
  }

  /** Its length in bytes, with what was given back. */
  get size(): number {
    return this.#file?.size ?? 0;
  }

  /**
   * Appends what a pipe holds, 64 KiB at most, at `now` (milliseconds since 1970). Returns how many bytes; 0 at the end of the
   * pipe; null where nothing is in it now. What cannot be written (a full disk) is lost, and a line in the log says so as soon
   * as it can: a program neither waits nor fails because of its log.
   */
  moveFrom(pipe: number, now: number): number | null {
    try {
      const moved = this.#begin(now).appendFrom(pipe);
      if (moved !== null && moved > 0) this.#writtenAt = now;
      return moved;
    } catch (error) {
      if (!isRefusal(error)) throw error;
      const length = readNow(pipe);
      if (length !== null && length > 0) this.#write(buffer.subarray(0, length), now);
      return length;
    }
  }

  /** Closes the file. */
  close(): void {
    this.#file?.close();
    this.#file = null;
  }

  /** Writes what cannot be moved, on a file system that does not know how; or loses it. */
  #write(bytes: Uint8Array, now: number): void {
    let before = this.size;
    try {
      const file = this.#begin(now);
      before = file.size;
      file.append(bytes);
      this.#writtenAt = now;
    } catch (error) {
      if (!isRefusal(error)) throw error;
      this.#lost += bytes.length - Math.max(0, this.size - before);
    }
  }

  /** The file, with all in it that stands before what is written now. */
  #begin(now: number): BoundedFile {
    const file = this.#open(now);
    if (this.#removedAt === null) this.#markTime(file, now);
    if (this.#lost > 0) file.append(Buffer.from(`\n[${this.#lost} bytes of output were lost here]\n`));
    this.#lost = 0;
    return file;
  }

  /** The file that the path means; made again a second after it was removed. */
  #open(now: number): BoundedFile {
    if (this.#file?.isReplaced !== true) this.#removedAt = null;
    else if (this.#removedAt === null) this.#removedAt = now;
    else if (now - this.#removedAt >= againAfterMs) return this.#makeAgain();
    return this.#file ?? this.#makeAgain();
  }

  #makeAgain(): BoundedFile {
    ownDirectory(dirname(this.path));
    const file = new BoundedFile(this.path, usualLimit);
    this.close(); // not before: what a removed file takes of a full disk nobody else is to have
    this.#file = file;
    this.#removedAt = null;
    this.#mark = { time: 0, size: 0 };
    return file;
  }

  /**
   * Before more is written: notes how long the log has been since it was written last. So a mark costs no timer, and what no
   * mark tells yet was written when the file was changed.
   */
  #markTime({ size }: BoundedFile, now: number): void {
    if (size === this.#mark.size || now - this.#mark.time < markEveryMs) return;
    const times = new BoundedFile(timesFile(this.path), timesLimit);
    try {
      times.append(timeMark(this.#writtenAt, size));
      this.#mark = { time: this.#writtenAt, size };
    } finally {
      times.close();
    }
  }
}
