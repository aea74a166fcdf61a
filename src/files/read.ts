/**
 * Source files: read as text, or refused with the reason. Only regular files are read (and
 * standard input), and no more of them than a bound, so that nothing is waited for that never
 * ends.
 */
import {
  closeSync,
  constants,
  fstatSync,
  lstatSync,
  openSync,
  readlinkSync,
  readSync,
  realpathSync,
  type Stats,
} from "node:fs";
import { getSystemErrorMap } from "node:util";
import { type Either, left, right } from "fp-ts/lib/Either.js";
import { grouped } from "../core/tally.ts";
import { decodeUtf8 } from "../core/utf8.ts";

/** Why a file cannot be read as a program. */
export interface Unreadable {
  /** `NotThere`: nothing is there, not even a link. */
  readonly _tag: "NotThere" | "NoFile" | "TooLarge";
  /** A sentence: `it is a directory`. */
  readonly reason: string;
}

const errnoOf = (error: unknown): NodeJS.ErrnoException => error as NodeJS.ErrnoException;

/** What an error of the system says of a file: in its own words, where there are no better ones. */
const unreadable = (path: string, error: NodeJS.ErrnoException): Unreadable => {
  switch (error.code) {
    case "ENOENT": {
      const reason = linkTo(path);
      return reason === null
        ? { _tag: "NotThere", reason: "there is no such file" }
        : { _tag: "NoFile", reason };
    }
    case "EISDIR":
      return { _tag: "NoFile", reason: "it is a directory" };
    case "ENXIO":
      return { _tag: "NoFile", reason: "it is a socket" };
    default: {
      const [, words] = getSystemErrorMap().get(error.errno ?? 0) ?? [];
      return { _tag: "NoFile", reason: words ?? error.message };
    }
  }
};

/** Of a link that leads nowhere. */
const linkTo = (path: string): string | null => {
  try {
    return lstatSync(path).isSymbolicLink()
      ? `it is a link to ${readlinkSync(path)}, which is not there`
      : null;
  } catch {
    return null;
  }
};

/** What a file is that is no regular one. */
const kindOf = (stats: Stats): string =>
  stats.isDirectory()
    ? "it is a directory"
    : stats.isFIFO()
      ? "it is a named pipe"
      : stats.isSocket()
        ? "it is a socket"
        : "it is a device";

const tooLarge = (most: number): Unreadable => ({
  _tag: "TooLarge",
  reason: `it has more than ${grouped(most, "byte")}`,
});

/** All that can be read, in pieces; `TooLarge` as soon as there is more than may be. */
const bytesOf = (descriptor: number, expected: number, most: number): Either<Unreadable, Buffer> => {
  let room = Buffer.allocUnsafe(Math.min(expected, most) + 1);
  let length = 0;
  for (;;) {
    if (length === room.length) room = Buffer.concat([room], Math.min(2 * length + 65_536, most + 1));
    const read = readSome(descriptor, room, length);
    if (read === 0) return right(room.subarray(0, length));
    length += read;
    if (length > most) return left(tooLarge(most));
  }
};

const pause = new Int32Array(new SharedArrayBuffer(4));
/** Between two looks at an input that has nothing now, in milliseconds. */
const inputRetryMs = 5;

/** Waits for input also where somebody else has set it to be non-blocking. */
const readSome = (descriptor: number, room: Buffer, at: number): number => {
  for (;;) {
    try {
      return readSync(descriptor, room, at, room.length - at, null);
    } catch (error) {
      if (errnoOf(error).code === "EOF") return 0;
      if (errnoOf(error).code !== "EAGAIN") throw error;
      Atomics.wait(pause, 0, 0, inputRetryMs);
    }
  }
};

const attempt = <T>(path: string, read: () => Either<Unreadable, T>): Either<Unreadable, T> => {
  try {
    return read();
  } catch (error) {
    const errno = errnoOf(error);
    if (errno.code === undefined) throw error;
    return left(unreadable(path, errno));
  }
};

/** Given by the shell: what is behind it is read to its end, as standard input is. */
const isGiven = (path: string): boolean => /^\/(dev|proc\/self)\/(stdin|fd\/\d+)$/.test(path);

/**
 * The text of a file, of at most so many bytes. Bytes that are no UTF-8 stay in it, for the lexer
 * to report where they stand: see `decodeUtf8`.
 */
export const readSourceFile = (path: string, most: number): Either<Unreadable, string> =>
  attempt(path, () => {
    if (path.includes("\0")) return left({ _tag: "NoFile", reason: "no file has such a name" });
    // Without O_NONBLOCK a named pipe would be waited for here.
    const descriptor = openSync(path, constants.O_RDONLY | (isGiven(path) ? 0 : constants.O_NONBLOCK));
    try {
      const stats = fstatSync(descriptor);
      if (!stats.isFile() && !(isGiven(path) && !stats.isDirectory()))
        return left({ _tag: "NoFile", reason: kindOf(stats) });
      if (stats.size > most) return left(tooLarge(most));
      const bytes = bytesOf(descriptor, stats.size, most);
      return bytes._tag === "Left" ? bytes : right(decodeUtf8(bytes.right));
    } finally {
      closeSync(descriptor);
    }
  });

/** The text of standard input, of at most so many bytes. */
export const readStandardInput = (most: number): Either<Unreadable, string> =>
  attempt("-", () => {
    const bytes = bytesOf(0, 0, most);
    return bytes._tag === "Left" ? bytes : right(decodeUtf8(bytes.right));
  });

/** All of standard input, as bytes. */
export const readStandardBytes = (most: number): Either<Unreadable, Buffer> =>
  attempt("-", () => bytesOf(0, 0, most));

/** Where a file is in truth, whatever links lead there; as it is named if it is not there. */
export const realPath = (path: string): string => {
  try {
    return realpathSync(path);
  } catch {
    return path;
  }
};
