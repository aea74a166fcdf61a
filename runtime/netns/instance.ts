/** Instances: a namespace each, and its cable to the hub. */
import { closeSync } from "node:fs";
import type { Instance } from "../../src/core/resource.ts";
import { refusedWith } from "../kernel-error.ts";
import { createNamespace, deleteNamespace, openNamespace, withNamespace } from "../namespaces.ts";
import { buses, NetlinkSocket } from "../netlink/socket.ts";
import type { Anchors } from "./anchors.ts";
import { type CableHub, cutCable, type HubView, layCable, mendCable, viewCable } from "./cable.ts";
import { foreignNamespace, type Hub } from "./hub.ts";
import { type Marker, mark, ownerOf, readMarker } from "./marker.ts";

const markerOf = (system: string, { automaton, index }: Instance): Marker => ({
  _tag: "instance",
  system,
  automaton,
  index,
});

/** Works in a namespace by name, with a socket there. */
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

/** Where the name is taken, it is by a link whose other end was taken away, and which is on its way out. */
const layNewCable = (hub: CableHub, instance: Instance, fd: number, socket: NetlinkSocket): void => {
  try {
    layCable(hub, instance, fd, socket);
  } catch (error) {
    if (!refusedWith(error, "EEXIST")) throw error;
    cutCable(hub, instance.link);
    layCable(hub, instance, fd, socket);
  }
};

/** Makes a namespace that is marked from the beginning, and lays its cable. Its name must be free. */
export const bearInstance = (hub: CableHub, system: string, instance: Instance): void => {
  const socket = createNamespace(instance.netns, () => {
    const own = new NetlinkSocket(buses.route);
    own.insist([mark(markerOf(system, instance))]);
    return own;
  })!;
  const fd = openNamespace(instance.netns);
  try {
    layNewCable(hub, instance, fd, socket);
  } catch (error) {
    deleteNamespace(instance.netns);
    throw error;
  } finally {
    socket.close();
    closeSync(fd);
  }
};

/**
 * Makes an instance, but for its element in the hub's table. Where its namespace is
 * already there and ours, or has but lost its name, what lives in it stays and only its
 * cable is mended. After an error nothing new is left.
 */
export const createInstance = (hub: Hub, system: string, instance: Instance, anchors: Anchors): void => {
  if (anchors.isNameless(instance.netns)) anchors.restore(instance.netns);
  const owner = ownerOf(instance.netns, system);
  switch (owner._tag) {
    case "foreign":
      throw foreignNamespace(instance.netns);
    case "ours":
      inside(instance.netns, (socket, fd) => {
        socket.insist([mark(markerOf(system, instance))]);
        mendCable(hub, instance, fd, socket);
      });
      return;
    case "remains":
      deleteNamespace(instance.netns);
      break;
    case "nobody":
      break;
  }
  bearInstance(hub, system, instance);
};

/** Removes the cable and the name. What still runs inside keeps a namespace without a way out. */
export const deleteInstance = (
  hub: Hub | null,
  system: string,
  instance: Instance,
  anchors: Anchors,
): void => {
  anchors.release(instance.netns);
  const owner = ownerOf(instance.netns, system);
  if (owner._tag === "foreign") throw foreignNamespace(instance.netns);
  if (hub !== null) cutCable(hub, instance.link);
  if (owner._tag !== "nobody") deleteNamespace(instance.netns);
};

/** The instance of a name as it is now; null where the namespace is not ours. */
export const observeInstance = (
  hub: HubView,
  system: string,
  netns: string,
  originOf: (link: string) => number,
): Omit<Instance, "kind" | "key"> | null =>
  inside(netns, (socket) => {
    const marker = readMarker(socket);
    if (marker?._tag !== "instance" || marker.system !== system) return null;
    const { link, address } = viewCable(hub, socket);
    const { automaton, index } = marker;
    return { automaton, index, netns, link, address, origin: link === "" ? 0 : originOf(link) };
  });

/**
 * A known instance as it is now, its element in the table aside; without a cable where
 * its namespace has only lost its name; null where it is gone, or is not ours any more.
 */
export const lookAtInstance = (
  hub: HubView,
  system: string,
  wanted: Instance,
  anchors: Anchors,
): Instance | null => {
  if (anchors.isNameless(wanted.netns)) return { ...wanted, link: "" };
  try {
    const seen = observeInstance(hub, system, wanted.netns, () => wanted.origin);
    return seen === null ? null : { kind: "instance", key: wanted.key, ...seen };
  } catch (error) {
    if (refusedWith(error, "ENOENT", "EINVAL", "ENODEV")) return null;
    throw error;
  }
};
