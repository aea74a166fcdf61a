/**
 * Connections by the address that answers them, as the hub's kernel tracks them. What is
 * dumped is read in place, without making objects of it: there may be tens of thousands.
 */
import { formatIp } from "../netlink/ip.ts";
import type { Request } from "../netlink/message.ts";
import type { Message } from "../netlink/reader.ts";
import type { NetlinkSocket } from "../netlink/socket.ts";
import { littleEndian } from "../netlink/writer.ts";

const IPCTNL_MSG_CT_GET = (1 << 8) | 1;
const CTA = { original: 1, reply: 2, protoinfo: 4, mark: 8, timestamp: 20 } as const;
const CTA_TUPLE_IP = 1;
const CTA_IP = { sources: [1, 3], destinations: [2, 4] } as const;
const CTA_PROTOINFO_TCP = 1;
const CTA_PROTOINFO_TCP_STATE = 1;
const CTA_TIMESTAMP_START = 1;
const generalLength = 4;
const typeMask = 0x3fff;

/** Of TCP_CONNTRACK_…: what is open in at least one direction, or is about to be. */
const opening = [1, 2] as const;
const established = 3;
const closing = [4, 5, 6] as const;

/** How many connections an address has. */
export interface Connections {
  /** Open, opening or not yet closed by both: someone may be waiting for an answer. */
  open: number;
  established: number;
  /** Opened within the time asked for. */
  recent: number;
}

/**
 * Equivalent to: `conntrack -L`, of both families: the kernel walks the table of the whole
 * machine for each question, so one is asked.
 */
const getAll: Request = {
  type: IPCTNL_MSG_CT_GET,
  flags: 0,
  doing: () => "list connections",
  body: (writer) => {
    writer.zeros(generalLength);
  },
};

/** Offset of the payload of an attribute in a run; -1 where there is none. */
const find = ({ view }: Message, start: number, end: number, type: number): number => {
  for (let at = start; at + 4 <= end; ) {
    const size = view.getUint16(at, littleEndian);
    if (size < 4) return -1;
    if ((view.getUint16(at + 2, littleEndian) & typeMask) === type) return at + 4;
    at += (size + 3) & ~3;
  }
  return -1;
};

const endOf = ({ view }: Message, payload: number): number =>
  payload + view.getUint16(payload - 4, littleEndian) - 4;

/** An address of a tuple, its bytes as text. */
const addressOf = (message: Message, tuple: number, types: readonly number[]): string | null => {
  const nested = find(message, message.start + generalLength, message.end, tuple);
  const ip = nested < 0 ? -1 : find(message, nested, endOf(message, nested), CTA_TUPLE_IP);
  if (ip < 0) return null;
  for (const type of types) {
    const at = find(message, ip, endOf(message, ip), type);
    if (at >= 0) return String.fromCharCode(...message.bytes.subarray(at, endOf(message, at)));
  }
  return null;
};

/** Whether nobody asks but the hub itself, as it does with probes: what comes through a wire has a mark. */
const isOwn = (message: Message): boolean => {
  const mark = find(message, message.start + generalLength, message.end, CTA.mark);
  return mark < 0 || message.view.getUint32(mark, false) === 0;
};

/** Who answers: in place of a virtual address, or where a wire leads to it by itself. Null of a probe. */
const answererOf = (message: Message): string | null => {
  const answerer = addressOf(message, CTA.reply, CTA_IP.sources);
  const isDirect = answerer === addressOf(message, CTA.original, CTA_IP.destinations);
  return isDirect && isOwn(message) ? null : answerer;
};

/** The state of a TCP connection; null of another protocol. */
const stateOf = (message: Message): number | null => {
  const info = find(message, message.start + generalLength, message.end, CTA.protoinfo);
  if (info < 0) return null;
  const tcp = find(message, info, endOf(message, info), CTA_PROTOINFO_TCP);
  const state = tcp < 0 ? -1 : find(message, tcp, endOf(message, tcp), CTA_PROTOINFO_TCP_STATE);
  return state < 0 ? null : message.view.getUint8(state);
};

const startOf = (message: Message): bigint | null => {
  const stamp = find(message, message.start + generalLength, message.end, CTA.timestamp);
  const start = stamp < 0 ? -1 : find(message, stamp, endOf(message, stamp), CTA_TIMESTAMP_START);
  return start < 0 ? null : message.view.getBigUint64(start, false);
};

const isIn = (states: readonly number[], state: number): boolean => states.includes(state);

/**
 * Counts the connections of a namespace by the address that answers them: TCP by its state, others as
 * established. `recent` counts those opened in the last `recentMs`, which the kernel
 * tells only where `nf_conntrack_timestamp` is on, and remembers no longer than closed
 * connections are kept.
 */
export const countConnections = (
  socket: NetlinkSocket,
  recentMs: number,
): ReadonlyMap<string, Connections> => {
  const counts = new Map<string, Connections>();
  const since = BigInt(Math.round((Date.now() - recentMs) * 1e6));
  const note = (message: Message): null => {
    const key = answererOf(message);
    if (key === null) return null;
    let count = counts.get(key);
    if (count === undefined) {
      count = { open: 0, established: 0, recent: 0 };
      counts.set(key, count);
    }
    const state = stateOf(message) ?? established;
    if (state === established) count.established++;
    if (state === established || isIn(opening, state) || isIn(closing, state)) count.open++;
    const start = startOf(message);
    if (start !== null && start >= since) count.recent++;
    return null;
  };
  socket.dump(getAll, note);
  return new Map(
    [...counts].map(([key, count]) => [formatIp(Uint8Array.from(key, (c) => c.charCodeAt(0))), count]),
  );
};
