/** Routes: rtnetlink's ROUTE messages. */
import { families, familyOf, formatIp, parseIp } from "./ip.ts";
import { flags, type Request, repeated } from "./message.ts";
import { type Attributes, attributesOf, fixedPart, type Message } from "./reader.ts";
import { littleEndian, type MessageWriter } from "./writer.ts";

const RTM_NEWROUTE = 24;
const RTM_DELROUTE = 25;
const RTM_GETROUTE = 26;

/** The types of messages about routes. */
export const routeMessages = { created: RTM_NEWROUTE, deleted: RTM_DELROUTE } as const;

const RTA = { dst: 1, oif: 4, gateway: 5, prefsrc: 7, via: 18 } as const;

/** Numbers of routing tables: RT_TABLE_MAIN and RT_TABLE_LOCAL. */
export const routeTables = { main: 254, local: 255 } as const;
const RTN_UNICAST = 1;
const RTN_LOCAL = 2;
const RT_SCOPE_LINK = 253;
const RT_SCOPE_HOST = 254;
const RTPROT_KERNEL = 2;
/** Of a route by which it is known as ours; no routing daemon's (see /etc/iproute2/rt_protos). */
export const routeProtocol = 174;

/** Asks for the route itself, and not for where one packet would go. */
const RTM_F_FIB_MATCH = 0x2000;

/** `struct rtmsg`. */
const routeLength = 12;

/** A route by a link (`index`). */
export interface Route {
  /** With the length of its prefix: `10.0.0.0/8`. */
  readonly destination: string;
  readonly index: number;
  /** An IPv6 address, of an IPv4 route too; null: the destination is on the link itself. */
  readonly via: string | null;
  /** The machine answers for the destination itself; as this address where it asks of itself. */
  readonly local?: { readonly as: string | null };
  /** Up to 255; the main table where none is given. */
  readonly table?: number;
}

const scopeOf = (route: Route): number => {
  if (route.local !== undefined) return RT_SCOPE_HOST;
  return route.via === null ? RT_SCOPE_LINK : 0;
};

const writeRoute = (writer: MessageWriter, route: Route): void => {
  const [prefix, length] = route.destination.split("/");
  const destination = parseIp(prefix!);
  const family = familyOf(destination);
  const at = writer.zeros(routeLength);
  writer.view.setUint8(at, family);
  writer.view.setUint8(at + 1, length === undefined ? destination.length * 8 : Number(length));
  writer.view.setUint8(at + 4, route.table ?? routeTables.main);
  writer.view.setUint8(at + 5, routeProtocol);
  writer.view.setUint8(at + 6, family === families.inet ? scopeOf(route) : 0);
  writer.view.setUint8(at + 7, route.local === undefined ? RTN_UNICAST : RTN_LOCAL);
  writer.raw(RTA.dst, destination);
  if (route.local?.as != null) writer.raw(RTA.prefsrc, parseIp(route.local.as));
  writer.u32(RTA.oif, route.index);
  if (route.via === null) return;
  const via = parseIp(route.via);
  if (via.length === destination.length) writer.raw(RTA.gateway, via);
  else {
    const next = new Uint8Array(2 + via.length);
    new DataView(next.buffer).setUint16(0, familyOf(via), littleEndian);
    next.set(via, 2);
    writer.raw(RTA.via, next);
  }
};

/** A route in words, the same for the same route. */
export const routeWords = ({ destination, index, via, local, table = routeTables.main }: Route): string => {
  const words = [local === undefined ? "" : "local ", destination];
  if (via !== null) words.push(` via ${via}`);
  words.push(` dev ${index}`);
  if (local?.as != null) words.push(` src ${local.as}`);
  if (table !== routeTables.main) words.push(` table ${table}`);
  return words.join("");
};

/** Equivalent to: `ip route add DESTINATION via inet6 VIA dev INDEX proto 174` */
export const addRoute = (route: Route): Request => ({
  type: RTM_NEWROUTE,
  flags: flags.create | flags.exclusive,
  doing: () => `add route ${routeWords(route)}`,
  body: (writer) => writeRoute(writer, route),
});

/** As `addRoute`, beside others of the same destination. Equivalent to: `ip -6 route append …` */
export const appendRoute = (route: Route): Request => ({
  type: RTM_NEWROUTE,
  flags: flags.create,
  doing: () => `add route ${routeWords(route)}`,
  body: (writer) => writeRoute(writer, route),
});

/** Equivalent to: `ip route replace DESTINATION via inet6 VIA dev INDEX proto 174` */
export const replaceRoute = (route: Route): Request => ({
  type: RTM_NEWROUTE,
  flags: flags.create | flags.replace,
  doing: () => `set route ${routeWords(route)}`,
  body: (writer) => writeRoute(writer, route),
});

/** Equivalent to: `ip route del DESTINATION via inet6 VIA dev INDEX proto 174` */
export const deleteRoute = (route: Route): Request => ({
  type: RTM_DELROUTE,
  flags: 0,
  doing: () => `remove route ${routeWords(route)}`,
  body: (writer) => writeRoute(writer, route),
});

/** Lets what comes in by a link reach ::1, which the kernel otherwise looks for on the loopback alone. */
export const loopbackRoute = (index: number): Route => ({
  destination: "::1/128",
  index,
  via: null,
  local: { as: null },
  table: routeTables.local,
});

/** Equivalent to: `ip route show table all`, of both families, ours and others'. */
export const getAllRoutes: Request = {
  type: RTM_GETROUTE,
  flags: 0,
  doing: () => "list the routes",
  body: (writer) => {
    writer.zeros(routeLength);
  },
};

/** Equivalent to: `ip route show proto 174 [dev INDEX]`, of both families. */
export const getRoutes = (index: number | null = null): Request => ({
  type: RTM_GETROUTE,
  flags: 0,
  doing: () => "list the routes",
  body: (writer) => {
    const at = writer.zeros(routeLength);
    writer.view.setUint8(at + 5, routeProtocol);
    if (index !== null) writer.u32(RTA.oif, index);
  },
});

/** Equivalent to: `ip route show table all dev INDEX`, of both families, ours and others'. */
export const getRoutesBy = (index: number): Request => ({
  type: RTM_GETROUTE,
  flags: 0,
  doing: () => `list the routes by link ${index}`,
  body: (writer) => {
    writer.zeros(routeLength);
    writer.u32(RTA.oif, index);
  },
});

/**
 * The route by which packets to an address go: one for just that address, or else a
 * wider one. Refused (ENETUNREACH) where there is none at all.
 * Equivalent to: `ip route get fibmatch ADDRESS`
 */
export const getRouteTo = (address: string): Request => ({
  type: RTM_GETROUTE,
  flags: 0,
  doing: () => `look for the route to ${address}`,
  body: (writer) => {
    const destination = parseIp(address);
    const at = writer.zeros(routeLength);
    writer.view.setUint8(at, familyOf(destination));
    writer.view.setUint8(at + 1, destination.length * 8);
    writer.view.setUint32(at + 8, RTM_F_FIB_MATCH, littleEndian);
    writer.raw(RTA.dst, destination);
  },
});

/** Whether its route is one of ours: marked so, and of a kind that we make. */
const isOurs = (message: Message, at: number): boolean =>
  message.view.getUint8(at + 5) === routeProtocol &&
  [RTN_UNICAST, RTN_LOCAL].some((type) => message.view.getUint8(at + 7) === type);

const destinationOf = (message: Message, attributes: Attributes): string => {
  const at = message.start;
  const any = message.view.getUint8(at) === families.inet ? "0.0.0.0" : "::";
  const prefix = attributes.has(RTA.dst) ? formatIp(attributes.raw(RTA.dst)) : any;
  return `${prefix}/${message.view.getUint8(at + 1)}`;
};

const viaOf = (attributes: Attributes): string | null => {
  if (attributes.has(RTA.gateway)) return formatIp(attributes.raw(RTA.gateway));
  return attributes.has(RTA.via) ? formatIp(attributes.raw(RTA.via).subarray(2)) : null;
};

/** A route that is ours, else null. */
export const readRoute = (message: Message): Route | null => {
  const at = fixedPart(message, routeLength);
  if (!isOurs(message, at)) return null;
  const attributes = attributesOf(message, routeLength);
  const table = message.view.getUint8(at + 4);
  const as = attributes.has(RTA.prefsrc) ? formatIp(attributes.raw(RTA.prefsrc)) : null;
  return {
    destination: destinationOf(message, attributes),
    index: attributes.has(RTA.oif) ? attributes.u32(RTA.oif) : 0,
    via: viaOf(attributes),
    ...(message.view.getUint8(at + 7) === RTN_LOCAL ? { local: { as } } : {}),
    ...(table === routeTables.main ? {} : { table }),
  };
};

/** A route of whomever. */
export interface SeenRoute {
  readonly destination: string;
  /** Of the link by which it goes; 0 where there is none, or more than one. */
  readonly index: number;
  readonly table: number;
  /** Whether the machine answers for the destination itself. */
  readonly isLocal: boolean;
  /** `others`: neither ours, nor made by the kernel along with a link or an address. */
  readonly by: "us" | "kernel" | "others";
  /** `routeWords`, of ours. */
  readonly words: string | null;
  /** Removes this very route. */
  readonly removal: Request;
}

/** The route that a message is about, whether or not it is one that we would make. */
export const readAnyRoute = (message: Message): SeenRoute => {
  const at = fixedPart(message, routeLength);
  const own = readRoute(message);
  const attributes = attributesOf(message, routeLength);
  const destination = destinationOf(message, attributes);
  const isKernels = message.view.getUint8(at + 5) === RTPROT_KERNEL;
  return {
    destination,
    index: attributes.has(RTA.oif) ? attributes.u32(RTA.oif) : 0,
    table: message.view.getUint8(at + 4),
    isLocal: message.view.getUint8(at + 7) === RTN_LOCAL,
    by: own !== null ? "us" : isKernels ? "kernel" : "others",
    words: own === null ? null : routeWords(own),
    removal: repeated(message, RTM_DELROUTE, `remove route ${destination}`),
  };
};
