/** What packets of a link wait in or are sorted by: rtnetlink's QDISC messages. */
import type { Request } from "./message.ts";
import { attributesOf, fixedPart, type Message } from "./reader.ts";
import { littleEndian } from "./writer.ts";

const RTM_NEWQDISC = 36;
const RTM_DELQDISC = 37;
const RTM_GETQDISC = 38;

/** The types of messages about queues (qdiscs). */
export const queueMessages = { created: RTM_NEWQDISC, deleted: RTM_DELQDISC } as const;

const TCA_KIND = 1;

/** Where a queue is: what goes out waits at the root; what comes in is sorted by `clsact` or `ingress`. */
const places = { out: 0xffffffff, in: 0xfffffff1 } as const;

/** Which way the packets of a queue go. */
export type QueuePlace = keyof typeof places;

/** `struct tcmsg`. */
const queueLength = 20;

/**
 * Equivalent to: `tc qdisc del dev INDEX root|clsact`: the link is as one that nobody has given
 * a queue. Refused (ENOENT, EINVAL) where there is none.
 */
export const deleteQueue = (index: number, place: QueuePlace): Request => ({
  type: RTM_DELQDISC,
  flags: 0,
  doing: () => `remove the queue of link ${index}`,
  body: (writer) => {
    const at = writer.zeros(queueLength);
    writer.view.setInt32(at + 4, index, littleEndian);
    writer.view.setUint32(at + 12, places[place], littleEndian);
  },
});

/** Equivalent to: `tc qdisc show`, of all links. */
export const getQueues: Request = {
  type: RTM_GETQDISC,
  flags: 0,
  doing: () => "list the queues",
  body: (writer) => {
    writer.zeros(queueLength);
  },
};

/** A queue of a link: its kind is `noqueue`, `clsact` and so on. */
export interface Queue {
  readonly index: number;
  readonly kind: string;
}

/** The queue that a message is about. Throws a `NetlinkError` where the message is malformed. */
export const readQueue = (message: Message): Queue => {
  const at = fixedPart(message, queueLength);
  const attributes = attributesOf(message, queueLength);
  return {
    index: message.view.getInt32(at + 4, littleEndian),
    kind: attributes.has(TCA_KIND) ? attributes.string(TCA_KIND) : "",
  };
};
