/** How a veth is seen, from the hub and from its instance. */

import type { DualAddress, Instance } from "../../src/core/resource.ts";
import { getAddresses, type InterfaceAddress, readAddress } from "../netlink/address.ts";
import { getLink, getLinks, type Link, readLink } from "../netlink/link.ts";
import { getNeighbours, readNeighbour } from "../netlink/neighbour.ts";
import { getRoutes, type Route, readRoute, routeWords, type SeenRoute } from "../netlink/route.ts";
import type { NetlinkSocket } from "../netlink/socket.ts";
import { readSorted, type Sorted, wrongNeighbour, wrongSorting, wrongWithEnd } from "./end.ts";
import type { Hub } from "./hub.ts";
import { wrongWithLoopback } from "./loopback.ts";
import { type Marker, markerOn } from "./marker.ts";
import { instanceLink, nextHop } from "./names.ts";
import { isLate, isStranger, readRoutes, routeTo, unanswered, wrongWithRules } from "./routing.ts";
import { addressesOf, isVeth, numberOf, routesToHub, routesToInstance } from "./veth.ts";

/** The hub as it is now. */
export interface HubView {
  /** Open on its namespace; null where there is none. */
  readonly namespace: number | null;
  readonly links: ReadonlyMap<number, Link>;
  readonly routes: ReadonlySet<string>;
  /** What of an end of a link is wrong that the link itself does not tell. */
  readonly wrongBeside: (link: Link) => string | null;
}

/** What is seen where there is no hub. */
export const noHub: HubView = {
  namespace: null,
  links: new Map(),
  routes: new Set(),
  wrongBeside: () => null,
};

/** Links that take somebody else for their next hop, of many at once. */
const misledLinks = (socket: NetlinkSocket): ReadonlySet<number> =>
  new Set(
    socket
      .dump(getNeighbours, readNeighbour)
      .filter(({ address, isGiven }) => address === nextHop && !isGiven)
      .map(({ index }) => index),
  );

export const viewHub = (hub: Hub): HubView => {
  const [sorted, misled] = [readSorted(hub.route), misledLinks(hub.route)];
  return {
    namespace: hub.fd,
    links: new Map(hub.route.dump(getLinks, readLink).map((link) => [link.index, link] as const)),
    routes: new Set(hub.route.dump(getRoutes(), readRoute).map(routeWords)),
    wrongBeside: (link) =>
      wrongSorting(sorted, link) ?? (misled.has(link.index) ? wrongNeighbour(hub.route, link) : null),
  };
};

/** Of the hub only what concerns one instance; `sorted`: see `readSorted`. */
export const viewHubAt = (hub: Hub, { link: name, address }: Instance, sorted: Sorted): HubView => {
  const link = hub.route.get(getLink(name), readLink);
  if (link === null) return { ...noHub, namespace: hub.fd };
  const routes = addressesOf(address).flatMap((own) => routeTo(hub.route, own) ?? []);
  return {
    namespace: hub.fd,
    links: new Map([[link.index, link]]),
    routes: new Set(routes.map(routeWords)),
    wrongBeside: (one) => wrongSorting(sorted, one) ?? wrongNeighbour(hub.route, one),
  };
};

/** A veth as it is seen: its name in the hub, empty where it does not work in every respect. */
export interface SeenVeth {
  readonly link: string;
  readonly address: DualAddress;
  /** What does not, in words; null where all does. */
  readonly wrong: string | null;
  /** Whether something of it is to come soon by itself. */
  readonly isLate: boolean;
}

/** The address of a family, where there is exactly one. */
const only = (addresses: readonly InterfaceAddress[], length: 32 | 128): string | null => {
  const own = addresses.filter(({ address }) => address.includes(":") === (length === 128));
  return own.length === 1 && own[0]!.prefix === length ? own[0]!.address : null;
};

/** An instance as it is seen from within. */
interface Inside {
  readonly loopback: Link | null;
  readonly far: Link | null;
  readonly addresses: readonly InterfaceAddress[];
}

const viewInside = (socket: NetlinkSocket): Inside => {
  const links = socket.dump(getLinks, readLink);
  return {
    loopback: links.find(({ name }) => name === "lo") ?? null,
    far: links.find(({ name }) => name === instanceLink) ?? null,
    addresses: socket.dump(getAddresses(), readAddress).filter(({ address }) => !address.startsWith("fe80:")),
  };
};

const wrongWithRoutes = (
  routes: readonly SeenRoute[],
  silent: readonly string[],
  wanted: readonly Route[],
): string | null => {
  const there = new Set(routes.map(({ words }) => words));
  const missing = wanted.find((route) => !there.has(routeWords(route)));
  if (missing !== undefined) return `route ${routeWords(missing)} vanished`;
  const stranger = routes.find(isStranger);
  if (stranger !== undefined) return `route ${stranger.destination} appeared`;
  return silent[0] === undefined ? null : `address ${silent[0]} is not answered for`;
};

const viewVeth = (
  hub: HubView,
  socket: NetlinkSocket,
  { loopback, far, addresses }: Inside,
  soon: boolean,
): SeenVeth => {
  if (far === null)
    return {
      link: "",
      address: { v4: null, v6: "::" },
      wrong: `link ${instanceLink} vanished`,
      isLate: false,
    };
  const near = far.peer === null ? undefined : hub.links.get(far.peer);
  const given = addresses.filter(({ index }) => index === far.index);
  const address = { v4: only(given, 32), v6: only(given, 128) ?? "::" };
  if (!isVeth(near, far, hub.namespace === null ? null : numberOf(hub.namespace, socket)))
    return { link: "", address, wrong: "the hub's end of the link vanished", isLate: false };
  const routes = readRoutes(socket);
  const silent = unanswered(routes, addressesOf(address));
  const missing = routesToInstance(address, near.index).find((route) => !hub.routes.has(routeWords(route)));
  const wrong =
    wrongWithEnd(near) ??
    wrongWithEnd(far) ??
    (given.length === addressesOf(address).length ? null : `addresses of ${instanceLink} were altered`) ??
    (missing === undefined ? null : `route ${routeWords(missing)} vanished`) ??
    wrongWithLoopback(loopback, addresses) ??
    wrongWithRoutes(
      routes,
      silent.filter((own) => !(soon && isLate(own))),
      routesToHub(address, far.index),
    ) ??
    wrongWithRules(socket) ??
    hub.wrongBeside(near) ??
    wrongSorting(readSorted(socket), far) ??
    wrongNeighbour(socket, far);
  return {
    link: wrong === null ? near.name : "",
    address,
    wrong,
    isLate: wrong === null && silent.length > 0,
  };
};

/**
 * Looks at the instance that the socket is in. Without a marker it is none, as far as is seen.
 * `soon`: what comes soon by itself is not wrong for being late.
 */
export const viewInstance = (
  hub: HubView,
  socket: NetlinkSocket,
  soon: boolean,
): { readonly marker: Marker | null; readonly veth: SeenVeth } => {
  const inside = viewInside(socket);
  return {
    marker: inside.loopback === null ? null : markerOn(inside.loopback),
    veth: viewVeth(hub, socket, inside, soon),
  };
};
