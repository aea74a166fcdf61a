/** The link between the host's namespace and a hub, over which published ports are reached. */
import { addAddress } from "../../netlink/address.ts";
import { addVeth, deleteLink, getLink, linkFlags, readLink, setLink } from "../../netlink/link.ts";
import {
  addLoopbackRoute,
  getRoutes,
  type Route,
  readRoute,
  replaceRoute,
  routeWords,
} from "../../netlink/route.ts";
import type { NetlinkSocket } from "../../netlink/socket.ts";
import type { Hub } from "../hub.ts";
import { hostLink, linkMac, nextHop } from "../names.ts";
import { hostAddress, hostEnd } from "./ruleset.ts";
import { aliasOf, putSetting, type Setting, settingsIn } from "./settings.ts";

const linkState = linkFlags.up | linkFlags.noArp;

/** The index of the host's end, if it is up. `route`: a socket in the host's namespace. */
export const findHostLink = (route: NetlinkSocket, system: string): number | null => {
  const link = route.get(getLink(hostEnd(system)), readLink);
  return link !== null && (link.flags & linkState) === linkState ? link.index : null;
};

/** From the hub to whoever came by the host. */
const routesBack = (index: number): readonly Route[] => [
  { destination: `${hostAddress(4)}/32`, index, via: nextHop },
  { destination: `${hostAddress(6)}/128`, index, via: nextHop },
];

/** The same, if the hub's end is as it was made: whoever died while making it had not come so far. */
export const findWholeHostLink = (route: NetlinkSocket, system: string, hub: Hub): number | null => {
  const near = findHostLink(route, system);
  const far = hub.route.get(getLink(hostLink), readLink);
  if (near === null || far === null || far.peer !== near || (far.flags & linkState) !== linkState)
    return null;
  const routes = new Set(hub.route.dump(getRoutes(far.index), readRoute).map(routeWords));
  return routesBack(far.index).every((one) => routes.has(routeWords(one))) ? near : null;
};

/** What the link keeps of the machine's settings. */
export const keptByHostLink = (route: NetlinkSocket, system: string): readonly Setting[] =>
  settingsIn(route.get(getLink(hostEnd(system)), readLink)?.alias ?? "");

export const removeHostLink = (route: NetlinkSocket, system: string): void => {
  const name = hostEnd(system);
  if (route.get(getLink(name), readLink) !== null) route.insist([deleteLink(name)]);
};

/** Makes the link anew, which keeps these settings, and returns the index of the host's end. */
export const makeHostLink = (
  route: NetlinkSocket,
  system: string,
  hub: Hub,
  kept: readonly Setting[],
): number => {
  const name = hostEnd(system);
  removeHostLink(route, system);
  const old = hub.route.get(getLink(hostLink), readLink);
  if (old !== null) hub.retire(old);
  const near = { name, index: 0, mac: linkMac, namespace: null };
  const far = { name: hostLink, index: 0, mac: linkMac, namespace: hub.fd };
  route.insist([addVeth(near, far, linkState)]);
  const index = route.get(getLink(name), readLink)!.index;
  const inHub = hub.route.get(getLink(hostLink), readLink)!.index;
  // Replies to 127.0.0.1 and ::1 come by this link.
  putSetting({ path: `net/ipv4/conf/${name}/route_localnet`, value: "1" });
  route.insist([
    setLink(index, { set: linkState, mask: linkState, alias: aliasOf(system, kept) }),
    addAddress(index, hostAddress(4)),
    addAddress(index, hostAddress(6)),
    addLoopbackRoute(index),
  ]);
  hub.route.insist([
    setLink(inHub, { set: linkState, mask: linkState }),
    ...routesBack(inHub).map(replaceRoute),
  ]);
  return index;
};
