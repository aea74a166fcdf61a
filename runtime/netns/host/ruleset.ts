/**
 * The rules of a system in the host's own namespace: what comes to a published port
 * goes to the virtual address of a service, through a link to the hub.
 */
import { createHash } from "node:crypto";
import type { Publication } from "../../../src/core/resource.ts";
import { families, parseIp } from "../../netlink/ip.ts";
import {
  compare,
  ct,
  destinationType,
  type Expression,
  lookup,
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
import { joinFields, nameField, portWord, protocolWord } from "../element.ts";
import type { Family } from "../names.ts";

const tablePrefix = "architect-";
export const hostTable = (system: string): string => `${tablePrefix}${system}`;
export const isHostTable = (name: string): boolean => name.startsWith(tablePrefix);

/** Links of the host that lead to hubs begin so. */
export const hostEndPrefix = "arch";
/** The host's end of the link to the hub. */
export const hostEnd = (system: string): string =>
  `${hostEndPrefix}${createHash("sha256").update(system).digest("hex").slice(0, 10)}`;

/**
 * The sender of what the host passes on, one for all systems: of IPv4 the dummy address
 * (RFC 7600), which no network has.
 */
export const hostAddress = (family: Family): string => (family === 4 ? "192.0.0.8" : "fc00::2");

const r0 = register(0);
const protocolFamily = (family: Family): number => (family === 4 ? families.inet : families.inet6);
const portsSet = (family: Family): string => `ports${family}`;
/** Settings of the machine that were changed for this system, with their values before. */
export const settingsSet = "settings";

const linkIs = (key: "iifname" | "oifname", system: string): readonly Expression[] => [
  meta(key, r0),
  compare(r0, "equal", nameField(hostEnd(system))),
];

const toService = (family: Family): Rule => ({
  says: `fib daddr type local dnat to meta l4proto . th dport map @${portsSet(family)}`,
  does: [
    meta("nfproto", r0),
    compare(r0, "equal", Uint8Array.of(protocolFamily(family))),
    destinationType(r0),
    compare(r0, "equal", hostWord(2)),
    meta("l4proto", r0),
    payload("transport", 2, 2, register(1)),
    lookup(portsSet(family), r0, r0),
    nat("destination", protocolFamily(family), r0, register(family === 4 ? 1 : 4)),
  ],
});
const toServices: readonly Rule[] = [toService(4), toService(6)];

export const hostRuleset = (system: string): Ruleset => ({
  table: hostTable(system),
  comment: `architect ${system}`,
  sets: [
    { name: portsSet(4), key: ["protocol", "port"], data: ["ipv4", "port"] },
    { name: portsSet(6), key: ["protocol", "port"], data: ["ipv6", "port"] },
    { name: settingsSet, key: ["ipv6"], data: null },
  ],
  chains: [
    {
      // Only replies come back: nothing in the system can open a connection to the host.
      name: "guard",
      type: "filter",
      hook: "prerouting",
      priority: -150,
      policy: "accept",
      rules: [
        {
          says: `iifname "${hostEnd(system)}" ct direction original drop`,
          does: [
            ...linkIs("iifname", system),
            ct("direction", r0),
            compare(r0, "equal", Uint8Array.of(0)),
            verdict("drop"),
          ],
        },
      ],
    },
    {
      name: "remote",
      type: "nat",
      hook: "prerouting",
      priority: -100,
      policy: "accept",
      rules: toServices,
    },
    { name: "local", type: "nat", hook: "output", priority: -100, policy: "accept", rules: toServices },
    {
      name: "disguise",
      type: "nat",
      hook: "postrouting",
      priority: 100,
      policy: "accept",
      rules: [
        {
          says: `oifname "${hostEnd(system)}" masquerade`,
          does: [...linkIs("oifname", system), masquerade],
        },
      ],
    },
  ],
});

/** `PROTOCOL . PORT : VIP . PORT` */
export const portElements = ({ transport, hostPort, vip, number }: Publication): readonly Placed[] => {
  const key = joinFields([protocolWord(transport), portWord(hostPort)]);
  const place = (family: Family, address: string): Placed => ({
    set: portsSet(family),
    element: { key, data: joinFields([parseIp(address), portWord(number)]), comment: null },
  });
  return [...(vip.v4 === null ? [] : [place(4, vip.v4)]), place(6, vip.v6)];
};

/** Whether an element is one of the ports, of whatever system. */
export const isPort = ({ set }: Placed): boolean => set === portsSet(4) || set === portsSet(6);
