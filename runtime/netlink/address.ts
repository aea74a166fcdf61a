/** Addresses of interfaces: rtnetlink's ADDR messages. */
import { families, familyOf, formatIp, parseIp } from "./ip.ts";
import { flags, type Request } from "./message.ts";
import { attributesOf, fixedPart, type Message } from "./reader.ts";
import { littleEndian, type MessageWriter } from "./writer.ts";

const RTM_NEWADDR = 20;
const RTM_DELADDR = 21;
const RTM_GETADDR = 22;

/** The types of messages about addresses. */
export const addressMessages = { created: RTM_NEWADDR, deleted: RTM_DELADDR } as const;

const IFA = { address: 1, local: 2, flags: 8 } as const;
/** No waiting for seconds whether someone else has the address. */
const IFA_F_NODAD = 0x02;
/** No route to its network along with it. */
const IFA_F_NOPREFIXROUTE = 0x200;

const RT_SCOPE_HOST = 254;

/** `struct ifaddrmsg`. */
const addressLength = 8;
const writeAddress = (writer: MessageWriter, index: number, address: Uint8Array, prefix: number): number => {
  const at = writer.zeros(addressLength);
  writer.view.setUint8(at, familyOf(address));
  writer.view.setUint8(at + 1, prefix);
  writer.view.setUint32(at + 4, index, littleEndian);
  return at;
};
const writeItself = (writer: MessageWriter, address: Uint8Array): void => {
  writer.raw(IFA.local, address);
  writer.raw(IFA.address, address);
};

/** Equivalent to: `ip addr add ADDRESS/32|128 dev INDEX nodad`, or `replace`, to which one that is there is fine. */
export const addAddress = (index: number, address: string, how: "add" | "replace" = "add"): Request => ({
  type: RTM_NEWADDR,
  flags: flags.create | (how === "add" ? flags.exclusive : flags.replace),
  doing: () => `add address ${address} to link ${index}`,
  body: (writer) => {
    const bytes = parseIp(address);
    const at = writeAddress(writer, index, bytes, bytes.length * 8);
    if (bytes.length === 16) writer.view.setUint8(at + 2, IFA_F_NODAD);
    writeItself(writer, bytes);
  },
});

/** As the kernel adds 127.0.0.1 and ::1 to a loopback. Equivalent to: `ip addr add ADDRESS/PREFIX dev INDEX scope host noprefixroute` */
export const addLoopbackAddress = (index: number, address: string, prefix: number): Request => ({
  type: RTM_NEWADDR,
  flags: flags.create | flags.exclusive,
  doing: () => `add address ${address} to the loopback`,
  body: (writer) => {
    const bytes = parseIp(address);
    const at = writeAddress(writer, index, bytes, prefix);
    writer.view.setUint8(at + 3, RT_SCOPE_HOST);
    writeItself(writer, bytes);
    // Of IPv4 it has such a route, in the table of local ones.
    if (bytes.length === 16) writer.u32(IFA.flags, IFA_F_NOPREFIXROUTE);
  },
});

/** Equivalent to: `ip addr del ADDRESS/PREFIX dev INDEX` */
export const deleteAddress = ({ index, address, prefix }: Omit<InterfaceAddress, "family">): Request => ({
  type: RTM_DELADDR,
  flags: 0,
  doing: () => `remove address ${address} from link ${index}`,
  body: (writer) => {
    const bytes = parseIp(address);
    writeAddress(writer, index, bytes, prefix);
    writeItself(writer, bytes);
  },
});

/** Equivalent to: `ip addr show [dev INDEX]` */
export const getAddresses = (index = 0): Request => ({
  type: RTM_GETADDR,
  flags: 0,
  doing: () => "list the addresses",
  body: (writer) => {
    const at = writer.zeros(addressLength);
    writer.view.setUint32(at + 4, index, littleEndian);
  },
});

/**
 * An address of a link (`index`), with the length of its prefix in bits; `family` is AF_INET or AF_INET6.
 */
export interface InterfaceAddress {
  readonly index: number;
  readonly address: string;
  readonly prefix: number;
  readonly family: number;
}

/**
 * The address that a message is about; null where it is of another family. Throws a `NetlinkError` where the
 * message is malformed.
 */
export const readAddress = (message: Message): InterfaceAddress | null => {
  const at = fixedPart(message, addressLength);
  const family = message.view.getUint8(at);
  if (family !== families.inet && family !== families.inet6) return null;
  const attributes = attributesOf(message, addressLength);
  return {
    family,
    prefix: message.view.getUint8(at + 1),
    index: message.view.getUint32(at + 4, littleEndian),
    address: formatIp(attributes.raw(attributes.has(IFA.local) ? IFA.local : IFA.address)),
  };
};
