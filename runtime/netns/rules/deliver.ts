/** Which instance answers what was allowed, and with which source address it is asked. Each rule says in nft's own syntax what its expressions do. */

import { families, parseIp } from "../../netlink/ip.ts";
import {
  compare,
  ct,
  ctOriginal,
  type Expression,
  goTo,
  immediate,
  lookup,
  mask,
  meta,
  nat,
  payload,
  randomBelow,
  register,
  rejectByIcmp,
  routeBack,
  routeOnBySameLink,
  routeToSender,
  setMeta,
  verdict,
} from "../../nftables/expression.ts";
import type { Rule } from "../../nftables/fixed.ts";
import { hostWord } from "../../nftables/message.ts";
import { concretePrefixes, type Family, hubAddress } from "../names.ts";
import { disguisedMark, hostOrigin, returnMark, setNames } from "../sets.ts";
import { type SlotCount, slotCounts } from "../slots.ts";
import {
  beganOutside,
  beganOutsideSays,
  ctState,
  destination,
  familyIs,
  isConcrete,
  loopback,
  r0,
  resetTcp,
  stateIs,
  words,
  zero,
} from "./match.ts";

/** The first link of every namespace. Virtual addresses are routed to it. */
const loopbackIndex = 1;

/** `how`: whether the port itself is looked up, or the range that it is in, and which it keeps. */
const balanced = (family: Family, count: SlotCount, how: "port" | "range"): Rule => {
  const key = `ip${family === 4 ? "" : "6"} daddr . meta l4proto . th dport`;
  const map = how === "port" ? setNames.slots(family, count) : setNames.slotRanges(family, count);
  const slot = count === 1 ? "" : ` . numgen random mod ${count}`;
  const kept = how === "port" ? "" : ", to the same port";
  return {
    says: `dnat to ${key}${slot} map @${map}${kept}`,
    does: [
      ...familyIs(family),
      destination(family, r0),
      meta("l4proto", register(words(family))),
      payload("transport", 2, 2, register(words(family) + 1)),
      ...(count === 1 ? [] : [randomBelow(count, register(words(family) + 2))]),
      lookup(map, r0, r0),
      nat(
        "destination",
        family === 4 ? families.inet : families.inet6,
        r0,
        how === "port" ? register(words(family)) : null,
      ),
    ],
  };
};

/** Who answers. */
export const balance: readonly Rule[] = (["port", "range"] as const).flatMap((how) =>
  slotCounts.flatMap((count) => [balanced(4, count, how), balanced(6, count, how)]),
);

const markIs = (mark: number): readonly Expression[] => [
  meta("mark", r0),
  compare(r0, "equal", hostWord(mark)),
];
const disguised: readonly Expression[] = [immediate(r0, hostWord(disguisedMark)), setMeta("mark", r0)];

/** What was allowed and goes to an instance itself: no service has such an address. */
const direct = (family: Family): Rule => ({
  says: `ip${family === 4 ? "" : "6"} daddr ${concretePrefixes[family]} accept`,
  does: [...isConcrete(family), verdict("accept")],
});

/** What goes to somebody outside: by the host, whatever address that is, which an instance may have too. */
const outside = (family: Family): Rule => {
  const [ip, size] = [`ip${family === 4 ? "" : "6"}`, words(family)];
  return {
    says: `ct direction original ct original ${ip} daddr . ${ip} daddr . meta l4proto . th dport @${setNames.outside(family)} meta mark set 0xfffffffe accept`,
    does: [
      ct("direction", r0),
      compare(r0, "equal", Uint8Array.of(0)),
      ...familyIs(family),
      ctOriginal(family === 4 ? "destination4" : "destination6", r0),
      destination(family, register(size)),
      meta("l4proto", register(2 * size)),
      payload("transport", 2, 2, register(2 * size + 1)),
      lookup(setNames.outside(family), r0),
      immediate(r0, hostWord(returnMark)),
      setMeta("mark", r0),
      verdict("accept"),
    ],
  };
};

/** What goes to the internet, by the route to everywhere. */
const internet = (family: Family): Rule => ({
  says: `${beganOutsideSays(family)} ct mark @${setNames.internet(family)} accept`,
  does: [...beganOutside(family), ct("mark", r0), lookup(setNames.internet(family), r0), verdict("accept")],
});

/** What was allowed and has nobody to answer. */
export const refuse: readonly Rule[] = [
  loopback,
  outside(4),
  outside(6),
  internet(4),
  internet(6),
  {
    says: "ct direction reply ct mark 0x7fffffff meta mark set 0xfffffffe",
    does: [
      ct("direction", r0),
      compare(r0, "equal", Uint8Array.of(1)),
      ct("mark", r0),
      compare(r0, "equal", hostWord(hostOrigin)),
      immediate(r0, hostWord(returnMark)),
      setMeta("mark", r0),
    ],
  },
  {
    says: "ct state established,related accept",
    does: [...stateIs(ctState.established | ctState.related), verdict("accept")],
  },
  {
    says: "ct status dnat goto deliver",
    does: [ct("status", r0), mask(r0, r0, hostWord(0x20)), compare(r0, "notEqual", zero), goTo("deliver")],
  },
  direct(4),
  direct(6),
  resetTcp,
  { says: "reject with icmpx port-unreachable", does: [rejectByIcmp("port")] },
];

/** How a connection that has somebody to answer is begun. */
export const deliver: readonly Rule[] = [
  {
    says: "fib daddr . iif oif != 0 meta mark set 0xffffffff accept",
    does: [routeOnBySameLink(r0), compare(r0, "notEqual", zero), ...disguised, verdict("accept")],
  },
  {
    // A client elsewhere with the address of an instance, which would keep the reply if it were the one asked.
    says: "meta mark 0x7fffffff fib saddr . iif oif 0 fib saddr oif != { 0, 1 } meta mark set 0xffffffff",
    does: [
      ...markIs(hostOrigin),
      routeBack(r0),
      compare(r0, "equal", zero),
      routeToSender(r0),
      compare(r0, "notEqual", zero),
      compare(r0, "notEqual", hostWord(loopbackIndex)),
      ...disguised,
    ],
  },
  { says: "accept", does: [verdict("accept")] },
];

/**
 * What the hub sends in its own name, so that the reply comes back through it; and what goes outside, in
 * the name of the service, to which the host has a route.
 */
export const disguise: readonly Rule[] = ([4, 6] as const).flatMap((family): Rule[] => [
  {
    says: `${beganOutsideSays(family)} snat to ct mark map @${setNames.internet(family)}`,
    does: [
      ...beganOutside(family),
      ct("mark", r0),
      lookup(setNames.internet(family), r0, r0),
      nat("source", family === 4 ? families.inet : families.inet6, r0, null),
    ],
  },
  {
    says: `meta mark 0xfffffffe snat ip${family === 4 ? "" : "6"} to ct original ip${family === 4 ? "" : "6"} daddr`,
    does: [
      ...familyIs(family),
      ...markIs(returnMark),
      ctOriginal(family === 4 ? "destination4" : "destination6", r0),
      nat("source", family === 4 ? families.inet : families.inet6, r0, null),
    ],
  },
  {
    says: `meta mark 0xffffffff snat to ${hubAddress(family)}`,
    does: [
      ...familyIs(family),
      ...markIs(disguisedMark),
      immediate(r0, parseIp(hubAddress(family))),
      nat("source", family === 4 ? families.inet : families.inet6, r0, null),
    ],
  },
]);
