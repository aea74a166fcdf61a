/** Addresses: text as people write it, bytes as the kernel takes it. */

import { counted } from "../../src/core/tally.ts";
import { NetlinkError } from "./error.ts";

/**
 * The numbers of address families (AF_UNSPEC, AF_INET, AF_INET6); `netns` is that of messages about
 * namespaces.
 */
export const families = { unspecified: 0, inet: 2, inet6: 10, netns: 0 } as const;

const parseV4 = (text: string): Uint8Array | null => {
  const parts = text.split(".");
  if (parts.length !== 4) return null;
  const bytes = new Uint8Array(4);
  for (const [index, part] of parts.entries()) {
    if (!/^\d{1,3}$/.test(part) || Number(part) > 255) return null;
    bytes[index] = Number(part);
  }
  return bytes;
};

const groups = (text: string): readonly number[] | null => {
  if (text === "") return [];
  const found: number[] = [];
  for (const group of text.split(":")) {
    if (!/^[0-9a-f]{1,4}$/i.test(group)) return null;
    found.push(Number.parseInt(group, 16));
  }
  return found;
};

const parseV6 = (text: string): Uint8Array | null => {
  const halves = text.split("::");
  if (halves.length > 2) return null;
  const head = groups(halves[0]!);
  const tail = halves.length === 2 ? groups(halves[1]!) : [];
  if (head === null || tail === null) return null;
  const missing = 8 - head.length - tail.length;
  if (halves.length === 2 ? missing < 1 : missing !== 0) return null;
  const bytes = new Uint8Array(16);
  const all = [...head, ...new Array<number>(missing).fill(0), ...tail];
  for (const [index, group] of all.entries()) {
    bytes[2 * index] = group >> 8;
    bytes[2 * index + 1] = group & 255;
  }
  return bytes;
};

/** 4 or 16 bytes. Throws a `NetlinkError` on text that is no address. */
export const parseIp = (text: string): Uint8Array => {
  const bytes = text.includes(":") ? parseV6(text) : parseV4(text);
  if (bytes === null) throw new NetlinkError(`not an address: ${text}`);
  return bytes;
};

/** The canonical text of 4 or 16 bytes: of IPv6 as in RFC 5952. */
export const formatIp = (bytes: Uint8Array): string => {
  if (bytes.length === 4) return bytes.join(".");
  if (bytes.length !== 16) throw new NetlinkError(`an address of ${counted(bytes.length, "byte")}`);
  const words = Array.from({ length: 8 }, (_, index) => (bytes[2 * index]! << 8) | bytes[2 * index + 1]!);
  // The longest run of zeros, the first of several, and none of a single group.
  let best = -1;
  let longest = 1;
  for (let at = 0; at < 8; at += 1) {
    let end = at;
    while (end < 8 && words[end] === 0) end += 1;
    if (end - at > longest) {
      best = at;
      longest = end - at;
    }
    if (end > at) at = end;
  }
  const hex = (from: number, to: number): string =>
    words
      .slice(from, to)
      .map((word) => word.toString(16))
      .join(":");
  return best < 0 ? hex(0, 8) : `${hex(0, best)}::${hex(best + longest, 8)}`;
};

/** The family of an address by its length: 4 bytes or 16. */
export const familyOf = (address: Uint8Array): number =>
  address.length === 4 ? families.inet : families.inet6;
