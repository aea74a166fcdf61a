/** Connections that the kernel tracks: ctnetlink's messages. */
import { familyOf, formatIp, parseIp } from "./ip.ts";
import type { Request } from "./message.ts";
import { type Attributes, attributesOf, fixedPart, type Message } from "./reader.ts";
import type { MessageWriter } from "./writer.ts";

const NFNL_SUBSYS_CTNETLINK = 1;
const IPCTNL_MSG_CT_GET = 1;
const IPCTNL_MSG_CT_DELETE = 2;
const CTA = { original: 1, reply: 2, protocolInfo: 4, mark: 8, id: 12, markMask: 21, filter: 25 } as const;
const CTA_TUPLE = { ip: 1, protocol: 2 } as const;
const CTA_IP = { v4Source: 1, v4Destination: 2, v6Source: 3, v6Destination: 4 } as const;
const CTA_PROTO = { number: 1, sourcePort: 2, destinationPort: 3 } as const;
const CTA_PROTOINFO_TCP = 1;
const CTA_PROTOINFO_TCP_STATE = 1;
const CTA_FILTER = { original: 1, reply: 2 } as const;
/** What of a tuple a filter compares. */
const compared = { source: 1, destination: 2, protocol: 8, sourcePort: 16, destinationPort: 32 } as const;

/** `struct nfgenmsg`. */
const generalLength = 4;

/** One direction of a connection, or as much of it as a filter asks for. */
export interface Tuple {
  readonly source?: string;
  readonly destination?: string;
  readonly protocol?: number;
  readonly sourcePort?: number;
  readonly destinationPort?: number;
}

/** Connections of one family by mark and by parts of their tuples. */
export interface ConnectionFilter {
  readonly family: number;
  readonly mark?: number;
  readonly original?: Tuple;
  readonly reply?: Tuple;
}

const writeIp = (writer: MessageWriter, tuple: Tuple): void => {
  const ip = writer.open(CTA_TUPLE.ip);
  for (const [address, v4, v6] of [
    [tuple.source, CTA_IP.v4Source, CTA_IP.v6Source],
    [tuple.destination, CTA_IP.v4Destination, CTA_IP.v6Destination],
  ] as const) {
    if (address === undefined) continue;
    const bytes = parseIp(address);
    writer.raw(bytes.length === 4 ? v4 : v6, bytes);
  }
  writer.close(ip);
};

const writeTuple = (writer: MessageWriter, attribute: number, tuple: Tuple): void => {
  const nested = writer.open(attribute);
  writeIp(writer, tuple);
  if (tuple.protocol !== undefined) {
    const protocol = writer.open(CTA_TUPLE.protocol);
    writer.u8(CTA_PROTO.number, tuple.protocol);
    if (tuple.sourcePort !== undefined) writer.u16be(CTA_PROTO.sourcePort, tuple.sourcePort);
    if (tuple.destinationPort !== undefined) writer.u16be(CTA_PROTO.destinationPort, tuple.destinationPort);
    writer.close(protocol);
  }
  writer.close(nested);
};

const comparedOf = (tuple: Tuple | undefined): number =>
  tuple === undefined
    ? 0
    : Object.entries(compared).reduce(
        (bits, [part, bit]) => (tuple[part as keyof Tuple] === undefined ? bits : bits | bit),
        0,
      );

const request = (
  message: number,
  family: number,
  doing: () => string,
  attributes: (writer: MessageWriter) => void,
): Request => ({
  type: (NFNL_SUBSYS_CTNETLINK << 8) | message,
  flags: 0,
  doing,
  body: (writer) => {
    const at = writer.zeros(generalLength);
    writer.view.setUint8(at, family);
    attributes(writer);
  },
});

/** Kernels compare IPv6 addresses the wrong way round (seen on 6.18), so they are not asked to. */
const comparable = (tuple: Tuple | undefined): Tuple | undefined => {
  if (tuple === undefined) return undefined;
  const { source, destination, ...rest } = tuple;
  return {
    ...rest,
    ...(source === undefined || source.includes(":") ? {} : { source }),
    ...(destination === undefined || destination.includes(":") ? {} : { destination }),
  };
};

/**
 * Equivalent to: `conntrack -L -m MARK -d DESTINATION -p PROTOCOL …`, or more than that:
 * the answers are to be put to `isMatch`. Filters by tuple need Linux 5.8.
 */
export const getConnections = ({ family, mark, ...tuples }: ConnectionFilter): Request =>
  request(
    IPCTNL_MSG_CT_GET,
    family,
    () => "list connections",
    (writer) => {
      if (mark !== undefined) {
        writer.u32be(CTA.mark, mark);
        writer.u32be(CTA.markMask, 0xffffffff);
      }
      const [original, reply] = [comparable(tuples.original), comparable(tuples.reply)];
      if (comparedOf(original) === 0 && comparedOf(reply) === 0) return;
      if (original !== undefined) writeTuple(writer, CTA.original, original);
      if (reply !== undefined) writeTuple(writer, CTA.reply, reply);
      const nested = writer.open(CTA.filter);
      writer.u32(CTA_FILTER.original, comparedOf(original));
      writer.u32(CTA_FILTER.reply, comparedOf(reply));
      writer.close(nested);
    },
  );

const isWithin = (whole: Required<Tuple>, part: Tuple | undefined): boolean =>
  part === undefined ||
  ((part.source === undefined || part.source === whole.source) &&
    (part.destination === undefined || part.destination === whole.destination) &&
    (part.protocol === undefined || part.protocol === whole.protocol) &&
    (part.sourcePort === undefined || part.sourcePort === whole.sourcePort) &&
    (part.destinationPort === undefined || part.destinationPort === whole.destinationPort));

/** Whether a connection is one of those that a filter means. */
export const isMatch = (
  connection: Connection,
  { family, mark, original, reply }: ConnectionFilter,
): boolean =>
  connection.family === family &&
  (mark === undefined || connection.mark === mark) &&
  isWithin(connection.original, original) &&
  isWithin(connection.reply, reply);

/**
 * An entry of the connection table: the packets of either direction, as they are before and after
 * translation.
 */
export interface Connection {
  readonly family: number;
  readonly original: Required<Tuple>;
  readonly reply: Required<Tuple>;
  readonly mark: number;
  readonly id: number;
  /** Of TCP whether both ends have agreed, and are not through with it; false of UDP. */
  readonly isEstablished: boolean;
}

/** TCP_CONNTRACK_ESTABLISHED to TCP_CONNTRACK_LAST_ACK. */
const establishedStates: ReadonlySet<number> = new Set([3, 4, 5, 6]);

const isEstablished = (attributes: Attributes): boolean => {
  if (!attributes.has(CTA.protocolInfo)) return false;
  const info = attributes.nested(CTA.protocolInfo);
  if (!info.has(CTA_PROTOINFO_TCP)) return false;
  const tcp = info.nested(CTA_PROTOINFO_TCP);
  return tcp.has(CTA_PROTOINFO_TCP_STATE) && establishedStates.has(tcp.u8(CTA_PROTOINFO_TCP_STATE));
};

/** A connection of TCP or UDP; null of another protocol. */
export const readConnection = (message: Message): Connection | null => {
  const family = message.view.getUint8(fixedPart(message, generalLength));
  const attributes = attributesOf(message, generalLength);
  const tuple = (attribute: number): Required<Tuple> => {
    const nested = attributes.nested(attribute);
    const ip = nested.nested(CTA_TUPLE.ip);
    const protocol = nested.nested(CTA_TUPLE.protocol);
    const v4 = ip.has(CTA_IP.v4Source);
    return {
      source: formatIp(ip.raw(v4 ? CTA_IP.v4Source : CTA_IP.v6Source)),
      destination: formatIp(ip.raw(v4 ? CTA_IP.v4Destination : CTA_IP.v6Destination)),
      protocol: protocol.u8(CTA_PROTO.number),
      sourcePort: protocol.has(CTA_PROTO.sourcePort) ? protocol.u16be(CTA_PROTO.sourcePort) : 0,
      destinationPort: protocol.has(CTA_PROTO.destinationPort)
        ? protocol.u16be(CTA_PROTO.destinationPort)
        : 0,
    };
  };
  const original = tuple(CTA.original);
  // ICMP and the like have no ports; such connections are not told apart by us.
  if (original.protocol !== 6 && original.protocol !== 17) return null;
  return {
    family,
    original,
    reply: tuple(CTA.reply),
    mark: attributes.has(CTA.mark) ? attributes.u32be(CTA.mark) : 0,
    id: attributes.has(CTA.id) ? attributes.u32be(CTA.id) : 0,
    isEstablished: isEstablished(attributes),
  };
};

/** Equivalent to: `conntrack -D` of this very connection. */
export const deleteConnection = (connection: Connection): Request =>
  request(
    IPCTNL_MSG_CT_DELETE,
    familyOf(parseIp(connection.original.source)),
    () => `forget the connection from ${connection.original.source} to ${connection.original.destination}`,
    (writer) => {
      writeTuple(writer, CTA.original, connection.original);
      writer.u32be(CTA.id, connection.id);
    },
  );
