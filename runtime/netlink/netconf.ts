/** Settings of links that the kernel tells of: rtnetlink's NETCONF messages. */
import { families } from "./ip.ts";
import type { Request } from "./message.ts";
import { attributesOf, fixedPart, type Message } from "./reader.ts";

const RTM_NEWNETCONF = 80;
const RTM_DELNETCONF = 81;
const RTM_GETNETCONF = 82;

/** The types of messages about the settings of links. */
export const netconfMessages = { created: RTM_NEWNETCONF, deleted: RTM_DELNETCONF } as const;

const NETCONFA = { index: 1, forwarding: 2, rpFilter: 3 } as const;

/** `struct netconfmsg`. */
const netconfLength = 1;
const padding = 3;

/** Equivalent to: `ip -4|-6 netconf show`, of all links. */
export const getNetconf = (family: 4 | 6): Request => ({
  type: RTM_GETNETCONF,
  flags: 0,
  doing: () => "list the settings of links",
  body: (writer) => {
    const at = writer.zeros(netconfLength + padding);
    writer.view.setUint8(at, family === 4 ? families.inet : families.inet6);
  },
});

/** What is told; null: nothing of it. */
export interface LinkSettings {
  readonly family: 4 | 6;
  /** Negative: of all links, or of those to come. */
  readonly index: number;
  readonly forwarding: boolean | null;
  readonly rpFilter: number | null;
}

/** Null of another family. */
export const readNetconf = (message: Message): LinkSettings | null => {
  const number = message.view.getUint8(fixedPart(message, netconfLength));
  if (number !== families.inet && number !== families.inet6) return null;
  const attributes = attributesOf(message, netconfLength);
  return {
    family: number === families.inet ? 4 : 6,
    index: attributes.i32(NETCONFA.index),
    forwarding: attributes.has(NETCONFA.forwarding) ? attributes.i32(NETCONFA.forwarding) !== 0 : null,
    rpFilter: attributes.has(NETCONFA.rpFilter) ? attributes.i32(NETCONFA.rpFilter) : null,
  };
};
