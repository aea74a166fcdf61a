/** What all netlink families share: flags, acknowledgements, and a request as a value. */

import { counted } from "../../src/core/tally.ts";
import { NetlinkError, type Refusal, refusal } from "./error.ts";
import { Attributes, fixedPart, type Message } from "./reader.ts";
import { headerLength, littleEndian, type MessageWriter } from "./writer.ts";

/** Flags of a message: NLM_F_REQUEST, NLM_F_ACK and so on. */
export const flags = {
  request: 0x1,
  acknowledge: 0x4,
  echo: 0x8,
  dumpInterrupted: 0x10,
  root: 0x100,
  match: 0x200,
  dump: 0x300,
  replace: 0x100,
  exclusive: 0x200,
  create: 0x400,
  append: 0x800,
} as const;

/** The types of control messages: NLMSG_NOOP, NLMSG_ERROR, NLMSG_DONE, NLMSG_OVERRUN. */
export const messageTypes = { noop: 1, error: 2, done: 3, overrun: 4 } as const;

/** In an acknowledgement: the request is not quoted in full; words follow. */
const capped = 0x100;
const acknowledgementAttributes = 0x200;
const wordsAttribute = 1;

/** One message to the kernel, not yet numbered. */
export interface Request {
  readonly type: number;
  /** Beside `request`, which all have. */
  readonly flags: number;
  /** In words, for the message of its failure. */
  readonly doing: () => string;
  /** Writes the fixed part and the attributes. */
  readonly body: (writer: MessageWriter) => void;
}

/** Writes a request with its header; `further` flags are added to its own. */
export const writeRequest = (
  writer: MessageWriter,
  request: Request,
  sequence: number,
  further = 0,
): void => {
  writer.begin(request.type, flags.request | request.flags | further, sequence);
  request.body(writer);
  writer.end();
};

/**
 * Sends what the kernel told of an object back to it as a request of another type: its
 * removal is then of this very object, whatever there is to it.
 */
export const repeated = (message: Message, type: number, doing: string): Request => {
  const body = message.bytes.slice(message.start, message.end);
  return {
    type,
    flags: 0,
    doing: () => doing,
    body: (writer) => {
      const at = writer.zeros(body.length);
      writer.bytes.set(body, at);
    },
  };
};

/** The answer to a request: null where it was done. */
export const readAcknowledgement = (message: Message, doing: () => string): Refusal | null => {
  const at = fixedPart(message, 4);
  const errno = -message.view.getInt32(at, littleEndian);
  return errno === 0 ? null : refusal(doing(), errno, wordsOf(message, at));
};

/** The kernel's own words (NETLINK_EXT_ACK). */
const wordsOf = (message: Message, at: number): string | null => {
  if ((message.flags & acknowledgementAttributes) === 0) return null;
  const start = message.type === messageTypes.done ? at + 4 : quoteEnd(message, at);
  if (start >= message.end) return null;
  const attributes = new Attributes(message, start, message.end);
  return attributes.has(wordsAttribute) ? attributes.string(wordsAttribute) : null;
};

/** Where the quoted request ends: all of it, or its header alone. */
const quoteEnd = (message: Message, at: number): number => {
  fixedPart(message, 4 + headerLength);
  if ((message.flags & capped) !== 0) return at + 4 + headerLength;
  const length = message.view.getUint32(at + 4, littleEndian);
  if (length > message.end - at - 4) throw new NetlinkError(`a quote of ${counted(length, "byte")}`);
  return at + 4 + ((length + 3) & ~3);
};
