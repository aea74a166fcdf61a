/**
 * The link between the host's namespace and a hub, over which published ports are reached. The
 * host's namespace is not ours, but this link is: whatever others change of it is put back.
 */
import {
  addAddress,
  deleteAddress,
  getAddresses,
  type InterfaceAddress,
  readAddress,
} from "../../netlink/address.ts";
import { addVeth, deleteLink, getLink, type Link, linkFlags, readLink, setLink } from "../../netlink/link.ts";
import { getNeighbour, readNeighbour } from "../../netlink/neighbour.ts";
import { appendRoute, getRoutes, loopbackRoute, readRoute, routeWords } from "../../netlink/route.ts";
import type { NetlinkSocket } from "../../netlink/socket.ts";
import type { Table } from "../../nftables/table.ts";
import { isOf, type Owned, parseMark } from "../../owner.ts";
import { endFlags, mendEnd, wrongNeighbour, wrongWithEnd } from "../end.ts";
import type { Hub } from "../hub.ts";
import { hostLink, linkMac, nextHop } from "../names.ts";
import { anyRouteTo, isLate } from "../routing.ts";
import { currentValue, mendSettings, type Setting, wrongSetting } from "../sysctl.ts";
import { hostEnd, unownedHostEnd } from "./names.ts";
import { hostAddress } from "./ruleset.ts";
import { aliasOf, joined, settingsIn } from "./settings.ts";
import { hubEnd, mendHubEnd, wrongWithHubEnd } from "./way-back.ts";

/** The host's end; null where there is none. `route`: a socket in the host's namespace. */
export const findHostLink = (route: NetlinkSocket, owned: Owned): Link | null => {
  const link = route.get(getLink(hostEnd(owned)), readLink);
  return link?.name === hostEnd(owned) ? link : null;
};

/** The link of the system, and one that an earlier version made for it. */
const linksOf = (route: NetlinkSocket, owned: Owned): readonly Link[] =>
  [hostEnd(owned), unownedHostEnd(owned)]
    .map((name) => route.get(getLink(name), readLink))
    .filter((link) => link !== null)
    // The name of the earlier version's is the same for each owner.
    .filter(({ name, alias }) => name === hostEnd(owned) || isOf(parseMark(alias ?? ""), owned));

/** What the link keeps of the machine's settings. */
export const keptByHostLink = (route: NetlinkSocket, owned: Owned): readonly Setting[] =>
  linksOf(route, owned).flatMap(({ alias }) => settingsIn(alias ?? ""));

/** Has the link of another system, whose table it is, keep these settings beside those that it keeps. */
export const keepOnLinkOf = (
  route: NetlinkSocket,
  { comment }: Table,
  settings: readonly Setting[],
): void => {
  const mark = parseMark(comment ?? "");
  if (mark?.owner == null) return;
  const heir = { system: mark.system, owner: mark.owner };
  const link = route.get(getLink(hostEnd(heir)), readLink);
  if (link === null) return;
  const alias = link.alias ?? "";
  const hub = parseMark(alias)?.rest.split(" ")[0] ?? "";
  const kept = joined(settings, settingsIn(alias));
  // It may go meanwhile, and with it the need.
  route.perform([setLink(link.index, { alias: aliasOf(heir, hub, kept) })]);
};

/** Takes the link away, and with it the hub's end and all routes by it. */
export const removeHostLink = (route: NetlinkSocket, owned: Owned): void =>
  route.remove(linksOf(route, owned).map(({ name }) => deleteLink(name)));

const settingsOf = (name: string): readonly Setting[] => [
  // Machines on which IPv6 is switched off have it off on new links: the next hop has an address of it.
  { path: `net/ipv6/conf/${name}/disable_ipv6`, value: "0" },
  // Replies to 127.0.0.1 come by this link.
  { path: `net/ipv4/conf/${name}/route_localnet`, value: "1" },
  // And those to other machines go on.
  { path: `net/ipv4/conf/${name}/forwarding`, value: "1" },
];

/** What the kernel tells of no change: settings of the link that have another value, in words; null: none has. */
export const wrongSettingOfHostLink = ({ name }: Link): string | null => {
  for (const setting of settingsOf(name)) {
    const value = currentValue(setting.path);
    if (value !== setting.value) return wrongSetting(setting, value ?? "nothing");
  }
  return null;
};

const ownAddresses: readonly string[] = [hostAddress(4), hostAddress(6)];

const addressesOf = (route: NetlinkSocket, { index }: Link): readonly InterfaceAddress[] =>
  route
    .dump(getAddresses(index), readAddress)
    .filter((one) => one.index === index && !one.address.startsWith("fe80:"));

const isOwn = ({ address, prefix }: InterfaceAddress): boolean =>
  ownAddresses.includes(address) && prefix === (address.includes(":") ? 128 : 32);

/** Whether the kernel takes the address for one of this machine. */
const isAnswered = (route: NetlinkSocket, address: string): boolean =>
  anyRouteTo(route, address)?.isLocal === true;

/** Whether the kernel does not answer for the link's IPv6 address, as it does a little after it is given. */
export const isSilent = (route: NetlinkSocket): boolean => !isAnswered(route, hostAddress(6));

const hasLoopback = (route: NetlinkSocket, index: number): boolean =>
  route.dump(getRoutes(index), readRoute).some((one) => routeWords(one) === routeWords(loopbackRoute(index)));

/** Other tools give links further names; these do no harm. */
const asMade = (link: Link): Link => ({ ...link, altnames: [] });

const hasMark = ({ alias }: Link, owned: Owned, hub: Hub): boolean => {
  const mark = parseMark(alias ?? "");
  return mark?.owner != null && isOf(mark, owned) && mark.rest.split(" ")[0] === hub.name;
};

const wrongWithNear = (route: NetlinkSocket, near: Link, isMarked: boolean, soon: boolean): string | null => {
  const wrong = wrongWithEnd(asMade(near)) ?? wrongSettingOfHostLink(near) ?? wrongNeighbour(route, near);
  if (wrong !== null) return wrong;
  if (!isMarked) return `link ${near.name} has lost its mark`;
  const addresses = addressesOf(route, near);
  const stranger = addresses.find((one) => !isOwn(one));
  if (stranger !== undefined) return `address ${stranger.address} appeared on link ${near.name}`;
  const lost = ownAddresses.find((own) => !addresses.some(({ address }) => address === own));
  if (lost !== undefined) return `address ${lost} vanished from link ${near.name}`;
  const silent = ownAddresses.find((own) => !(soon && isLate(own)) && !isAnswered(route, own));
  if (silent !== undefined) return `address ${silent} is not answered for`;
  return hasLoopback(route, near.index) ? null : `route ${routeWords(loopbackRoute(near.index))} vanished`;
};

/** What of the link is not as it was made, in words; null: all is. `soon`: as for `viewInstance`. */
export const wrongWithHostLink = (
  route: NetlinkSocket,
  owned: Owned,
  hub: Hub,
  soon: boolean,
): string | null => {
  const [near, far] = [findHostLink(route, owned), hubEnd(hub)];
  if (near === null) return `link ${hostEnd(owned)} vanished`;
  if (far === null || !isPair(near, far)) return `link ${hostLink} of the hub vanished`;
  return wrongWithNear(route, near, hasMark(near, owned, hub), soon) ?? wrongWithHubEnd(hub, far);
};

const isPair = (near: Link, far: Link): boolean =>
  near.kind === "veth" && near.peer === far.index && far.peer === near.index;

/** Gives the host's end its name again, where somebody else gave it another. */
export const takeNameBack = (route: NetlinkSocket, owned: Owned, hub: Hub): void => {
  const far = hubEnd(hub);
  const near = far?.peer == null ? null : route.get(getLink(far.peer), readLink);
  if (near === null || far === null || near.name === hostEnd(owned) || !isPair(near, far)) return;
  if (!isOf(parseMark(near.alias ?? ""), owned)) return;
  // Older kernels rename only a link that is down.
  route.insist([setLink(near.index, { set: 0, mask: linkFlags.up, name: hostEnd(owned) })]);
};

/** Makes both ends anew. */
const make = (route: NetlinkSocket, owned: Owned, hub: Hub): void => {
  removeHostLink(route, owned);
  const old = hubEnd(hub);
  if (old !== null) hub.retire(old);
  const near = { name: hostEnd(owned), index: 0, mac: linkMac, namespace: null };
  const far = { name: hostLink, index: 0, mac: linkMac, namespace: hub.fd };
  route.insist([addVeth(near, far, endFlags)]);
};

const mendNear = (route: NetlinkSocket, near: Link, alias: string): void => {
  const { index, name } = near;
  // With a small MTU there is no IPv6, nor are there settings of it.
  mendEnd(route, asMade(near));
  route.insist([setLink(index, { alias })]);
  mendSettings(settingsOf(name));
  const neighbour = route.get(getNeighbour(index, nextHop), readNeighbour);
  const addresses = addressesOf(route, near);
  const isLost = (own: string): boolean =>
    !addresses.some((one) => one.address === own && isOwn(one)) || !isAnswered(route, own);
  route.remove([
    ...(neighbour === null || neighbour.isGiven ? [] : [neighbour.removal]),
    ...addresses.filter((one) => !isOwn(one) || isLost(one.address)).map(deleteAddress),
  ]);
  route.insist([
    ...ownAddresses.filter(isLost).map((own) => addAddress(index, own)),
    ...(hasLoopback(route, index) ? [] : [appendRoute(loopbackRoute(index))]),
  ]);
};

/**
 * Makes the link, or puts right what is there, so that it keeps these settings. Returns the index
 * of the host's end. Throws where the kernel refuses.
 */
export const mendHostLink = (
  route: NetlinkSocket,
  owned: Owned,
  hub: Hub,
  kept: readonly Setting[],
  soon: boolean,
): number => {
  const [there, end] = [findHostLink(route, owned), hubEnd(hub)];
  if (there === null || end === null || !isPair(there, end)) make(route, owned, hub);
  const [near, far] = [findHostLink(route, owned)!, hubEnd(hub)!];
  const alias = aliasOf(owned, hub.name, kept);
  const isWrong = wrongWithNear(route, near, near.alias === alias, soon) !== null;
  if (isWrong) mendNear(route, near, alias);
  if (wrongWithHubEnd(hub, far) !== null) mendHubEnd(hub, far);
  return near.index;
};
