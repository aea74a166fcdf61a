/**
 * How a namespace is known as ours: the alias of its loopback link, set before the
 * namespace has a name, so nothing of ours is ever without it.
 */
import { closeSync, fstatSync } from "node:fs";
import { refusedWith } from "../kernel-error.ts";
import { namespaceInode, openNamespace, withNamespace } from "../namespaces.ts";
import { getLink, linkFlags, readLink, setLink } from "../netlink/link.ts";
import type { Request } from "../netlink/message.ts";
import { buses, NetlinkSocket } from "../netlink/socket.ts";

const loopbackIndex = 1;

export type Marker =
  | { readonly _tag: "hub"; readonly system: string }
  | {
      readonly _tag: "instance";
      readonly system: string;
      readonly automaton: string;
      readonly index: number;
    };

const aliasOf = (marker: Marker): string =>
  marker._tag === "hub"
    ? `architect ${marker.system} hub`
    : `architect ${marker.system} ${marker.index} ${marker.automaton}`;

const parse = (alias: string): Marker | null => {
  const [, system, what, automaton] = /^architect (\S+) (hub|\d+)(?: (.+))?$/.exec(alias) ?? [];
  if (system === undefined || what === undefined) return null;
  if (what === "hub") return automaton === undefined ? { _tag: "hub", system } : null;
  return automaton === undefined ? null : { _tag: "instance", system, automaton, index: Number(what) };
};

/** Marks the namespace of the socket, and takes its loopback up. Equivalent to: `ip link set lo up alias …` */
export const mark = (marker: Marker): Request =>
  setLink(loopbackIndex, { set: linkFlags.up, mask: linkFlags.up, alias: aliasOf(marker) });

export const readMarker = (socket: NetlinkSocket): Marker | null => {
  const loopback = socket.get(getLink("lo"), readLink);
  return loopback?.alias == null ? null : parse(loopback.alias);
};

export type Owner =
  | { readonly _tag: "nobody" }
  /** A name that never became a namespace. */
  | { readonly _tag: "remains" }
  | { readonly _tag: "foreign" }
  | { readonly _tag: "ours"; readonly marker: Marker };

/** The marker of the namespace that a descriptor is open on. EINVAL where that is no namespace. */
const markerIn = (fd: number): Marker | null =>
  withNamespace(fd, () => {
    const socket = new NetlinkSocket(buses.route);
    try {
      return readMarker(socket);
    } finally {
      socket.close();
    }
  });

/** Whether an open namespace is the system's. */
export const isOwn = (fd: number, system: string): boolean => {
  try {
    return markerIn(fd)?.system === system;
  } catch (error) {
    if (refusedWith(error, "EINVAL")) return false; // of another kind
    throw error;
  }
};

/** Whose the namespace of a name is. */
export const ownerOf = (name: string, system: string): Owner => {
  if (namespaceInode(name) === null) return { _tag: "nobody" };
  const fd = openNamespace(name);
  try {
    const marker = markerIn(fd);
    return marker?.system === system ? { _tag: "ours", marker } : { _tag: "foreign" };
  } catch (error) {
    // No namespace: the empty file that a name begins as, or something of someone else's.
    if (!refusedWith(error, "EINVAL")) throw error;
    const { size, mode } = fstatSync(fd);
    return { _tag: size === 0 && (mode & 0o777) === 0 ? "remains" : "foreign" };
  } finally {
    closeSync(fd);
  }
};
