/** Addresses of interfaces: rtnetlink's ADDR messages. */
import { families, familyOf, formatIp, parseIp } from "./ip.ts";
import { flags, type Request } from "./message.ts";
import { attributesOf, fixedPart, type Message } from "./reader.ts";
import { littleEndian, type MessageWriter } from "./writer.ts";

const RTM_NEWADDR = 20;
const RTM_DELADDR = 21;
const RTM_GETADDR = 22;

export const addressMessages = { created: RTM_NEWADDR, deleted: RTM_DELADDR } as const;

const IFA = { address: 1, local: 2 } as const;
/** No waiting for seconds whether someone else has the address. */
const IFA_F_NODAD = 0x02;

/** `struct ifaddrmsg`. */
const addressLength = 8;
const writeAddress = (writer: MessageWriter, index: number, address: Uint8Array): void => {
  const at = writer.zeros(addressLength);
  writer.view.setUint8(at, familyOf(address));
  writer.view.setUint8(at + 1, address.length * 8);
  writer.view.setUint8(at + 2, address.length === 4 ? 0 : IFA_F_NODAD);
  writer.view.setUint32(at + 4, index, littleEndian);
  writer.raw(IFA.local, address);
  writer.raw(IFA.address, address);
};

/** Equivalent to: `ip addr add ADDRESS/32|128 dev INDEX nodad`, or `replace`, to which one that is there is fine. */
export const addAddress = (index: number, address: string, how: "add" | "replace" = "add"): Request => ({
  type: RTM_NEWADDR,
  flags: flags.create | (how === "add" ? flags.exclusive : flags.replace),
  doing: () => `add address ${address} to link ${index}`,
  body: (writer) => writeAddress(writer, index, parseIp(address)),
});

/** Equivalent to: `ip addr del ADDRESS/32|128 dev INDEX` */
export const deleteAddress = (index: number, address: string): Request => ({
  type: RTM_DELADDR,
  flags: 0,
  doing: () => `remove address ${address} from link ${index}`,
  body: (writer) => writeAddress(writer, index, parseIp(address)),
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

export interface InterfaceAddress {
  readonly index: number;
  readonly address: string;
  readonly prefix: number;
  readonly family: number;
}

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
