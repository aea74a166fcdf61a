/** Instances: a namespace each, and its veth to the hub. */
import { closeSync } from "node:fs";
import type { Instance } from "../../src/core/resource.ts";
import { refusedWith } from "../kernel-error.ts";
import { createNamespace, deleteNamespace, openNamespace, withNamespace } from "../namespaces.ts";
import type { Request } from "../netlink/message.ts";
import { buses, NetlinkSocket } from "../netlink/socket.ts";
import { isOf, type Owned } from "../owner.ts";
import type { Anchors } from "./anchors.ts";
import { foreignNamespace, type Hub } from "./hub.ts";
import { type Marker, mark, type Occupant, occupantOf } from "./marker.ts";
import { instanceLink } from "./names.ts";
import { mendSettings, type Setting } from "./sysctl.ts";
import { createVeth, deleteVeth, repairVeth, type VethHub } from "./veth.ts";
import { type HubView, viewInstance } from "./view.ts";

/** Without IPv6 there are no addresses of it to be mended. */
const settings: readonly Setting[] = ["all", "lo", instanceLink].map((link) => ({
  path: `net/ipv6/conf/${link}/disable_ipv6`,
  value: "0",
}));

const markOf = (owned: Owned, { automaton, index }: Instance): Request =>
  mark(owned, { _tag: "instance", automaton, index });

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
const createNewVeth = (hub: VethHub, instance: Instance, fd: number, socket: NetlinkSocket): void => {
  try {
    createVeth(hub, instance, fd, socket);
  } catch (error) {
    if (!refusedWith(error, "EEXIST")) throw error;
    deleteVeth(hub, instance.link);
    createVeth(hub, instance, fd, socket);
  }
};

/** Makes a namespace that is marked from the beginning, and creates its veth. Its name must be free. */
export const createNewInstance = (hub: VethHub, owned: Owned, instance: Instance): void => {
  const socket = createNamespace(instance.netns, () => {
    const own = new NetlinkSocket(buses.route);
    own.insist([markOf(owned, instance)]);
    return own;
  })!;
  const fd = openNamespace(instance.netns);
  try {
    createNewVeth(hub, instance, fd, socket);
  } catch (error) {
    deleteNamespace(instance.netns);
    throw error;
  } finally {
    socket.close();
    closeSync(fd);
  }
};

/** What has a name. A namespace that is held is the system's, whatever became of its mark. */
const occupantAsHeld = (netns: string, owned: Owned, anchors: Anchors): Occupant["_tag"] => {
  const { _tag } = occupantOf(netns, owned);
  return _tag === "foreign" && anchors.isHeld(netns) ? "ours" : _tag;
};

/**
 * Makes an instance, but for its element in the hub's table. Where its namespace is
 * already there and ours, or has but lost its name, what lives in it stays and only its
 * veth is mended. After an error nothing new is left.
 */
export const createInstance = (hub: Hub, owned: Owned, instance: Instance, anchors: Anchors): void => {
  if (anchors.isNameless(instance.netns)) anchors.restore(instance.netns);
  switch (occupantAsHeld(instance.netns, owned, anchors)) {
    case "foreign":
      throw foreignNamespace(instance.netns);
    case "ours":
      inside(instance.netns, (socket, fd) => {
        withNamespace(fd, () => mendSettings(settings));
        socket.insist([markOf(owned, instance)]);
        repairVeth(hub, instance, fd, socket);
      });
      return;
    case "remains":
      deleteNamespace(instance.netns);
      break;
    case "nobody":
      break;
  }
  createNewInstance(hub, owned, instance);
};

/** Removes the veth and the name. What still runs inside keeps a namespace without a way out. */
export const deleteInstance = (hub: Hub | null, owned: Owned, instance: Instance, anchors: Anchors): void => {
  const occupant = occupantAsHeld(instance.netns, owned, anchors);
  anchors.release(instance.netns);
  if (occupant === "foreign") throw foreignNamespace(instance.netns);
  if (hub !== null) deleteVeth(hub, instance.link);
  if (occupant !== "nobody") deleteNamespace(instance.netns);
};

/** The instance of a name as it is now; null where the namespace is not ours. */
export const observeInstance = (
  hub: HubView,
  owned: Owned,
  netns: string,
  originOf: (link: string) => number,
): Omit<Instance, "kind" | "key"> | null =>
  inside(netns, (socket) => {
    const { marker, veth } = viewInstance(hub, socket, true);
    if (marker?._tag !== "instance" || !isOf(marker, owned)) return null;
    const { link, address } = veth;
    const { automaton, index } = marker;
    return { automaton, index, netns, link, address, origin: link === "" ? 0 : originOf(link) };
  });

/** A known instance as it is now, and in words what of it is not as it must be. */
export interface SeenInstance {
  /** Its element in the table aside; without a veth where one does not work; null: gone, or not ours any more. */
  readonly now: Instance | null;
  readonly wrong: string | null;
  /** Whether something of it is to come soon by itself. */
  readonly isLate: boolean;
}

const gone: SeenInstance = { now: null, wrong: null, isLate: false };

const isMarked = (marker: Marker | null, owned: Owned, { automaton, index }: Instance): boolean =>
  marker?._tag === "instance" &&
  isOf(marker, owned) &&
  marker.automaton === automaton &&
  marker.index === index;

/** `soon`: see `viewInstance`. */
export const lookAtInstance = (
  hub: HubView,
  owned: Owned,
  wanted: Instance,
  anchors: Anchors,
  soon: boolean,
): SeenInstance => {
  const cut = { ...wanted, link: "" };
  const { netns } = wanted;
  if (anchors.isNameless(netns)) return { now: cut, wrong: `the namespace ${netns} vanished`, isLate: false };
  try {
    return inside(netns, (socket) => {
      const { marker, veth } = viewInstance(hub, socket, soon);
      if (!isMarked(marker, owned, wanted))
        return anchors.isHeld(netns)
          ? { ...gone, now: cut, wrong: `the mark of ${netns} was altered` }
          : gone;
      const { link, address, wrong, isLate } = veth;
      return { now: { ...wanted, link, address }, wrong, isLate };
    });
  } catch (error) {
    if (refusedWith(error, "ENOENT", "EINVAL", "ENODEV")) return gone;
    throw error;
  }
};
