/** Network interfaces: rtnetlink's LINK messages. */
import { flags, type Request } from "./message.ts";
import { type Attributes, attributesOf, fixedPart, type Message } from "./reader.ts";
import { littleEndian, type MessageWriter } from "./writer.ts";

const RTM_NEWLINK = 16;
const RTM_DELLINK = 17;
const RTM_GETLINK = 18;
const RTM_NEWLINKPROP = 108;
const RTM_DELLINKPROP = 109;

/** The types of messages about links. */
export const linkMessages = { created: RTM_NEWLINK, deleted: RTM_DELLINK } as const;

const IFLA = {
  address: 1,
  ifname: 3,
  mtu: 4,
  link: 5,
  qdisc: 6,
  master: 10,
  linkinfo: 18,
  ifalias: 20,
  group: 27,
  netNsFd: 28,
  extMask: 29,
  numTxQueues: 31,
  numRxQueues: 32,
  linkNetnsid: 37,
  propList: 52,
  altIfname: 53,
} as const;
const IFLA_INFO = { kind: 1, data: 2 } as const;
const VETH_INFO_PEER = 1;
/** Leaves the statistics out of a dump. */
const RTEXT_FILTER_SKIP_STATS = 1 << 3;

/** IFF_UP, IFF_LOOPBACK and IFF_NOARP. */
export const linkFlags = { up: 0x1, loopback: 0x8, noArp: 0x80 } as const;

/** `struct ifinfomsg`. */
const infoLength = 16;
const writeInfo = (writer: MessageWriter, index: number, set: number, change: number): void => {
  const at = writer.zeros(infoLength);
  writer.view.setInt32(at + 4, index, littleEndian);
  writer.view.setUint32(at + 8, set, littleEndian);
  writer.view.setUint32(at + 12, change, littleEndian);
};

/** One end of a veth to be made. */
export interface VethEnd {
  readonly name: string;
  readonly index: number;
  /** 6 bytes. */
  readonly mac: Uint8Array;
  /** Open on the namespace in which the end shall be; null: that of the socket. */
  readonly namespace: number | null;
}

const writeEnd = (writer: MessageWriter, end: VethEnd): void => {
  writer.string(IFLA.ifname, end.name);
  writer.raw(IFLA.address, end.mac);
  // One queue a CPU is what veth takes by itself; one is enough for a point-to-point link.
  writer.u32(IFLA.numTxQueues, 1);
  writer.u32(IFLA.numRxQueues, 1);
  if (end.namespace !== null) writer.u32(IFLA.netNsFd, end.namespace);
};

/**
 * Makes a pair of interfaces, each in its namespace, the near one with the flags given.
 * The far one cannot be set up in the same message (ENOTCONN).
 * Equivalent to: `ip link add NEAR index I address MAC up type veth peer name FAR netns NS …`
 */
export const addVeth = (near: VethEnd, far: VethEnd, nearFlags: number): Request => ({
  type: RTM_NEWLINK,
  flags: flags.create | flags.exclusive,
  doing: () => `create the veth ${near.name}`,
  body: (writer) => {
    writeInfo(writer, near.index, nearFlags, nearFlags);
    writeEnd(writer, near);
    const info = writer.open(IFLA.linkinfo);
    writer.string(IFLA_INFO.kind, "veth");
    const data = writer.open(IFLA_INFO.data);
    const peer = writer.open(VETH_INFO_PEER);
    writeInfo(writer, far.index, 0, 0);
    writeEnd(writer, far);
    writer.close(peer);
    writer.close(data);
    writer.close(info);
  },
});

/** What to change of a link; what is not given stays. */
export interface LinkChange {
  /** Flags, of those in `mask`. */
  readonly set?: number;
  readonly mask?: number;
  readonly alias?: string;
  readonly name?: string;
  readonly group?: number;
  readonly mtu?: number;
  /** 6 bytes. */
  readonly mac?: Uint8Array;
  /** Index of the bridge or the like that it is part of; 0: of none. */
  readonly master?: number;
}

/** Equivalent to: `ip link set dev INDEX up|down arp off alias TEXT name NAME mtu MTU address MAC …`. */
export const setLink = (index: number, change: LinkChange): Request => ({
  type: RTM_NEWLINK,
  flags: 0,
  doing: () => `set up link ${index}`,
  body: (writer) => {
    writeInfo(writer, index, change.set ?? 0, change.mask ?? 0);
    if (change.name !== undefined) writer.string(IFLA.ifname, change.name);
    if (change.group !== undefined) writer.u32(IFLA.group, change.group);
    if (change.alias !== undefined) writer.string(IFLA.ifalias, change.alias);
    if (change.mtu !== undefined) writer.u32(IFLA.mtu, change.mtu);
    if (change.mac !== undefined) writer.raw(IFLA.address, change.mac);
    if (change.master !== undefined) writer.u32(IFLA.master, change.master);
  },
});

/** Equivalent to: `ip link del NAME`. A veth takes its other end along. */
export const deleteLink = (name: string): Request => ({
  type: RTM_DELLINK,
  flags: 0,
  doing: () => `delete link ${name}`,
  body: (writer) => {
    writeInfo(writer, 0, 0, 0);
    writer.string(IFLA.ifname, name);
  },
});

/** Equivalent to: `ip link del group GROUP`: all of it in the time that one takes. ENODEV where there is none. */
export const deleteGroup = (group: number): Request => ({
  type: RTM_DELLINK,
  flags: 0,
  doing: () => `delete the links of group ${group}`,
  body: (writer) => {
    writeInfo(writer, 0, 0, 0);
    writer.u32(IFLA.group, group);
  },
});

const altname = (type: number, how: number, index: number, name: string, doing: string): Request => ({
  type,
  flags: how,
  doing: () => doing,
  body: (writer) => {
    writeInfo(writer, index, 0, 0);
    const list = writer.open(IFLA.propList);
    writer.string(IFLA.altIfname, name);
    writer.close(list);
  },
});

/** Equivalent to: `ip link property add dev INDEX altname NAME`. Up to 127 bytes. */
export const addAltname = (index: number, name: string): Request =>
  altname(RTM_NEWLINKPROP, flags.create | flags.append, index, name, `name link ${index} ${name}`);

/** Equivalent to: `ip link property del dev INDEX altname NAME`. */
export const deleteAltname = (index: number, name: string): Request =>
  altname(RTM_DELLINKPROP, 0, index, name, `take the name ${name} from link ${index}`);

/** Equivalent to: `ip link show` */
export const getLinks: Request = {
  type: RTM_GETLINK,
  flags: 0,
  doing: () => "list the links",
  body: (writer) => {
    writeInfo(writer, 0, 0, 0);
    writer.u32(IFLA.extMask, RTEXT_FILTER_SKIP_STATS);
  },
};

/** Equivalent to: `ip link show dev NAME`, NAME being an altname too; or by index. */
export const getLink = (which: string | number): Request => ({
  type: RTM_GETLINK,
  flags: 0,
  doing: () => `look for link ${which}`,
  body: (writer) => {
    writeInfo(writer, typeof which === "number" ? which : 0, 0, 0);
    writer.u32(IFLA.extMask, RTEXT_FILTER_SKIP_STATS);
    if (typeof which === "string") writer.string(which.length < 16 ? IFLA.ifname : IFLA.altIfname, which);
  },
});

/**
 * A link as the kernel describes it. Indexes are numbers of links in the same namespace; null where it has
 * none.
 */
export interface Link {
  readonly index: number;
  readonly name: string;
  readonly flags: number;
  readonly alias: string | null;
  readonly altnames: readonly string[];
  readonly kind: string | null;
  /** Index of the other end, in its namespace; null where there is none. */
  readonly peer: number | null;
  /** The number by which this namespace knows that of the other end. */
  readonly peerNsid: number | null;
  readonly mac: Uint8Array | null;
  readonly mtu: number;
  /** Index of what it is part of; null: of nothing. */
  readonly master: number | null;
  /** The kind of queue that packets go through: `noqueue` where none was asked for. */
  readonly queue: string | null;
}

const kindOf = (attributes: Attributes): string | null => {
  if (!attributes.has(IFLA.linkinfo)) return null;
  const info = attributes.nested(IFLA.linkinfo);
  return info.has(IFLA_INFO.kind) ? info.string(IFLA_INFO.kind) : null;
};

/** The link that a message is about. Throws a `NetlinkError` where the message is malformed. */
export const readLink = (message: Message): Link => {
  const at = fixedPart(message, infoLength);
  const attributes = attributesOf(message, infoLength);
  return {
    index: message.view.getInt32(at + 4, littleEndian),
    flags: message.view.getUint32(at + 8, littleEndian),
    name: attributes.has(IFLA.ifname) ? attributes.string(IFLA.ifname) : "",
    alias: attributes.has(IFLA.ifalias) ? attributes.string(IFLA.ifalias) : null,
    altnames: attributes.has(IFLA.propList) ? attributes.nested(IFLA.propList).strings(IFLA.altIfname) : [],
    kind: kindOf(attributes),
    peer: attributes.has(IFLA.link) ? attributes.u32(IFLA.link) : null,
    peerNsid: attributes.has(IFLA.linkNetnsid) ? attributes.i32(IFLA.linkNetnsid) : null,
    mac: attributes.has(IFLA.address) ? attributes.raw(IFLA.address) : null,
    mtu: attributes.has(IFLA.mtu) ? attributes.u32(IFLA.mtu) : 0,
    master: attributes.has(IFLA.master) ? attributes.u32(IFLA.master) : null,
    queue: attributes.has(IFLA.qdisc) ? attributes.string(IFLA.qdisc) : null,
  };
};
