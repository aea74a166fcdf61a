/** Whom a link takes an address to be: rtnetlink's NEIGH messages. */
import { familyOf, formatIp, parseIp } from "./ip.ts";
import { type Request, repeated } from "./message.ts";
import { attributesOf, fixedPart, type Message } from "./reader.ts";
import { littleEndian } from "./writer.ts";

const RTM_NEWNEIGH = 28;
const RTM_DELNEIGH = 29;
const RTM_GETNEIGH = 30;

/** The types of messages about neighbours. */
export const neighbourMessages = { created: RTM_NEWNEIGH, deleted: RTM_DELNEIGH } as const;

const NDA_DST = 1;
/** Of a link that asks for no neighbours. */
const NUD_NOARP = 0x40;

/** `struct ndmsg`. */
const neighbourLength = 12;

/** Equivalent to: `ip neigh get ADDRESS dev INDEX`. Refused (ENOENT) where there is none. */
export const getNeighbour = (index: number, address: string): Request => ({
  type: RTM_GETNEIGH,
  flags: 0,
  doing: () => `look for the neighbour ${address} of link ${index}`,
  body: (writer) => {
    const destination = parseIp(address);
    const at = writer.zeros(neighbourLength);
    writer.view.setUint8(at, familyOf(destination));
    writer.view.setInt32(at + 4, index, littleEndian);
    writer.raw(NDA_DST, destination);
  },
});

/** Equivalent to: `ip neigh show`, of both families. */
export const getNeighbours: Request = {
  type: RTM_GETNEIGH,
  flags: 0,
  doing: () => "list the neighbours",
  body: (writer) => {
    writer.zeros(neighbourLength);
  },
};

/** A neighbour of a link: which address is next on it. */
export interface Neighbour {
  readonly index: number;
  readonly address: string;
  /** Whether the kernel has it of itself, as a link without neighbours has them. */
  readonly isGiven: boolean;
  /** Removes this very entry. */
  readonly removal: Request;
}

/** Null of an entry of no IP address. */
export const readNeighbour = (message: Message): Neighbour | null => {
  const at = fixedPart(message, neighbourLength);
  const attributes = attributesOf(message, neighbourLength);
  const destination = attributes.has(NDA_DST) ? attributes.raw(NDA_DST) : null;
  if (destination?.length !== 4 && destination?.length !== 16) return null;
  const index = message.view.getInt32(at + 4, littleEndian);
  const address = formatIp(destination);
  return {
    index,
    address,
    isGiven: message.view.getUint16(at + 8, littleEndian) === NUD_NOARP,
    removal: repeated(message, RTM_DELNEIGH, `forget the neighbour ${address} of link ${index}`),
  };
};
