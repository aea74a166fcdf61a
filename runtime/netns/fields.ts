/** The fields that keys and values of the hub's sets are made of. */
import type { DualAddress, Transport } from "../../src/core/resource.ts";
import { parseIp } from "../netlink/ip.ts";
import type { Family } from "./names.ts";

export const protocolNumber = (transport: Transport): number => (transport === "tcp" ? 6 : 17);

/** Fields as a key or a value: one behind the other. */
export const joinFields = (parts: readonly Uint8Array[]): Uint8Array => {
  const joined = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    joined.set(part, at);
    at += part.length;
  }
  return joined;
};
export const protocolWord = (transport: Transport): Uint8Array =>
  Uint8Array.of(protocolNumber(transport), 0, 0, 0);
export const portWord = (port: number): Uint8Array => Uint8Array.of(port >> 8, port & 255, 0, 0);

export const nameField = (name: string): Uint8Array => {
  const bytes = new Uint8Array(16);
  new TextEncoder().encodeInto(name, bytes.subarray(0, 15));
  return bytes;
};

/** An address of one family. */
export interface Face {
  readonly family: Family;
  readonly address: Uint8Array;
}

export const faces = (vip: DualAddress): readonly Face[] => [
  ...(vip.v4 === null ? [] : [{ family: 4 as const, address: parseIp(vip.v4) }]),
  { family: 6 as const, address: parseIp(vip.v6) },
];
