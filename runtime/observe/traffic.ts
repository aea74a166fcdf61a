/** Bytes that went over links: the kernel's own counters. */

import { counted } from "../../src/core/tally.ts";
import { NetlinkError } from "../netlink/error.ts";
import type { Request } from "../netlink/message.ts";
import { attributesOf, fixedPart, type Message } from "../netlink/reader.ts";
import { littleEndian } from "../netlink/writer.ts";

const RTM_GETSTATS = 94;
const IFLA_STATS_LINK_64 = 1;
/** `struct if_stats_msg`. */
const statsLength = 12;
/** In `struct rtnl_link_stats64`. */
const receivedAt = 16;
const sentAt = 24;
const countersLength = 32;

/** Equivalent to: `ip -s link`, and nothing but the counters. */
export const getTraffic: Request = {
  type: RTM_GETSTATS,
  flags: 0,
  doing: () => "read the counters of links",
  body: (writer) => {
    const at = writer.zeros(statsLength);
    writer.view.setUint32(at + 8, 1 << (IFLA_STATS_LINK_64 - 1), littleEndian);
  },
};

/** How many bytes have gone over a link since it was made. */
export interface LinkTraffic {
  readonly index: number;
  /** In both directions. */
  readonly bytes: number;
}

/** The traffic that a message is about. Throws a `NetlinkError` where the message is malformed. */
export const readTraffic = (message: Message): LinkTraffic => {
  const index = message.view.getUint32(fixedPart(message, statsLength) + 4, littleEndian);
  const counters = attributesOf(message, statsLength).raw(IFLA_STATS_LINK_64);
  if (counters.length < countersLength)
    throw new NetlinkError(`counters of ${counted(counters.length, "byte")}`);
  const view = new DataView(counters.buffer, counters.byteOffset, counters.byteLength);
  const bytes = view.getBigUint64(receivedAt, littleEndian) + view.getBigUint64(sentAt, littleEndian);
  return { index, bytes: Number(bytes) };
};
