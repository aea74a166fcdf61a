/**
 * Writes netlink messages one after the other into a buffer that is kept and grows.
 * A message is a header of 16 bytes, a fixed part and attributes; an attribute is a
 * length, a type and a payload, padded to 4 bytes. All in the byte order of the host,
 * but for what a protocol declares to be in that of the network.
 */

/** The order of bytes in this machine's words. */
export const littleEndian: boolean = new Uint8Array(new Uint16Array([1]).buffer)[0] === 1;

/** Bytes of `struct nlmsghdr`. */
export const headerLength = 16;
const attributeHeader = 4;
/** Says that the payload of an attribute is attributes. */
export const nestedFlag = 0x8000;

/** Bytes that are copied one by one. */
const longestLoop = 48;

const encoder = new TextEncoder();

/** The offset of something begun, to be handed back to its end. */
export type Mark = number;

/**
 * Writes messages, one behind the other, into a buffer that grows. All lengths are in bytes, and parts are
 * aligned to four.
 */
export class MessageWriter {
  bytes: Uint8Array;
  view: DataView;
  /** Bytes written so far. */
  length = 0;
  #message = 0;

  constructor(capacity = 64 * 1024) {
    this.bytes = new Uint8Array(capacity);
    this.view = new DataView(this.bytes.buffer);
  }

  clear(): void {
    this.length = 0;
  }

  /** The bytes written so far; valid until the next write. */
  written(): Uint8Array {
    return this.bytes.subarray(0, this.length);
  }

  #grow(more: number): void {
    const needed = this.length + more;
    if (needed <= this.bytes.length) return;
    const wider = new Uint8Array(Math.max(needed, this.bytes.length * 2));
    wider.set(this.written());
    this.bytes = wider;
    this.view = new DataView(wider.buffer);
  }

  begin(type: number, flags: number, sequence: number): void {
    this.#grow(headerLength);
    const at = this.length;
    this.#message = at;
    this.view.setUint32(at, 0, littleEndian);
    this.view.setUint16(at + 4, type, littleEndian);
    this.view.setUint16(at + 6, flags, littleEndian);
    this.view.setUint32(at + 8, sequence, littleEndian);
    this.view.setUint32(at + 12, 0, littleEndian);
    this.length = at + headerLength;
  }

  end(): void {
    this.view.setUint32(this.#message, this.length - this.#message, littleEndian);
  }

  /** Fixed parts: `count` zero bytes, to be filled in by `view`; returns their offset. */
  zeros(count: number): Mark {
    this.#grow(count);
    const at = this.length;
    this.bytes.fill(0, at, at + count);
    this.length = at + count;
    return at;
  }

  /** The header of an attribute with room for its payload and padding; returns where the payload starts. */
  #attribute(type: number, size: number): number {
    const padded = attributeHeader + ((size + 3) & ~3);
    this.#grow(padded);
    const at = this.length;
    this.view.setUint16(at, attributeHeader + size, littleEndian);
    this.view.setUint16(at + 2, type, littleEndian);
    this.length = at + padded;
    if (size > 0) this.view.setUint32(this.length - 4, 0, littleEndian);
    return at + attributeHeader;
  }

  flag(type: number): void {
    this.#attribute(type, 0);
  }

  u8(type: number, value: number): void {
    const at = this.#attribute(type, 1);
    this.view.setUint8(at, value);
  }

  u16(type: number, value: number): void {
    const at = this.#attribute(type, 2);
    this.view.setUint16(at, value, littleEndian);
  }

  u32(type: number, value: number): void {
    const at = this.#attribute(type, 4);
    this.view.setUint32(at, value, littleEndian);
  }

  u16be(type: number, value: number): void {
    const at = this.#attribute(type, 2);
    this.view.setUint16(at, value, false);
  }

  u32be(type: number, value: number): void {
    const at = this.#attribute(type, 4);
    this.view.setUint32(at, value, false);
  }

  u64be(type: number, value: bigint): void {
    const at = this.#attribute(type, 8);
    this.view.setBigUint64(at, value, false);
  }

  raw(type: number, value: Uint8Array): void {
    this.#put(this.#attribute(type, value.length), value);
  }

  /** An attribute made of one other, whose payload is given. */
  wrapped(type: number, inner: number, value: Uint8Array): void {
    const outer = this.#attribute(type | nestedFlag, attributeHeader + ((value.length + 3) & ~3));
    this.view.setUint16(outer, attributeHeader + value.length, littleEndian);
    this.view.setUint16(outer + 2, inner, littleEndian);
    this.#put(outer + attributeHeader, value);
  }

  #put(at: number, value: Uint8Array): void {
    // Most are keys of a few bytes, for which a call takes longer than a loop.
    if (value.length > longestLoop) this.bytes.set(value, at);
    else for (let i = 0; i < value.length; i += 1) this.bytes[at + i] = value[i]!;
  }

  /** Text with the zero byte that ends it, as the kernel wants names. */
  string(type: number, value: string): void {
    this.text(type, value, 0);
  }

  /** As `string`, with room for so many bytes ahead of it. Returns the offset of the payload, and the bytes of text. */
  text(type: number, value: string, ahead: number): { readonly at: number; readonly length: number } {
    const room = value.length * 3;
    this.#grow(attributeHeader + ahead + room + 4);
    const start = this.length;
    const at = start + attributeHeader;
    const text = at + ahead;
    const { written } = encoder.encodeInto(value, this.bytes.subarray(text, text + room));
    const size = ahead + written + 1;
    this.view.setUint16(start, attributeHeader + size, littleEndian);
    this.view.setUint16(start + 2, type, littleEndian);
    this.length = at + ((size + 3) & ~3);
    for (let zero = text + written; zero < this.length; zero += 1) this.bytes[zero] = 0;
    return { at, length: written };
  }

  /** Begins an attribute made of attributes. Its `close` must be the matching one. */
  open(type: number): Mark {
    return this.#attribute(type | nestedFlag, 0) - attributeHeader;
  }

  /** As `open`, for the older families that do not mark what is nested. */
  openBare(type: number): Mark {
    return this.#attribute(type, 0) - attributeHeader;
  }

  /** Payloads of attributes end at 65,535 bytes: many nested ones must be split before. */
  close(mark: Mark): void {
    this.view.setUint16(mark, this.length - mark, littleEndian);
  }
}
