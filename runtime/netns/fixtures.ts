/** What every hub has beside its table and its links: settings, addresses, routes, rules of routing. */

import { withNamespace } from "../namespaces.ts";
import { addAddress, deleteAddress, getAddresses, readAddress } from "../netlink/address.ts";
import { getLinks, readLink } from "../netlink/link.ts";
import type { Request } from "../netlink/message.ts";
import { getNetconf, type LinkSettings, readNetconf } from "../netlink/netconf.ts";
import { type Route, replaceRoute, routeWords } from "../netlink/route.ts";
import type { Rule } from "../netlink/rule.ts";
import type { NetlinkSocket } from "../netlink/socket.ts";
import { isOf, type Owned } from "../owner.ts";
import { loopbackIndex, mendLoopback, readLoopback, wrongWithLoopback } from "./loopback.ts";
import { mark, markerOn } from "./marker.ts";
import { concretePrefixes, hubAddress, virtualPrefixes } from "./names.ts";
import {
  isLate,
  isStranger,
  mendRules,
  readRoutes,
  returnTable,
  unanswered,
  wrongWithRules,
} from "./routing.ts";
import { hostOrigin, returnMark } from "./sets.ts";
import { putSettings, type Setting } from "./sysctl.ts";

const setting = (path: string, value: string): Setting => ({ path, value });

/** Set before the hub has links, which take them over. */
const settings: readonly Setting[] = [
  setting("net/ipv4/ip_forward", "1"),
  setting("net/ipv6/conf/all/forwarding", "1"),
  // The table looks at where packets come from.
  setting("net/ipv4/conf/all/rp_filter", "0"),
  setting("net/ipv4/conf/default/rp_filter", "0"),
  setting("net/ipv4/conf/all/send_redirects", "0"),
  setting("net/ipv4/conf/default/send_redirects", "0"),
  // A refusal goes back by the way that the mark of what it refuses leads.
  setting("net/ipv4/fwmark_reflect", "1"),
  setting("net/ipv6/fwmark_reflect", "1"),
  // And it comes at once, however many there are.
  setting("net/ipv4/icmp_ratemask", "0"),
  setting("net/ipv6/icmp/ratelimit", "0"),
  setting("net/ipv6/icmp/ratemask", "0"),
];
/** As the kernel has it by itself; without it there is no IPv6. */
const enabled: readonly Setting[] = ["all", "default"].map((links) =>
  setting(`net/ipv6/conf/${links}/disable_ipv6`, "0"),
);
/** These exist once the kernel tracks connections: in a new namespace at once, where it does so already. */
const trackingSettings: readonly Setting[] = [
  // A connection in the middle is not a new one: what a removed wire carried stays dead.
  setting("net/netfilter/nf_conntrack_tcp_loose", "0"),
  // What is merely out of window is for the ends to judge.
  setting("net/netfilter/nf_conntrack_tcp_be_liberal", "1"),
  // When each connection began, so that new ones can be counted; and closed ones not for longer than that takes.
  setting("net/netfilter/nf_conntrack_timestamp", "1"),
  setting("net/netfilter/nf_conntrack_tcp_timeout_time_wait", "10"),
];
export const allSettings: readonly Setting[] = [...settings, ...enabled, ...trackingSettings];

/** What a hub begins with. Whoever looks at it before it has a table finds nothing wrong. */
export const firstSettings: readonly Setting[] = [...settings, ...trackingSettings];

const routes: readonly Route[] = ([4, 6] as const).flatMap((family) => [
  // What the hub itself asks of a service passes its table on the way out.
  { destination: virtualPrefixes[family], index: loopbackIndex, via: null },
  // For an instance that is not there any more the hub answers: with a reset, or "unreachable".
  {
    destination: concretePrefixes[family],
    index: loopbackIndex,
    via: null,
    local: { as: hubAddress(family) },
  },
]);

/** Where ports are published: what goes back to the host by a table of its own, replies and what the hub answers. */
export const rulesBack: readonly Rule[] = ([4, 6] as const).flatMap((family) => [
  { family, priority: 174, table: returnTable, mark: hostOrigin, from: "lo" },
  { family, priority: 175, table: returnTable, mark: returnMark, from: null },
]);

/** What of it is there already may be. */
export const fixtures: readonly Request[] = [
  addAddress(loopbackIndex, hubAddress(4), "replace"),
  addAddress(loopbackIndex, hubAddress(6), "replace"),
  ...routes.map(replaceRoute),
];

const ownAddresses: readonly string[] = [hubAddress(4), hubAddress(6)];

/** Addresses that somebody else gave the hub, by which it would answer in the place of an instance. */
const strangeAddresses = (socket: NetlinkSocket) =>
  socket.dump(getAddresses(), readAddress).filter(({ index, address }) => {
    if (address.startsWith("fe80:")) return false;
    return (
      index !== loopbackIndex ||
      !(ownAddresses.includes(address) || address.startsWith("127.") || address === "::1")
    );
  });

/** Whether a link does what the settings of all links say. */
const isWrongLink = ({ index, forwarding, rpFilter }: LinkSettings): boolean =>
  index > 0 && (forwarding === false || (rpFilter !== null && rpFilter !== 0));

/** For a packet the settings of the link count by which it comes in. */
const wrongLinks = (socket: NetlinkSocket): readonly LinkSettings[] =>
  ([4, 6] as const).flatMap((family) => socket.dump(getNetconf(family), readNetconf).filter(isWrongLink));

/** What is not as it must be, in words; null: all is. `soon`: as for `viewInstance`. */
export const wrongWithFixtures = (socket: NetlinkSocket, owned: Owned, soon: boolean): string | null => {
  const loopback = readLoopback(socket);
  const addresses = socket.dump(getAddresses(), readAddress);
  const wrongLoopback = wrongWithLoopback(loopback, addresses);
  if (wrongLoopback !== null) return wrongLoopback;
  const own = loopback === null ? null : markerOn(loopback);
  if (own?._tag !== "hub" || !isOf(own, owned)) return "the mark of the hub was altered";
  const strange = strangeAddresses(socket)[0];
  if (strange !== undefined) return `address ${strange.address} appeared in the hub`;
  const seen = readRoutes(socket);
  const isGiven = (own: string): boolean =>
    addresses.some(({ index, address }) => index === loopbackIndex && address === own);
  const silent = unanswered(seen, ownAddresses).filter((own) => !(soon && isLate(own)));
  const lost = ownAddresses.find((own) => !isGiven(own)) ?? silent[0];
  if (lost !== undefined) return `address ${lost} vanished`;
  const words = new Set(seen.map((route) => route.words));
  const missing = routes.find((route) => !words.has(routeWords(route)));
  if (missing !== undefined) return `route ${routeWords(missing)} vanished`;
  const stranger = seen.find(isStranger);
  if (stranger !== undefined) return `route ${stranger.destination} appeared in the hub`;
  const [link] = wrongLinks(socket);
  if (link !== undefined) return `a setting of link ${link.index} was altered`;
  return wrongWithRules(socket, [], rulesBack);
};

const mendLinks = (namespace: number, socket: NetlinkSocket): void => {
  const wrong = wrongLinks(socket);
  if (wrong.length === 0) return;
  const names = new Map(socket.dump(getLinks, readLink).map(({ index, name }) => [index, name] as const));
  const mended = wrong.flatMap(({ family, index }): readonly Setting[] => {
    const links = `net/ipv${family}/conf/${names.get(index)}`;
    const forwarding = setting(`${links}/forwarding`, "1");
    return family === 4 ? [forwarding, setting(`${links}/rp_filter`, "0")] : [forwarding];
  });
  withNamespace(namespace, () => putSettings(mended));
};

/** Puts all of it right. */
export const mendFixtures = (namespace: number, socket: NetlinkSocket, owned: Owned): void => {
  withNamespace(namespace, () => putSettings([...enabled, ...settings]));
  mendLinks(namespace, socket);
  mendLoopback(socket);
  const seen = readRoutes(socket);
  const given = socket.dump(getAddresses(loopbackIndex), readAddress);
  const silent = unanswered(seen, ownAddresses);
  socket.insist([
    mark(owned, { _tag: "hub", root: owned.root }),
    ...strangeAddresses(socket).map(deleteAddress),
    // One that the kernel does not answer for is given anew.
    ...given.filter(({ address }) => silent.includes(address)).map(deleteAddress),
    ...fixtures,
    ...seen.filter(isStranger).map(({ removal }) => removal),
    ...mendRules(socket, [], rulesBack),
  ]);
};

/** Those that exist only by now. */
export const mendTracking = (namespace: number): void =>
  withNamespace(namespace, () => putSettings(trackingSettings));
