/** The numbers by which one namespace knows others: rtnetlink's NSID messages. */
import { flags, type Request } from "./message.ts";
import { attributesOf, type Message } from "./reader.ts";

const RTM_NEWNSID = 88;
const RTM_GETNSID = 90;
const NETNSA = { nsid: 1, fd: 3 } as const;
/** `struct rtgenmsg`, padded. */
const generalLength = 4;
/** Lets the kernel choose. */
const unassigned = 0xffffffff;

/**
 * Gives a namespace a number in that of the socket, so that a listener there hears of it.
 * Equivalent to: `ip netns set NAME auto`
 */
export const assignNsid = (namespace: number): Request => ({
  type: RTM_NEWNSID,
  flags: flags.create,
  doing: () => "number a namespace",
  body: (writer) => {
    writer.zeros(generalLength);
    writer.u32(NETNSA.nsid, unassigned);
    writer.u32(NETNSA.fd, namespace);
  },
});

/** The number of the namespace that a descriptor is open on. Equivalent to: `ip netns list-id` */
export const getNsid = (namespace: number): Request => ({
  type: RTM_GETNSID,
  flags: 0,
  doing: () => "ask for the number of a namespace",
  body: (writer) => {
    writer.zeros(generalLength);
    writer.u32(NETNSA.fd, namespace);
  },
});

/** Null where it has none. */
export const readNsid = (message: Message): number | null => {
  const attributes = attributesOf(message, generalLength);
  const nsid = attributes.has(NETNSA.nsid) ? attributes.i32(NETNSA.nsid) : -1;
  return nsid < 0 ? null : nsid;
};
