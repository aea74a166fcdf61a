/** The link between an instance and the hub: laid, mended, cut, and looked at. */

import type { DualAddress, Instance } from "../../src/core/resource.ts";
import { refusedWith } from "../kernel-error.ts";
import {
  addAddress,
  deleteAddress,
  getAddresses,
  type InterfaceAddress,
  readAddress,
} from "../netlink/address.ts";
import { addVeth, getLink, getLinks, type Link, linkFlags, readLink, setLink } from "../netlink/link.ts";
import type { Request } from "../netlink/message.ts";
import { getNsid, readNsid } from "../netlink/nsid.ts";
import {
  deleteRoute,
  getRoutes,
  getRouteTo,
  type Route,
  readRoute,
  replaceRoute,
  routeWords,
} from "../netlink/route.ts";
import { asError, type NetlinkSocket } from "../netlink/socket.ts";
import type { Hub } from "./hub.ts";
import { instanceLink, linkMac, nextHop, systemPrefixes } from "./names.ts";
import { retiredName } from "./reaper.ts";

const linkState = linkFlags.up | linkFlags.noArp;

/** In the hub: the way to the instance. */
const routesToInstance = ({ v4, v6 }: DualAddress, index: number): readonly Route[] => [
  ...(v4 === null ? [] : [{ destination: `${v4}/32`, index, via: nextHop }]),
  { destination: `${v6}/128`, index, via: nextHop },
];

/** In the instance: the way to everyone else. */
const routesToSystem = ({ v4 }: DualAddress, index: number): readonly Route[] => [
  ...(v4 === null ? [] : [{ destination: systemPrefixes[4], index, via: nextHop }]),
  { destination: systemPrefixes[6], index, via: nextHop },
];

const addressesOf = ({ v4, v6 }: DualAddress): readonly string[] => (v4 === null ? [v6] : [v4, v6]);

const up = (index: number): Request => setLink(index, { set: linkState, mask: linkState });

/** What it takes of a hub to lay a cable. */
export interface CableHub {
  /** A socket there. */
  readonly route: NetlinkSocket;
  freshIndex(above?: number): number;
  /** Removes a link of the hub. */
  retire(link: Link): void;
}

/**
 * Lays a cable: both ends in their places, with the same index, larger than `above`.
 * `socket` is in the instance's namespace, `namespace` open on it. After an error there
 * is none.
 */
export const layCable = (
  hub: CableHub,
  instance: Instance,
  namespace: number,
  socket: NetlinkSocket,
  above = 0,
): void => {
  const { address } = instance;
  const index = hub.freshIndex(above);
  const near = { name: instance.link, index, mac: linkMac, namespace: null };
  const far = { name: instanceLink, index, mac: linkMac, namespace };
  try {
    hub.route.insist([addVeth(near, far, linkState), ...routesToInstance(address, index).map(replaceRoute)]);
    socket.insist([
      up(index),
      ...addressesOf(address).map((own) => addAddress(index, own)),
      ...routesToSystem(address, index).map(replaceRoute),
    ]);
  } catch (error) {
    const laid = hub.route.get(getLink(instance.link), readLink);
    if (laid?.index === index) hub.retire(laid);
    throw error;
  }
};

/** Takes the hub's end of a cable away, and the other with it. */
export const cutCable = (hub: CableHub, name: string): void => {
  const link = hub.route.get(getLink(name), readLink);
  if (link !== null) hub.retire(link);
};

/** The number by which an instance knows a namespace; null where it has no link to it. */
const numberOf = (namespace: number, socket: NetlinkSocket): number | null =>
  socket.get(getNsid(namespace), readNsid);

/**
 * Whether two links are the ends of one. Indexes alone do not tell: a hub that was made
 * anew gives those of the one before again, whose links may still be on their way out.
 */
const isPair = (
  near: Link | null | undefined,
  far: Link | null | undefined,
  hubNumber: number | null,
): near is Link =>
  near != null &&
  far != null &&
  near.kind === "veth" &&
  near.peer === far.index &&
  far.peer === near.index &&
  far.peerNsid !== null &&
  far.peerNsid === hubNumber;

/** Addresses of an instance's link, but for those that the kernel gives by itself. */
const givenAddresses = (socket: NetlinkSocket, index: number): readonly InterfaceAddress[] =>
  socket
    .dump(getAddresses(index), readAddress)
    .filter((one) => one.index === index && !one.address.startsWith("fe80:"));

/** Takes away what is there in the place of a cable: either end of whatever it was. */
const clear = (
  hub: Hub,
  near: Link | null,
  far: Link | null,
  hubNumber: number | null,
  socket: NetlinkSocket,
): void => {
  if (near !== null) hub.retire(near);
  if (far === null) return;
  const other = far.peer === null ? null : hub.route.get(getLink(far.peer), readLink);
  if (other !== null && other.index !== near?.index && isPair(other, far, hubNumber)) hub.retire(other);
  // Its other end takes it along, if it has not yet; until then the name is free.
  const [renamed] = socket.perform([setLink(far.index, { name: retiredName(far.index) })]);
  if (renamed != null && renamed.code !== "ENODEV") throw asError(renamed);
};

/** Makes the cable of a living instance as it must be: what is whole of it stays. */
export const mendCable = (hub: Hub, instance: Instance, namespace: number, socket: NetlinkSocket): void => {
  const near = hub.route.get(getLink(instance.link), readLink);
  const far = socket.get(getLink(instanceLink), readLink);
  const hubNumber = numberOf(hub.fd, socket);
  if (!isPair(near, far, hubNumber)) {
    clear(hub, near, far, hubNumber, socket);
    layCable(hub, instance, namespace, socket, far?.index);
    return;
  }
  const { index } = near;
  const { address } = instance;
  const wanted = routesToInstance(address, index);
  const wrong = givenAddresses(socket, index).filter((one) => !addressesOf(address).includes(one.address));
  // To list the routes of a link the kernel goes through all that the hub has.
  const wrongRoutes = (wrong.length === 0 ? [] : hub.route.dump(getRoutes(index), readRoute)).filter(
    (route) => !wanted.some((one) => one.destination === route.destination),
  );
  hub.route.insist([up(index), ...wrongRoutes.map(deleteRoute), ...wanted.map(replaceRoute)]);
  socket.insist([
    up(index),
    ...wrong.map((one) => deleteAddress(index, one.address)),
    ...addressesOf(address).map((own) => addAddress(index, own, "replace")),
    ...routesToSystem(address, index).map(replaceRoute),
  ]);
};

/** The hub as it is now. */
export interface HubView {
  /** Open on its namespace; null where there is none. */
  readonly namespace: number | null;
  readonly links: ReadonlyMap<number, Link>;
  readonly routes: ReadonlySet<string>;
}

/** What is seen where there is no hub. */
export const noHub: HubView = { namespace: null, links: new Map(), routes: new Set() };

export const viewHub = (hub: Hub): HubView => ({
  namespace: hub.fd,
  links: new Map(hub.route.dump(getLinks, readLink).map((link) => [link.index, link] as const)),
  routes: new Set(hub.route.dump(getRoutes(), readRoute).map(routeWords)),
});

const routeTo = (hub: Hub, address: string): Route | null => {
  try {
    return hub.route.get(getRouteTo(address), readRoute);
  } catch (error) {
    if (refusedWith(error, "ENETUNREACH", "EHOSTUNREACH")) return null;
    throw error;
  }
};

/** Of the hub only what concerns one instance. */
export const viewHubAt = (hub: Hub, { link: name, address }: Instance): HubView => {
  const link = hub.route.get(getLink(name), readLink);
  if (link === null) return { ...noHub, namespace: hub.fd };
  const routes = addressesOf(address).flatMap((own) => routeTo(hub, own) ?? []);
  return {
    namespace: hub.fd,
    links: new Map([[link.index, link]]),
    routes: new Set(routes.map(routeWords)),
  };
};

/** A cable as it is seen: its name in the hub, empty where it does not work in every respect. */
export interface SeenCable {
  readonly link: string;
  readonly address: DualAddress;
}

const isUp = (link: Link): boolean => (link.flags & linkState) === linkState;

/** The address of a family, where there is exactly one. */
const only = (addresses: readonly InterfaceAddress[], length: 32 | 128): string | null => {
  const own = addresses.filter(({ address }) => address.includes(":") === (length === 128));
  return own.length === 1 && own[0]!.prefix === length ? own[0]!.address : null;
};

/** Looks at the cable of the instance that the socket is in. */
export const viewCable = (hub: HubView, socket: NetlinkSocket): SeenCable => {
  const far = socket.get(getLink(instanceLink), readLink);
  if (far === null) return { link: "", address: { v4: null, v6: "::" } };
  const near = far.peer === null ? undefined : hub.links.get(far.peer);
  const given = givenAddresses(socket, far.index);
  const address = { v4: only(given, 32), v6: only(given, 128) ?? "::" };
  const routes = new Set(socket.dump(getRoutes(), readRoute).map(routeWords));
  const works =
    isPair(near, far, hub.namespace === null ? null : numberOf(hub.namespace, socket)) &&
    isUp(near) &&
    isUp(far) &&
    given.length === addressesOf(address).length &&
    routesToSystem(address, far.index).every((route) => routes.has(routeWords(route))) &&
    routesToInstance(address, near.index).every((route) => hub.routes.has(routeWords(route)));
  return { link: works ? near.name : "", address };
};
