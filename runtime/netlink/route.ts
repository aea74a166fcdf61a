/** Routes: rtnetlink's ROUTE messages. */
import { families, familyOf, formatIp, parseIp } from "./ip.ts";
import { flags, type Request } from "./message.ts";
import { attributesOf, fixedPart, type Message } from "./reader.ts";
import { littleEndian, type MessageWriter } from "./writer.ts";

const RTM_NEWROUTE = 24;
const RTM_DELROUTE = 25;
const RTM_GETROUTE = 26;

export const routeMessages = { created: RTM_NEWROUTE, deleted: RTM_DELROUTE } as const;

const RTA = { dst: 1, oif: 4, gateway: 5, prefsrc: 7, via: 18 } as const;
const RT_TABLE_MAIN = 254;
const RT_TABLE_LOCAL = 255;
const RTN_UNICAST = 1;
const RTN_LOCAL = 2;
const RT_SCOPE_LINK = 253;
const RT_SCOPE_HOST = 254;
/** Of a route by which it is known as ours; no routing daemon's (see /etc/iproute2/rt_protos). */
export const routeProtocol = 174;

/** Asks for the route itself, and not for where one packet would go. */
const RTM_F_FIB_MATCH = 0x2000;

/** `struct rtmsg`. */
const routeLength = 12;

export interface Route {
  /** With the length of its prefix: `10.0.0.0/8`. */
  readonly destination: string;
  readonly index: number;
  /** An IPv6 address, of an IPv4 route too; null: the destination is on the link itself. */
  readonly via: string | null;
  /** Answers for the destination in its place; as this address where it asks of itself. */
  readonly localAs?: string;
}

const scopeOf = (route: Route): number => {
  if (route.localAs !== undefined) return RT_SCOPE_HOST;
  return route.via === null ? RT_SCOPE_LINK : 0;
};

const writeRoute = (writer: MessageWriter, route: Route): void => {
  const [prefix, length] = route.destination.split("/");
  const destination = parseIp(prefix!);
  const family = familyOf(destination);
  const at = writer.zeros(routeLength);
  writer.view.setUint8(at, family);
  writer.view.setUint8(at + 1, length === undefined ? destination.length * 8 : Number(length));
  writer.view.setUint8(at + 4, RT_TABLE_MAIN);
  writer.view.setUint8(at + 5, routeProtocol);
  writer.view.setUint8(at + 6, family === families.inet ? scopeOf(route) : 0);
  writer.view.setUint8(at + 7, route.localAs === undefined ? RTN_UNICAST : RTN_LOCAL);
  writer.raw(RTA.dst, destination);
  if (route.localAs !== undefined) writer.raw(RTA.prefsrc, parseIp(route.localAs));
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
export const routeWords = (route: Route): string =>
  `${route.destination}${route.via === null ? "" : ` via ${route.via}`} dev ${route.index}`;

/** Equivalent to: `ip route add DESTINATION via inet6 VIA dev INDEX proto 174` */
export const addRoute = (route: Route): Request => ({
  type: RTM_NEWROUTE,
  flags: flags.create | flags.exclusive,
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

/**
 * Lets what comes in by a link reach ::1, which the kernel otherwise looks for on the
 * loopback alone. Equivalent to: `ip -6 route add local ::1 dev INDEX table local proto 174`
 */
export const addLoopbackRoute = (index: number): Request => ({
  type: RTM_NEWROUTE,
  // Not exclusive: every link that is to has one.
  flags: flags.create,
  doing: () => `let link ${index} reach ::1`,
  body: (writer) => {
    const at = writer.zeros(routeLength);
    writer.view.setUint8(at, families.inet6);
    writer.view.setUint8(at + 1, 128);
    writer.view.setUint8(at + 4, RT_TABLE_LOCAL);
    writer.view.setUint8(at + 5, routeProtocol);
    writer.view.setUint8(at + 7, RTN_LOCAL);
    writer.raw(RTA.dst, parseIp("::1"));
    writer.u32(RTA.oif, index);
  },
});

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

/** Of the routes of the main table those that are ours, else null. */
export const readRoute = (message: Message): Route | null => {
  const at = fixedPart(message, routeLength);
  const family = message.view.getUint8(at);
  const isOurs = message.view.getUint8(at + 5) === routeProtocol;
  if (!isOurs || message.view.getUint8(at + 4) !== RT_TABLE_MAIN) return null;
  const attributes = attributesOf(message, routeLength);
  const any = family === families.inet ? "0.0.0.0" : "::";
  const prefix = attributes.has(RTA.dst) ? formatIp(attributes.raw(RTA.dst)) : any;
  const via = attributes.has(RTA.gateway)
    ? attributes.raw(RTA.gateway)
    : attributes.has(RTA.via)
      ? attributes.raw(RTA.via).subarray(2)
      : null;
  return {
    destination: `${prefix}/${message.view.getUint8(at + 1)}`,
    index: attributes.has(RTA.oif) ? attributes.u32(RTA.oif) : 0,
    via: via === null ? null : formatIp(via),
  };
};
