/**
 * How a namespace is known as ours: the alias of its loopback link, set before the
 * namespace has a name, so nothing of ours is ever without it. It says the owner, the
 * system, and which of its namespaces this is.
 */
import { closeSync, fstatSync } from "node:fs";
import { refusedWith } from "../kernel-error.ts";
import { namespaceInode, openNamespace, withNamespace } from "../namespaces.ts";
import { getLink, type Link, linkFlags, readLink, setLink } from "../netlink/link.ts";
import type { Request } from "../netlink/message.ts";
import { buses, NetlinkSocket } from "../netlink/socket.ts";
import { isOf, type Mark, markText, type Owned, parseMark } from "../owner.ts";

const loopbackIndex = 1;

/** Which namespace of a system. */
export type Role =
  /** `root`: the owner's runtime directory, for people. */
  | { readonly _tag: "hub"; readonly root: string }
  | { readonly _tag: "instance"; readonly automaton: string; readonly index: number };

export type Marker = Omit<Mark, "rest"> & Role;

const roleText = (role: Role): string =>
  role._tag === "hub" ? `hub ${role.root}`.trimEnd() : `${role.index} ${role.automaton}`;

/** Bytes of an alias that the kernel takes. */
const longestAlias = 255;
/** Cut to what fits: only the path of a hub's owner, which nothing depends on, is as long as that. */
const fitting = (alias: string): string => Buffer.from(alias).subarray(0, longestAlias).toString();

const parse = (alias: string): Marker | null => {
  const mark = parseMark(alias);
  const [, what, rest] = /^(hub|\d+)(?: (.+))?$/.exec(mark?.rest ?? "") ?? [];
  if (mark === null || what === undefined) return null;
  const { system, owner } = mark;
  if (what === "hub") return { _tag: "hub", system, owner, root: rest ?? "" };
  return rest === undefined
    ? null
    : { _tag: "instance", system, owner, automaton: rest, index: Number(what) };
};

/** Marks the namespace of the socket, and takes its loopback up. Equivalent to: `ip link set lo up alias …` */
export const mark = (owned: Owned, role: Role): Request =>
  setLink(loopbackIndex, {
    set: linkFlags.up,
    mask: linkFlags.up,
    alias: fitting(markText(owned, roleText(role))),
  });

/** The marker that a loopback has. */
export const markerOn = ({ alias }: Link): Marker | null => (alias === null ? null : parse(alias));

export const readMarker = (socket: NetlinkSocket): Marker | null => {
  const loopback = socket.get(getLink("lo"), readLink);
  return loopback === null ? null : markerOn(loopback);
};

/** What has a name. */
export type Occupant =
  | { readonly _tag: "nobody" }
  /** A name that never became a namespace. */
  | { readonly _tag: "remains" }
  /** Not this system's; with its marker where it is another's. */
  | { readonly _tag: "foreign"; readonly marker: Marker | null }
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
export const isOwn = (fd: number, owned: Owned): boolean => {
  try {
    return isOf(markerIn(fd), owned);
  } catch (error) {
    if (refusedWith(error, "EINVAL")) return false; // of another kind
    throw error;
  }
};

/** What the namespace of a name says of itself; null where it says nothing, or there is none. */
export const markerOf = (name: string): Marker | null => {
  try {
    const fd = openNamespace(name);
    try {
      return markerIn(fd);
    } finally {
      closeSync(fd);
    }
  } catch (error) {
    if (refusedWith(error, "ENOENT", "EINVAL")) return null;
    throw error;
  }
};

export const occupantOf = (name: string, owned: Owned): Occupant => {
  if (namespaceInode(name) === null) return { _tag: "nobody" };
  const fd = openNamespace(name);
  try {
    const marker = markerIn(fd);
    if (marker === null) return { _tag: "foreign", marker };
    return { _tag: isOf(marker, owned) ? "ours" : "foreign", marker };
  } catch (error) {
    // No namespace: the empty file that a name begins as, or something of someone else's.
    if (!refusedWith(error, "EINVAL")) throw error;
    const { size, mode } = fstatSync(fd);
    return size === 0 && (mode & 0o777) === 0 ? { _tag: "remains" } : { _tag: "foreign", marker: null };
  } finally {
    closeSync(fd);
  }
};
