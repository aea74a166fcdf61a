/** Who may come into a hub. Each rule says in nft's own syntax what its expressions do. */

import {
  compare,
  ct,
  ctOriginal,
  goTo,
  immediate,
  lookup,
  mask,
  meta,
  payload,
  register,
  rejectByIcmp,
  routeBack,
  setCtMark,
  setMeta,
  verdict,
} from "../../nftables/expression.ts";
import type { Rule } from "../../nftables/fixed.ts";
import { hostWord } from "../../nftables/message.ts";
import { type Family, hostLink } from "../names.ts";
import { hostOrigin, oneWayBit, setNames } from "../sets.ts";
import {
  beganOutside,
  beganOutsideSays,
  ctState,
  destination,
  familyIs,
  isForMachine,
  loopback,
  named,
  r0,
  resetTcp,
  stateIs,
  words,
  zero,
} from "./match.ts";

/** Where it stands what may be asked: by its port, or by a range that it is in. */
type How = "policy" | "policyRanges";

const allowed = (family: Family, how: How): Rule => ({
  says: `ct mark set meta mark . ip${family === 4 ? "" : "6"} daddr . meta l4proto . th dport map @${setNames[how](family)} accept`,
  does: [
    ...familyIs(family),
    meta("mark", r0),
    destination(family, register(1)),
    meta("l4proto", register(1 + words(family))),
    payload("transport", 2, 2, register(2 + words(family))),
    lookup(setNames[how](family), r0, r0),
    setCtMark(r0),
    verdict("accept"),
  ],
});

/** A connection is let through as long as there is a wire for it: one that is cut carries nothing at once. */
const stillAllowed = (family: Family, how: How): Rule => ({
  says: `ct mark & 0x7fffffff . ct original ip${family === 4 ? "" : "6"} daddr . ct protocol . ct original proto-dst @${setNames[how](family)} accept`,
  does: [
    ...familyIs(family),
    ct("mark", r0),
    mask(r0, r0, hostWord(~oneWayBit >>> 0)),
    ctOriginal(family === 4 ? "destination4" : "destination6", register(1)),
    ctOriginal("protocol", register(1 + words(family))),
    ctOriginal("destinationPort", register(2 + words(family))),
    lookup(setNames[how](family), r0),
    verdict("accept"),
  ],
});

/** What began to go out to the internet goes on as long as its automaton may. */
const stillOut = (family: Family): Rule => ({
  says: `${beganOutsideSays(family)} ct mark @${setNames.internet(family)} accept`,
  does: [...beganOutside(family), ct("mark", r0), lookup(setNames.internet(family), r0), verdict("accept")],
});

/** Who may come in. */
export const admit: readonly Rule[] = [
  loopback,
  {
    says: `iifname "${hostLink}" meta mark set 0x7fffffff`,
    does: [
      meta("iifname", r0),
      compare(r0, "equal", named(hostLink)),
      immediate(r0, hostWord(hostOrigin)),
      setMeta("mark", r0),
    ],
  },
  {
    // Who sends is known by the link. Clients of published ports may have any address.
    says: "meta mark != 0x7fffffff fib saddr . iif oif 0 drop",
    does: [
      meta("mark", r0),
      compare(r0, "notEqual", hostWord(hostOrigin)),
      routeBack(r0),
      compare(r0, "equal", zero),
      verdict("drop"),
    ],
  },
  {
    says: "ct state new goto open",
    does: [...stateIs(ctState.new), goTo("open")],
  },
  {
    says: "ct direction reply ct mark & 0x80000000 != 0 drop",
    does: [
      ct("direction", r0),
      compare(r0, "equal", Uint8Array.of(1)),
      ct("mark", r0),
      mask(r0, r0, hostWord(oneWayBit)),
      compare(r0, "notEqual", zero),
      verdict("drop"),
    ],
  },
  stillAllowed(4, "policy"),
  stillAllowed(6, "policy"),
  stillAllowed(4, "policyRanges"),
  stillAllowed(6, "policyRanges"),
  stillOut(4),
  stillOut(6),
  {
    // What the hub itself has asked for.
    says: "ct state established,related ct mark 0 accept",
    does: [
      ...stateIs(ctState.established | ctState.related),
      ct("mark", r0),
      compare(r0, "equal", zero),
      verdict("accept"),
    ],
  },
  // Of a connection whose wire is cut, or that nobody knows.
  resetTcp,
];

/** Whoever is not to be asked is not there: a reset, as the kernel heeds no ICMP while it connects. */
export const absent: readonly Rule[] = [
  resetTcp,
  { says: "reject with icmpx no-route", does: [rejectByIcmp("noRoute")] },
];

/** What is outside of the system. */
const outside = (family: Family): Rule => ({
  says: `ip${family === 4 ? " daddr != 10.0.0.0/8" : "6 daddr != fc00::/7"} goto absent`,
  does: [
    ...familyIs(family),
    payload("network", family === 4 ? 16 : 24, 1, r0),
    ...(family === 4 ? [] : [mask(r0, r0, Uint8Array.of(0xfe))]),
    compare(r0, "notEqual", Uint8Array.of(family === 4 ? 10 : 0xfc)),
    goTo("absent"),
  ],
});

/** What a cloud keeps for this machine, as credentials, is not the internet; name servers there may be asked. */
const forMachine: readonly Rule[] = isForMachine.map(({ says, does }) => ({
  says: `${says} goto absent`,
  does: [...does, goTo("absent")],
}));

/** Who may go anywhere outside: with any protocol, at any port. */
const toInternet = (family: Family): Rule => ({
  says: `${beganOutsideSays(family)} meta mark @${setNames.internet(family)} ct mark set meta mark accept`,
  does: [
    ...beganOutside(family),
    meta("mark", r0),
    lookup(setNames.internet(family), r0),
    setCtMark(r0),
    verdict("accept"),
  ],
});

/** Who may open a connection. */
export const open: readonly Rule[] = [
  {
    says: "meta mark set iifname map @origin",
    does: [meta("iifname", r0), lookup(setNames.origin, r0, r0), setMeta("mark", r0)],
  },
  allowed(4, "policy"),
  allowed(6, "policy"),
  allowed(4, "policyRanges"),
  allowed(6, "policyRanges"),
  ...forMachine,
  toInternet(4),
  toInternet(6),
  outside(4),
  outside(6),
  { says: "drop", does: [verdict("drop")] },
];
