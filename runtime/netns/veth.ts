/** The link between an instance and the hub: laid, mended, and cut. */

import type { DualAddress, Instance } from "../../src/core/resource.ts";
import { refusedWith } from "../kernel-error.ts";
import {
  addAddress,
  deleteAddress,
  getAddresses,
  type InterfaceAddress,
  readAddress,
} from "../netlink/address.ts";
import { addVeth, deleteAltname, getLink, type Link, linkFlags, readLink, setLink } from "../netlink/link.ts";
import type { Request } from "../netlink/message.ts";
import { getNsid, readNsid } from "../netlink/nsid.ts";
import { deleteRoute, getRoutes, type Route, readRoute, replaceRoute, routeWords } from "../netlink/route.ts";
import { asError, type NetlinkSocket } from "../netlink/socket.ts";
import { endFlags, mendBesideEnd, mendEnd } from "./end.ts";
import type { Hub } from "./hub.ts";
import { mendLoopback } from "./loopback.ts";
import { anywhere, instanceLink, linkMac, nextHop } from "./names.ts";
import { retiredName } from "./reaper.ts";
import { isStranger, mendRules, readRoutes, routeTo, unanswered } from "./routing.ts";

/** In the hub: the way to the instance. */
export const routesToInstance = ({ v4, v6 }: DualAddress, index: number): readonly Route[] => [
  ...(v4 === null ? [] : [{ destination: `${v4}/32`, index, via: nextHop }]),
  { destination: `${v6}/128`, index, via: nextHop },
];

/** In the instance: the way to everyone else. */
export const routesToHub = ({ v4 }: DualAddress, index: number): readonly Route[] => [
  ...(v4 === null ? [] : [{ destination: anywhere[4], index, via: nextHop }]),
  { destination: anywhere[6], index, via: nextHop },
];

export const addressesOf = ({ v4, v6 }: DualAddress): readonly string[] => (v4 === null ? [v6] : [v4, v6]);

const up = (index: number): Request => setLink(index, { set: endFlags, mask: endFlags });

/** What it takes of a hub to create a veth. */
export interface VethHub {
  /** A socket there. */
  readonly route: NetlinkSocket;
  freshIndex(above?: number): number;
  /** Removes a link of the hub. */
  retire(link: Link): void;
}

/**
 * Creates a veth: both ends in their places, with the same index, larger than `above`.
 * `socket` is in the instance's namespace, `namespace` open on it. After an error there
 * is none.
 */
export const createVeth = (
  hub: VethHub,
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
    hub.route.insist([addVeth(near, far, endFlags), ...routesToInstance(address, index).map(replaceRoute)]);
    socket.insist([
      up(index),
      ...addressesOf(address).map((own) => addAddress(index, own)),
      ...routesToHub(address, index).map(replaceRoute),
    ]);
  } catch (error) {
    const laid = hub.route.get(getLink(instance.link), readLink);
    if (laid?.index === index) hub.retire(laid);
    throw error;
  }
};

/** The link of a name. Another that has it as a further name loses it. */
const linkNamed = (hub: VethHub, name: string): Link | null => {
  const link = hub.route.get(getLink(name), readLink);
  if (link === null || link.name === name) return link;
  hub.route.insist([deleteAltname(link.index, name)]);
  return null;
};

/** Takes the hub's end of a veth away, and the other with it. */
export const deleteVeth = (hub: VethHub, name: string): void => {
  const link = linkNamed(hub, name);
  if (link !== null) hub.retire(link);
};

/** The number by which an instance knows a namespace; null where it has no link to it. */
export const numberOf = (namespace: number, socket: NetlinkSocket): number | null =>
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

/** Whether two links are a veth as `createVeth` makes it: addresses and routes are given by the index that both ends share. */
export const isVeth = (
  near: Link | null | undefined,
  far: Link | null | undefined,
  hubNumber: number | null,
): near is Link => isPair(near, far, hubNumber) && near.index === far?.index;

/** Addresses of an instance's link, but for those that the kernel gives by itself. */
const givenAddresses = (socket: NetlinkSocket, index: number): readonly InterfaceAddress[] => {
  try {
    return socket
      .dump(getAddresses(index), readAddress)
      .filter((one) => one.index === index && !one.address.startsWith("fe80:"));
  } catch (error) {
    if (refusedWith(error, "ENODEV")) return []; // gone since it was looked for
    throw error;
  }
};

/** Takes away what is there in the place of a veth: either end of whatever it was. */
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

/** The hub's way to an instance: also where somebody else has put another in front of it. */
const mendWay = (hub: Hub, { address }: Instance, index: number): void => {
  const wanted = routesToInstance(address, index);
  hub.route.insist(wanted.map(replaceRoute));
  const words = new Set<string | null>(wanted.map(routeWords));
  const isTaken = ({ destination }: Route): boolean => {
    const found = routeTo(hub.route, destination.slice(0, destination.indexOf("/")));
    return found !== null && words.has(routeWords(found));
  };
  if (wanted.every(isTaken)) return;
  const destinations = new Set(wanted.map(({ destination }) => destination));
  const others = readRoutes(hub.route).filter(
    (route) => destinations.has(route.destination) && route.by !== "kernel" && !words.has(route.words),
  );
  hub.route.insist(others.map(({ removal }) => removal));
};

/** To list the routes of a link the kernel goes through all that the hub has: only where it had another address. */
const removeOtherWays = (hub: Hub, { address }: Instance, index: number): void => {
  const wanted = new Set(routesToInstance(address, index).map(({ destination }) => destination));
  const others = hub.route
    .dump(getRoutes(index), readRoute)
    .filter(({ destination }) => !wanted.has(destination));
  hub.route.insist(others.map(deleteRoute));
};

/** The instance's end. Where it has another name, it gets its own back. */
const farEnd = (near: Link | null, hubNumber: number | null, socket: NetlinkSocket): Link | null => {
  const found = socket.get(getLink(instanceLink), readLink);
  if (found !== null || near === null || near.peer === null) return found;
  const renamed = socket.get(getLink(near.peer), readLink);
  if (!isPair(near, renamed, hubNumber)) return null;
  // Kernels before 6.3 rename no link that is up.
  const { index } = renamed!;
  socket.insist([
    setLink(index, { set: 0, mask: linkFlags.up }),
    setLink(index, { name: instanceLink }),
    setLink(index, { set: endFlags, mask: endFlags }),
  ]);
  return socket.get(getLink(index), readLink);
};

/** Makes the veth of a living instance as it must be: what is whole of it stays. */
export const repairVeth = (hub: Hub, instance: Instance, namespace: number, socket: NetlinkSocket): void => {
  const near = linkNamed(hub, instance.link);
  const hubNumber = numberOf(hub.fd, socket);
  const far = farEnd(near, hubNumber, socket);
  if (!isVeth(near, far, hubNumber)) {
    clear(hub, near, far, hubNumber, socket);
    createVeth(hub, instance, namespace, socket, far?.index);
    return;
  }
  const { index } = near;
  const own = addressesOf(instance.address);
  const given = givenAddresses(socket, index);
  mendEnd(hub.route, near);
  mendBesideEnd(hub.route, near);
  const strayed = given.filter(({ address }) => !own.includes(address));
  if (strayed.length > 0) removeOtherWays(hub, instance, index);
  mendWay(hub, instance, index);
  mendEnd(socket, far!);
  mendBesideEnd(socket, far!);
  const routes = readRoutes(socket);
  // One that the kernel does not answer for is given anew.
  const wrong = given.filter(
    ({ address, prefix }) =>
      !own.includes(address) ||
      prefix !== (address.includes(":") ? 128 : 32) ||
      unanswered(routes, [address]).length > 0,
  );
  mendLoopback(socket);
  socket.insist([
    ...wrong.map(deleteAddress),
    ...own.map((address) => addAddress(index, address, "replace")),
    ...routesToHub(instance.address, index).map(replaceRoute),
    ...routes.filter(isStranger).map(({ removal }) => removal),
    ...mendRules(socket),
  ]);
};
