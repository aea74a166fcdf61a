/** The host's addresses, and the ways by which packets come and go. */
import type { Publication } from "../../../../src/core/resource.ts";
import { getAddresses, type InterfaceAddress, readAddress } from "../../../netlink/address.ts";
import { getLinks, type Link, linkFlags, readLink } from "../../../netlink/link.ts";
import type { NetlinkSocket } from "../../../netlink/socket.ts";
import { anyRouteTo } from "../../routing.ts";
import { hostEndPrefix } from "../names.ts";
import type { Ingress } from "./firewall.ts";

/** The machine's links that are not ours, and their addresses beyond the link. */
export interface Surroundings {
  readonly links: ReadonlyMap<number, Link>;
  readonly addresses: readonly InterfaceAddress[];
}

/** Reads the links and addresses of the host. */
export const readSurroundings = (route: NetlinkSocket): Surroundings => {
  const links = new Map(
    route
      .dump(getLinks, readLink)
      .filter(({ name, flags }) => (flags & linkFlags.loopback) === 0 && !name.startsWith(hostEndPrefix))
      .map((link) => [link.index, link] as const),
  );
  const addresses = route
    .dump(getAddresses(), readAddress)
    .filter(({ index, address }) => links.has(index) && !/^(fe80:|127\.|::1$)/.test(address));
  return { links, addresses };
};

/** The links by which clients of other machines come: that of the default route, else all that have an address. */
export const waysIn = (route: NetlinkSocket, { links, addresses }: Surroundings): readonly Ingress[] =>
  ([4, 6] as const).flatMap((family) => {
    const own = addresses.filter(({ address }) => address.includes(":") === (family === 6));
    const indexes = new Set(own.map(({ index }) => index));
    const out = anyRouteTo(route, family === 4 ? "192.0.2.1" : "2001:db8:ffff::1")?.index ?? 0;
    const ways = indexes.has(out) ? [out] : [...indexes];
    return ways.map((index) => ({ family, index, name: links.get(index)!.name }));
  });

/** Virtual addresses that packets do not go to by the link to the hub, as a rule of routing leads them elsewhere. */
export const routeWarnings = (
  route: NetlinkSocket,
  publications: readonly Publication[],
  link: number,
): readonly string[] =>
  [...new Set(publications.flatMap(({ vip }) => [...(vip.v4 === null ? [] : [vip.v4]), vip.v6]))]
    .filter((address) => {
      const taken = anyRouteTo(route, address);
      // One that this machine has itself is told by that.
      return taken !== null && !taken.isLocal && taken.index !== link;
    })
    .map(
      (address) =>
        `packets to ${address}, a published service, leave this host by another link than that to the hub`,
    );
