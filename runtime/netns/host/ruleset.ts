/**
 * The rules of a system in the host's own namespace: what comes to a published port
 * goes to the virtual address of a service, through a link to the hub.
 */

import type { HostPort } from "../../../src/core/base-kind.ts";
import type { PortRange } from "../../../src/core/port-range.ts";
import { hostPlace, type Publication } from "../../../src/core/resource.ts";
import { parseIp } from "../../netlink/ip.ts";
import {
  compare,
  ct,
  ctOriginal,
  destinationType,
  immediate,
  lookup,
  mask,
  masquerade,
  meta,
  nat,
  payload,
  register,
  verdict,
} from "../../nftables/expression.ts";
import type { Rule, Ruleset } from "../../nftables/fixed.ts";
import { hostWord } from "../../nftables/message.ts";
import type { Placed } from "../../nftables/ruleset.ts";
import type { Owned } from "../../owner.ts";
import { anywhereElements, placeElements } from "../element.ts";
import { joinFields, portWord, protocolWord } from "../fields.ts";
import type { Family } from "../names.ts";
import type { OnHost } from "../publisher.ts";
import { ctState, stateIs } from "../rules/match.ts";
import { anywhereAsHost, internetSet, keepFromMachine, letAnywhere } from "./anywhere.ts";
import { ipOf, isOfFamily, linkIs, protocolFamily, r0 } from "./match.ts";
import { hostEnd, hostEndPrefix, hostTableComment, isOwnTable } from "./names.ts";

/** The address of clients that have none beyond this machine: those by its loopback. One for all systems. */
export const hostAddress = (family: Family): string => (family === 4 ? hostPlace.v4 : hostPlace.v6);

export const portsSet = (family: Family): string => `ports${family}`;
/** Ranges of ports that are published: intervals. */
export const rangesSet = (family: Family): string => `ranges${family}`;
/** Settings of the machine that were changed for this system, with their values before. */
export const settingsSet = "settings";

/** Where a system may go: `VIP . address . protocol . port`. */
const egressSet = (family: Family): string => `egress${family}`;

/** Families in which this machine forwards what is published, and nothing else. */
const guardedSet = "guarded";

/** `nft` calls it a link by pattern: `iifname "arch*"`. */
const anyHostEnd = (key: "iifname" | "oifname"): Rule => ({
  says: `${key} "${hostEndPrefix}*" accept`,
  does: [meta(key, r0), compare(r0, "equal", new TextEncoder().encode(hostEndPrefix)), verdict("accept")],
});

/**
 * Where forwarding was off before a port was published, it would open the way between all networks
 * of the machine: only what goes to a hub or comes from one passes. What may go there is decided by
 * `guard`, and by the hub.
 */
const forwarded: readonly Rule[] = [
  anyHostEnd("iifname"),
  anyHostEnd("oifname"),
  {
    says: `meta nfproto @${guardedSet} drop`,
    does: [meta("nfproto", r0), lookup(guardedSet, r0), verdict("drop")],
  },
];

/** `how`: whether the port itself is looked up, or the range that it is in, and which it keeps. */
const toService = (family: Family, how: "port" | "range"): Rule => ({
  says:
    how === "port"
      ? `fib daddr type local dnat to meta l4proto . th dport map @${portsSet(family)}`
      : `fib daddr type local dnat to meta l4proto . th dport map @${rangesSet(family)}, to the same port`,
  does: [
    meta("nfproto", r0),
    compare(r0, "equal", Uint8Array.of(protocolFamily(family))),
    destinationType(r0),
    compare(r0, "equal", hostWord(2)),
    meta("l4proto", r0),
    payload("transport", 2, 2, register(1)),
    lookup(how === "port" ? portsSet(family) : rangesSet(family), r0, r0),
    nat("destination", protocolFamily(family), r0, how === "port" ? register(family === 4 ? 1 : 4) : null),
  ],
});
const toServices: readonly Rule[] = [
  toService(4, "port"),
  toService(6, "port"),
  toService(4, "range"),
  toService(6, "range"),
];

/** Of clients without an address that a reply could go to from elsewhere. */
const fromHere = (owned: Owned, family: Family, prefix: string): Rule => {
  const [address, length] = prefix.split("/");
  const bits = Number(length);
  const bytes = parseIp(address!).subarray(0, Math.ceil(bits / 8));
  const last = Uint8Array.from(bytes, (_, at) => (0xff << Math.max(0, 8 * (at + 1) - bits)) & 0xff);
  return {
    says: `oifname "${hostEnd(owned)}" ip${family === 4 ? "" : "6"} saddr ${prefix} masquerade`,
    does: [
      ...linkIs("oifname", owned),
      meta("nfproto", r0),
      compare(r0, "equal", Uint8Array.of(protocolFamily(family))),
      payload("network", family === 4 ? 12 : 8, bytes.length, r0),
      mask(r0, r0, last),
      compare(r0, "equal", bytes),
      masquerade,
    ],
  };
};

/** What begins a connection to a place where the system may go; it has the address of the service. */
const letOut = (owned: Owned, family: Family): Rule => {
  const size = family === 4 ? 1 : 4;
  const [source, destination, length] = family === 4 ? [12, 16, 4] : [8, 24, 16];
  return {
    says: `iifname "${hostEnd(owned)}" ${ipOf(family)} saddr . ${ipOf(family)} daddr . meta l4proto . th dport @${egressSet(family)} accept`,
    does: [
      ...linkIs("iifname", owned),
      ...isOfFamily(family),
      payload("network", source!, length!, r0),
      payload("network", destination!, length!, register(size)),
      meta("l4proto", register(2 * size)),
      payload("transport", 2, 2, register(2 * size + 1)),
      lookup(egressSet(family), r0),
      verdict("accept"),
    ],
  };
};

/** What goes to this machine goes to its loopback, where programs listen that serve nobody else. */
const toHost = (owned: Owned, family: Family): Rule => {
  const [loopback, at] = family === 4 ? ["127.0.0.1", 16] : ["::1", 24];
  const own = parseIp(hostAddress(family));
  return {
    says: `iifname "${hostEnd(owned)}" ${ipOf(family)} daddr ${hostAddress(family)} dnat ${ipOf(family)} to ${loopback}`,
    does: [
      ...linkIs("iifname", owned),
      ...isOfFamily(family),
      payload("network", at, own.length, r0),
      compare(r0, "equal", own),
      immediate(r0, parseIp(loopback)),
      nat("destination", protocolFamily(family), r0, null),
    ],
  };
};

/** What leaves the machine does so in its name. */
const asHost = (family: Family): Rule => {
  const size = family === 4 ? 1 : 4;
  const ip = ipOf(family);
  return {
    says: `ct original ${ip} saddr . ct original ${ip} daddr . ct protocol . ct original proto-dst @${egressSet(family)} masquerade`,
    does: [
      ...isOfFamily(family),
      ctOriginal(family === 4 ? "source4" : "source6", r0),
      ctOriginal(family === 4 ? "destination4" : "destination6", register(size)),
      ctOriginal("protocol", register(2 * size)),
      ctOriginal("destinationPort", register(2 * size + 1)),
      lookup(egressSet(family), r0),
      masquerade,
    ],
  };
};

/** `table`: what the table is called, see `hostTableIn`. */
export const hostRuleset = (table: string, owned: Owned): Ruleset => ({
  table,
  comment: hostTableComment(owned),
  isOwn: (found) => isOwnTable(found, owned),
  alone: false,
  sets: [
    { name: portsSet(4), key: ["protocol", "port"], data: ["ipv4", "port"] },
    { name: portsSet(6), key: ["protocol", "port"], data: ["ipv6", "port"] },
    { name: rangesSet(4), key: ["protocol", "port"], data: ["ipv4"], intervals: true },
    { name: rangesSet(6), key: ["protocol", "port"], data: ["ipv6"], intervals: true },
    { name: egressSet(4), key: ["ipv4", "ipv4", "protocol", "port"], data: null },
    { name: egressSet(6), key: ["ipv6", "ipv6", "protocol", "port"], data: null },
    { name: internetSet(4), key: ["ipv4"], data: null },
    { name: internetSet(6), key: ["ipv6"], data: null },
    { name: settingsSet, key: ["ipv6"], data: null },
    { name: guardedSet, key: ["nfproto"], data: null },
  ],
  chains: [
    {
      // Nothing in the system can open a connection, but to where a service of it is; replies come back.
      name: "guard",
      type: "filter",
      hook: "prerouting",
      priority: -150,
      policy: "accept",
      rules: [
        {
          // One that was let out goes on when the addresses of its name have changed.
          says: `iifname "${hostEnd(owned)}" ct state established,related accept`,
          does: [
            ...linkIs("iifname", owned),
            ...stateIs(ctState.established | ctState.related),
            verdict("accept"),
          ],
        },
        letOut(owned, 4),
        letOut(owned, 6),
        ...keepFromMachine(owned),
        letAnywhere(owned, 4),
        letAnywhere(owned, 6),
        {
          says: `iifname "${hostEnd(owned)}" ct direction original drop`,
          does: [
            ...linkIs("iifname", owned),
            ct("direction", r0),
            compare(r0, "equal", Uint8Array.of(0)),
            verdict("drop"),
          ],
        },
      ],
    },
    { name: "forwarded", type: "filter", hook: "forward", priority: 0, policy: "accept", rules: forwarded },
    {
      name: "remote",
      type: "nat",
      hook: "prerouting",
      priority: -100,
      policy: "accept",
      rules: [toHost(owned, 4), toHost(owned, 6), ...toServices],
    },
    { name: "local", type: "nat", hook: "output", priority: -100, policy: "accept", rules: toServices },
    {
      name: "disguise",
      type: "nat",
      hook: "postrouting",
      priority: 100,
      policy: "accept",
      rules: [
        fromHere(owned, 4, "127.0.0.0/8"),
        fromHere(owned, 6, "::1/128"),
        fromHere(owned, 6, "fe80::/10"),
        asHost(4),
        asHost(6),
        anywhereAsHost(4),
        anywhereAsHost(6),
      ],
    },
  ],
});

/** `PROTOCOL . PORT` */
export const portKey = ({ transport, port }: HostPort): Uint8Array =>
  joinFields([protocolWord(transport), portWord(port)]);

/** `PROTOCOL . PORT : VIP . PORT`; of a range one interval, `PROTOCOL . FIRST-LAST : VIP`. */
export const portElements = (publication: Publication): readonly Placed[] => {
  const { transport, hostPort, vip, number, last } = publication;
  const key = portKey({ transport, port: hostPort });
  const place = (family: Family, address: string): Placed => ({
    set: last === undefined ? portsSet(family) : rangesSet(family),
    element: {
      key,
      ...(last === undefined ? {} : { keyEnd: portKey({ transport, port: last }) }),
      data: last === undefined ? joinFields([parseIp(address), portWord(number)]) : parseIp(address),
      comment: null,
    },
  });
  return [...(vip.v4 === null ? [] : [place(4, vip.v4)]), place(6, vip.v6)];
};

/** The ports of the host that an element of these sets is about. */
export const portsOf = ({
  element: { key, keyEnd = key },
}: Placed): PortRange & { readonly protocol: number } => {
  const numberIn = (bytes: Uint8Array): number => bytes[4]! * 256 + bytes[5]!;
  return { protocol: key[0]!, number: numberIn(key), last: numberIn(keyEnd) };
};

/** The element by which a family is guarded. */
export const guardElement = (family: Family): Placed => ({
  set: guardedSet,
  element: { key: Uint8Array.of(protocolFamily(family), 0, 0, 0), data: null, comment: null },
});

/** What a publication or a way out has in the table. */
export const openingElements = (one: OnHost): readonly Placed[] =>
  one.kind === "publication"
    ? portElements(one)
    : one.anywhere === true
      ? anywhereElements(one, internetSet)
      : placeElements(one, egressSet);

/** Whether an element is one of the ports, or of the ways out. */
export const isOpening = ({ set }: Placed): boolean =>
  ([4, 6] as const).some(
    (family) =>
      set === portsSet(family) ||
      set === rangesSet(family) ||
      set === egressSet(family) ||
      set === internetSet(family),
  );
