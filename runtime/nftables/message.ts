/** What all nf_tables messages share. */
import type { Request } from "../netlink/message.ts";
import { littleEndian, type MessageWriter } from "../netlink/writer.ts";

const NFNL_SUBSYS_NFTABLES = 10;

/** Numbers of the messages of nf_tables: NFT_MSG_NEWTABLE and so on. */
export const messages = {
  newTable: 0,
  getTable: 1,
  deleteTable: 2,
  newChain: 3,
  getChain: 4,
  deleteChain: 5,
  newRule: 6,
  getRule: 7,
  deleteRule: 8,
  newSet: 9,
  getSet: 10,
  deleteSet: 11,
  newElement: 12,
  getElement: 13,
  deleteElement: 14,
  newGeneration: 15,
  getGeneration: 16,
} as const;

/** Of which packets a table is; our own are of IPv4 and IPv6 at once. */
export const nftFamilies = { any: 0, inet: 1, ip: 2, arp: 3, netdev: 5, bridge: 7, ip6: 10 } as const;

/** `struct nfgenmsg`. */
export const generalLength = 4;

/** The type of a netlink message with a message of nf_tables. */
export const nftType = (message: number): number => (NFNL_SUBSYS_NFTABLES << 8) | message;

/** The nf_tables message that a type stands for; -1 where it is of another subsystem. */
export const nftMessage = (type: number): number => (type >> 8 === NFNL_SUBSYS_NFTABLES ? type & 0xff : -1);

/** A request to nf_tables, of which `doing` says what it does. */
export const nftRequest = (
  message: number,
  flags: number,
  doing: () => string,
  attributes: (writer: MessageWriter) => void,
  family: number = nftFamilies.inet,
): Request => ({
  type: nftType(message),
  flags,
  doing,
  body: (writer) => {
    const at = writer.zeros(generalLength);
    writer.view.setUint8(at, family);
    attributes(writer);
  },
});

/** The marker that begins or ends a batch: a general header that names the subsystem. */
export const writeBatchHeader = (writer: MessageWriter): void => {
  const at = writer.zeros(generalLength);
  writer.view.setUint16(at + 2, NFNL_SUBSYS_NFTABLES, false);
};

/** A word of a register in the order of this machine: marks, interface indexes. */
export const hostWord = (value: number): Uint8Array => {
  const bytes = new Uint8Array(4);
  new DataView(bytes.buffer).setUint32(0, value, littleEndian);
  return bytes;
};

/** A number of 32 bits in the byte order of the machine. */
export const readHostWord = (bytes: Uint8Array, at: number): number =>
  new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength).getUint32(at, littleEndian);
