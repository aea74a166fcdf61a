/** Instances: a namespace each, a link to the hub, addresses and routes. */
import { closeSync } from "node:fs";
import type { Instance } from "../../src/core/resource.ts";
import { createNamespace, deleteNamespace, openNamespace, withNamespace } from "../namespaces.ts";
import { addAddress, getAddresses, type InterfaceAddress, readAddress } from "../netlink/address.ts";
import {
  addVeth,
  deleteLink,
  getLink,
  getLinks,
  type Link,
  linkFlags,
  readLink,
  setLink,
} from "../netlink/link.ts";
import type { Request } from "../netlink/message.ts";
import { addRoute, getRoutes, readRoute, routeWords } from "../netlink/route.ts";
import { buses, NetlinkSocket } from "../netlink/socket.ts";
import { foreignNamespace, type Hub } from "./hub.ts";
import { type Marker, mark, ownerOf, readMarker } from "./marker.ts";
import { instanceLink, instanceLinkIndex, linkMac, nextHop, systemPrefixes } from "./names.ts";

const linkState = linkFlags.up | linkFlags.noArp;

const destinations = ({ v4, v6 }: Instance["address"]): readonly string[] => [
  ...(v4 === null ? [] : [`${v4}/32`]),
  `${v6}/128`,
];

/** In the hub: the link, up, and the way to the instance. */
const hubSide = (instance: Instance, index: number, namespace: number): readonly Request[] => [
  addVeth(
    { name: instance.link, index, mac: linkMac, namespace: null },
    { name: instanceLink, index: instanceLinkIndex, mac: linkMac, namespace },
    linkState,
  ),
  ...destinations(instance.address).map((destination) => addRoute({ destination, index, via: nextHop })),
];

/** In the instance: the other end, up, its addresses, and the way to everyone else. */
const instanceSide = ({ address }: Instance): readonly Request[] => [
  setLink(instanceLinkIndex, { set: linkState, mask: linkState }),
  ...(address.v4 === null
    ? []
    : [
        addAddress(instanceLinkIndex, address.v4),
        addRoute({ destination: systemPrefixes[4], index: instanceLinkIndex, via: nextHop }),
      ]),
  addAddress(instanceLinkIndex, address.v6),
  addRoute({ destination: systemPrefixes[6], index: instanceLinkIndex, via: nextHop }),
];

const removeLink = (hub: Hub, name: string): void => {
  if (hub.route.get(getLink(name), readLink) !== null) hub.route.request(deleteLink(name));
};

const connect = (hub: Hub, instance: Instance, namespace: number, socket: NetlinkSocket): void => {
  try {
    // The name may still be taken by a link whose other end is on its way out.
    removeLink(hub, instance.link);
    hub.route.insist(hubSide(instance, hub.freshIndex(), namespace));
    socket.insist(instanceSide(instance));
  } catch (error) {
    removeLink(hub, instance.link);
    throw error;
  }
};

const markerOf = (system: string, { automaton, index }: Instance): Marker => ({
  _tag: "instance",
  system,
  automaton,
  index,
});

/**
 * Makes an instance, but for its element in the hub's table. Where its namespace is
 * already there and ours, what is in it stays and only the link is made anew. After an
 * error nothing new is left.
 */
export const createInstance = (hub: Hub, system: string, instance: Instance): void => {
  const owner = ownerOf(instance.netns, system);
  if (owner._tag === "foreign") throw foreignNamespace(instance.netns);
  if (owner._tag === "ours") {
    relink(hub, system, instance);
    return;
  }
  if (owner._tag === "remains") deleteNamespace(instance.netns);
  const socket = createNamespace(instance.netns, () => {
    const own = new NetlinkSocket(buses.route);
    own.request(mark(markerOf(system, instance)));
    return own;
  })!;
  const fd = openNamespace(instance.netns);
  try {
    connect(hub, instance, fd, socket);
  } catch (error) {
    deleteNamespace(instance.netns);
    throw error;
  } finally {
    socket.close();
    closeSync(fd);
  }
};

const inside = <T>(name: string, work: (socket: NetlinkSocket, fd: number) => T): T => {
  const fd = openNamespace(name);
  try {
    const socket = withNamespace(fd, () => new NetlinkSocket(buses.route));
    try {
      return work(socket, fd);
    } finally {
      socket.close();
    }
  } finally {
    closeSync(fd);
  }
};

/** Makes the link of a living instance anew: everything of it that could be wrong goes with the old one. */
const relink = (hub: Hub, system: string, instance: Instance): void =>
  inside(instance.netns, (socket, fd) => {
    removeLink(hub, instance.link);
    if (socket.get(getLink(instanceLink), readLink) !== null) socket.request(deleteLink(instanceLink));
    socket.request(mark(markerOf(system, instance)));
    connect(hub, instance, fd, socket);
  });

/** Removes the link and the name. What still runs inside keeps a namespace without a way out. */
export const deleteInstance = (hub: Hub | null, system: string, instance: Instance): void => {
  const owner = ownerOf(instance.netns, system);
  if (owner._tag === "foreign") throw foreignNamespace(instance.netns);
  if (hub !== null) removeLink(hub, instance.link);
  if (owner._tag !== "nobody") deleteNamespace(instance.netns);
};

/** The world as an instance's namespace and the hub show it. */
export interface HubView {
  readonly links: ReadonlyMap<number, Link>;
  readonly routes: ReadonlySet<string>;
}

export const viewHub = (hub: Hub): HubView => ({
  links: new Map(hub.route.dump(getLinks, readLink).map((link) => [link.index, link] as const)),
  routes: new Set(hub.route.dump(getRoutes, readRoute).map(routeWords)),
});

const isReady = (link: Link): boolean => (link.flags & linkState) === linkState;

/** The address of one family where there is just one beside those that the kernel gives itself. */
const ownAddress = (addresses: readonly InterfaceAddress[], length: 32 | 128): string | null => {
  const own = addresses.filter(
    ({ index, prefix, address }) =>
      index === instanceLinkIndex && prefix === length && !address.startsWith("fe80:"),
  );
  return own.length === 1 && (own[0]!.address.includes(":") ? 128 : 32) === length ? own[0]!.address : null;
};

/**
 * The instance of a name as it is now; null where the namespace is not ours. A link
 * that does not work in every respect is shown as none at all.
 */
export const observeInstance = (
  hub: HubView,
  system: string,
  netns: string,
  originOf: (link: string) => number,
): Omit<Instance, "kind" | "key"> | null =>
  inside(netns, (socket) => {
    const marker = readMarker(socket);
    if (marker?._tag !== "instance" || marker.system !== system) return null;
    const near = socket.get(getLink(instanceLink), readLink);
    const far = near?.peer == null ? undefined : hub.links.get(near.peer);
    const addresses = socket.dump(getAddresses, readAddress);
    const address = { v4: ownAddress(addresses, 32), v6: ownAddress(addresses, 128) ?? "::" };
    const own = new Set(socket.dump(getRoutes, readRoute).map(routeWords));
    const works =
      near !== null &&
      far !== undefined &&
      far.peer === near.index &&
      near.index === instanceLinkIndex &&
      isReady(near) &&
      isReady(far) &&
      (address.v4 === null ||
        own.has(routeWords({ destination: systemPrefixes[4], index: near.index, via: nextHop }))) &&
      own.has(routeWords({ destination: systemPrefixes[6], index: near.index, via: nextHop })) &&
      destinations(address).every((destination) =>
        hub.routes.has(routeWords({ destination, index: far.index, via: nextHop })),
      );
    const link = works ? far.name : "";
    const { automaton, index } = marker;
    return { automaton, index, netns, link, address, origin: works ? originOf(link) : 0 };
  });
