/** Reads netlink messages. Every offset is checked: malformed bytes give a `NetlinkError`. */

import { counted } from "../../src/core/tally.ts";
import { NetlinkError } from "./error.ts";
import { headerLength, littleEndian } from "./writer.ts";

const typeMask = 0x3fff;

/** A message where it lies in the buffer it was received in: valid until the next receive. */
export interface Message {
  readonly bytes: Uint8Array;
  readonly view: DataView;
  readonly type: number;
  readonly flags: number;
  readonly sequence: number;
  /** Of the socket that asked for it, or that caused it. */
  readonly port: number;
  /** The payload is at `[start, end)`. */
  readonly start: number;
  readonly end: number;
}

/** Splits what one receive brought into messages. */
export const messagesOf = (bytes: Uint8Array, length: number): readonly Message[] => {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const messages: Message[] = [];
  if (length > bytes.length)
    throw new NetlinkError(`${counted(length, "byte")} announced, ${bytes.length} there`);
  for (let at = 0; at < length; ) {
    if (length - at < headerLength) throw new NetlinkError(`header cut off: ${counted(length - at, "byte")}`);
    const size = view.getUint32(at, littleEndian);
    if (size < headerLength || size > length - at) {
      throw new NetlinkError(`message of ${counted(size, "byte")} with ${length - at} left`);
    }
    messages.push({
      bytes,
      view,
      type: view.getUint16(at + 4, littleEndian),
      flags: view.getUint16(at + 6, littleEndian),
      sequence: view.getUint32(at + 8, littleEndian),
      port: view.getUint32(at + 12, littleEndian),
      start: at + headerLength,
      end: at + size,
    });
    at += (size + 3) & ~3;
  }
  return messages;
};

/** The offset of a fixed part of `size` bytes at the head of a payload. */
export const fixedPart = (message: Message, size: number): number => {
  if (message.end - message.start < size) {
    throw new NetlinkError(`fixed part of ${message.end - message.start} bytes, expected ${size}`);
  }
  return message.start;
};

/** The attributes behind a fixed part of `size` bytes. */
export const attributesOf = (message: Message, size: number): Attributes => {
  const start = fixedPart(message, size) + ((size + 3) & ~3);
  return new Attributes(message, Math.min(start, message.end), message.end);
};

const decoder = new TextDecoder();

/** A run of attributes: looked up by walking, as there are few and most are never asked for. */
export class Attributes {
  readonly #bytes: Uint8Array;
  readonly #view: DataView;
  readonly #start: number;
  readonly #end: number;

  /** Throws a `NetlinkError` where the run is not made of whole attributes. */
  constructor(inside: { readonly bytes: Uint8Array; readonly view: DataView }, start: number, end: number) {
    this.#bytes = inside.bytes;
    this.#view = inside.view;
    this.#start = start;
    this.#end = end;
    for (let at = start; at < end; ) {
      const size = end - at < 4 ? 0 : this.#view.getUint16(at, littleEndian);
      if (size < 4 || size > end - at)
        throw new NetlinkError(`attribute of ${counted(size, "byte")} with ${end - at} left`);
      at += (size + 3) & ~3;
    }
  }

  /** Offset of the payload of the first attribute of a type; -1 where there is none. */
  #find(type: number): number {
    for (let at = this.#start; at < this.#end; ) {
      if ((this.#view.getUint16(at + 2, littleEndian) & typeMask) === type) return at + 4;
      at += (this.#view.getUint16(at, littleEndian) + 3) & ~3;
    }
    return -1;
  }

  #sized(type: number, size: number): number {
    const at = this.#find(type);
    if (at < 0) throw new NetlinkError(`attribute ${type} is missing`);
    const there = this.#view.getUint16(at - 4, littleEndian) - 4;
    if (there < size)
      throw new NetlinkError(`attribute ${type} has ${counted(there, "byte")}, expected ${size}`);
    return at;
  }

  has(type: number): boolean {
    return this.#find(type) >= 0;
  }

  u8(type: number): number {
    return this.#view.getUint8(this.#sized(type, 1));
  }

  u16(type: number): number {
    return this.#view.getUint16(this.#sized(type, 2), littleEndian);
  }

  u32(type: number): number {
    return this.#view.getUint32(this.#sized(type, 4), littleEndian);
  }

  i32(type: number): number {
    return this.#view.getInt32(this.#sized(type, 4), littleEndian);
  }

  u16be(type: number): number {
    return this.#view.getUint16(this.#sized(type, 2), false);
  }

  u32be(type: number): number {
    return this.#view.getUint32(this.#sized(type, 4), false);
  }

  u64be(type: number): bigint {
    return this.#view.getBigUint64(this.#sized(type, 8), false);
  }

  /** A copy: it outlives the buffer. */
  raw(type: number): Uint8Array {
    const at = this.#sized(type, 0);
    return this.#bytes.slice(at, at + this.#view.getUint16(at - 4, littleEndian) - 4);
  }

  /** Text up to the first zero byte. */
  string(type: number): string {
    const at = this.#sized(type, 0);
    const end = at + this.#view.getUint16(at - 4, littleEndian) - 4;
    const zero = this.#bytes.indexOf(0, at);
    return decoder.decode(this.#bytes.subarray(at, zero < 0 || zero > end ? end : zero));
  }

  nested(type: number): Attributes {
    const at = this.#sized(type, 0);
    return new Attributes(
      { bytes: this.#bytes, view: this.#view },
      at,
      at + this.#view.getUint16(at - 4, littleEndian) - 4,
    );
  }

  /** The types of all, in order. */
  types(): readonly number[] {
    const found: number[] = [];
    for (let at = this.#start; at < this.#end; ) {
      found.push(this.#view.getUint16(at + 2, littleEndian) & typeMask);
      at += (this.#view.getUint16(at, littleEndian) + 3) & ~3;
    }
    return found;
  }

  /** The attributes of one type that hold attributes, in order: the kernel's lists. */
  list(type: number): readonly Attributes[] {
    const found: Attributes[] = [];
    for (let at = this.#start; at < this.#end; ) {
      const size = this.#view.getUint16(at, littleEndian);
      if ((this.#view.getUint16(at + 2, littleEndian) & typeMask) === type) {
        found.push(new Attributes({ bytes: this.#bytes, view: this.#view }, at + 4, at + size));
      }
      at += (size + 3) & ~3;
    }
    return found;
  }

  /** The texts of all attributes of one type, in order. */
  strings(type: number): readonly string[] {
    const found: string[] = [];
    for (let at = this.#start; at < this.#end; ) {
      const size = this.#view.getUint16(at, littleEndian);
      if ((this.#view.getUint16(at + 2, littleEndian) & typeMask) === type) {
        const zero = this.#bytes.indexOf(0, at + 4);
        found.push(
          decoder.decode(this.#bytes.subarray(at + 4, zero < 0 || zero > at + size ? at + size : zero)),
        );
      }
      at += (size + 3) & ~3;
    }
    return found;
  }
}
