/**
 * The namespace that all instances of a system are wired to: it routes between their
 * links what its table allows. Sockets stay open on it while the base case lives.
 */
import { closeSync, fstatSync, writeFileSync } from "node:fs";
import { type Hub as HubResource, hubKey } from "../../src/core/resource.ts";
import { KernelError } from "../kernel-error.ts";
import {
  createNamespace,
  deleteNamespace,
  nameNamespace,
  namespaceInode,
  openNamespace,
  withNamespace,
} from "../namespaces.ts";
import { addAddress, getAddresses, readAddress } from "../netlink/address.ts";
import { getLink, getLinks, type Link, linkFlags, readLink, setLink } from "../netlink/link.ts";
import type { Request } from "../netlink/message.ts";
import { getRoutes, type Route, readRoute, replaceRoute } from "../netlink/route.ts";
import { asError, buses, NetlinkSocket } from "../netlink/socket.ts";
import { Firewall } from "./firewall.ts";
import { mark, ownerOf } from "./marker.ts";
import { concretePrefixes, firstLinkIndex, hubAddress, virtualPrefixes } from "./names.ts";
import { Reaper } from "./reaper.ts";

const loopbackIndex = 1;

/** Of the hub's namespace; set before it has links, which take them over. */
const sysctls: readonly (readonly [path: string, value: string])[] = [
  ["net/ipv4/ip_forward", "1"],
  ["net/ipv6/conf/all/forwarding", "1"],
  // The table looks at where packets come from.
  ["net/ipv4/conf/all/rp_filter", "0"],
  ["net/ipv4/conf/default/rp_filter", "0"],
  ["net/ipv4/conf/all/send_redirects", "0"],
  ["net/ipv4/conf/default/send_redirects", "0"],
];
/** These exist once the kernel tracks connections. */
const trackingSysctls: readonly (readonly [path: string, value: string])[] = [
  // A connection in the middle is not a new one: what a removed wire carried stays dead.
  ["net/netfilter/nf_conntrack_tcp_loose", "0"],
  // What is merely out of window is for the ends to judge.
  ["net/netfilter/nf_conntrack_tcp_be_liberal", "1"],
  // When each connection began, so that new ones can be counted; and closed ones not for longer than that takes.
  ["net/netfilter/nf_conntrack_timestamp", "1"],
  ["net/netfilter/nf_conntrack_tcp_timeout_time_wait", "10"],
];

const write = (list: readonly (readonly [string, string])[]): void => {
  for (const [path, value] of list) {
    try {
      writeFileSync(`/proc/sys/${path}`, value);
    } catch (error) {
      const code = error instanceof Error && "code" in error ? String(error.code) : "EIO";
      throw new KernelError(`set ${path.replaceAll("/", ".")} to ${value}`, code, String(error));
    }
  }
};

/** The name is taken by something that we have not made. */
export const foreignNamespace = (name: string): KernelError =>
  new KernelError(
    `create the namespace ${name}`,
    "EEXIST",
    "there is a namespace of that name that is not of this system; it is left alone",
  );

const routes: readonly Route[] = ([4, 6] as const).flatMap((family) => [
  // What the hub itself asks of a service passes its table on the way out.
  { destination: virtualPrefixes[family], index: loopbackIndex, via: null },
  // For an instance that is not there any more the hub answers: with a reset, or "unreachable".
  { destination: concretePrefixes[family], index: loopbackIndex, via: null, localAs: hubAddress(family) },
]);

/** What every hub has beside its table. What of it is there already may be. */
const fixtures: readonly Request[] = [
  setLink(loopbackIndex, { set: linkFlags.up, mask: linkFlags.up }),
  addAddress(loopbackIndex, hubAddress(4), "replace"),
  addAddress(loopbackIndex, hubAddress(6), "replace"),
  ...routes.map(replaceRoute),
];

export class Hub {
  readonly name: string;
  readonly #system: string;
  readonly fd: number;
  readonly route: NetlinkSocket;
  readonly firewall: Firewall;
  readonly #filter: NetlinkSocket;
  readonly #reaper: Reaper;
  #nextIndex: number;

  private constructor(name: string, fd: number, system: string) {
    this.name = name;
    this.#system = system;
    this.fd = fd;
    const [route, filter, reaper] = withNamespace(fd, () => [
      new NetlinkSocket(buses.route),
      new NetlinkSocket(buses.netfilter),
      new NetlinkSocket(buses.route),
    ]);
    this.route = route!;
    this.#filter = filter!;
    this.firewall = new Firewall(this.#filter, system);
    const indexes = this.route.dump(getLinks, readLink).map((link) => link.index);
    this.#nextIndex = Math.max(firstLinkIndex - 1, ...indexes) + 1;
    this.#reaper = new Reaper(reaper!);
  }

  /** The hub that is there; null where there is none. Throws where the name is someone else's. */
  static open(name: string, system: string): Hub | null {
    const owner = ownerOf(name, system);
    switch (owner._tag) {
      case "nobody":
      case "remains":
        return null;
      case "foreign":
        throw foreignNamespace(name);
      case "ours":
        if (owner.marker._tag !== "hub") throw foreignNamespace(name);
        return new Hub(name, openNamespace(name), system);
    }
  }

  /** Makes the namespace, with nothing in it but what every hub has; the table comes with the first change. */
  static create(name: string, system: string): Hub {
    if (ownerOf(name, system)._tag === "remains") deleteNamespace(name);
    createNamespace(name, () => {
      const socket = new NetlinkSocket(buses.route);
      try {
        socket.request(mark({ _tag: "hub", system }));
        write(sysctls);
        socket.insist(fixtures);
      } finally {
        socket.close();
      }
    });
    return new Hub(name, openNamespace(name), system);
  }

  /** Puts everything right. Throws where the kernel refuses. */
  repair(): void {
    // As long as it is held open here it lives, with all that is in it.
    if (this.standing() === "nameless") nameNamespace(this.name, this.fd);
    this.route.insist(fixtures);
    withNamespace(this.fd, () => write(sysctls));
    const refused = this.firewall.repair();
    if (refused !== null) throw asError(refused);
    withNamespace(this.fd, () => write(trackingSysctls));
  }

  /** What the name stands for: this namespace, nothing, or something else. */
  standing(): "named" | "nameless" | "replaced" {
    const inode = namespaceInode(this.name);
    if (inode === null) return "nameless";
    return inode === fstatSync(this.fd).ino ? "named" : "replaced";
  }

  /** As it is seen where it has lost its name. */
  nameless(): HubResource {
    return { kind: "hub", key: hubKey, automaton: null, system: this.#system, netns: "" };
  }

  /** Whether it has what every hub has beside its table. */
  isSound(): boolean {
    const addresses = new Set(
      this.route.dump(getAddresses(loopbackIndex), readAddress).map(({ address }) => address),
    );
    const there = new Set(
      this.route.dump(getRoutes(loopbackIndex), readRoute).map(({ destination }) => destination),
    );
    const loopback = this.route.get(getLink("lo"), readLink);
    return (
      ((loopback?.flags ?? 0) & linkFlags.up) !== 0 &&
      addresses.has(hubAddress(4)) &&
      addresses.has(hubAddress(6)) &&
      routes.every(({ destination }) => there.has(destination))
    );
  }

  /** An index for a link that no link of the hub has or had, and larger than the one given. */
  freshIndex(above = 0): number {
    const index = Math.max(this.#nextIndex, above + 1);
    this.#nextIndex = index + 1;
    return index;
  }

  /** So many indexes in a row; the first of them. */
  reserveIndexes(count: number): number {
    const first = this.#nextIndex;
    this.#nextIndex = first + count;
    return first;
  }

  /** Removes a link whose name is given free at once, by and by. */
  retire(link: Link): void {
    this.#reaper.retire(this.route, link);
  }

  /** Of the socket that changes the table. */
  get filterPort(): number {
    return this.#filter.port;
  }

  get connections(): NetlinkSocket {
    return this.#filter;
  }

  /** Waits for what is being removed. */
  async close(): Promise<void> {
    await this.#reaper.close();
    this.route.close();
    this.#filter.close();
    closeSync(this.fd);
  }
}
