/**
 * The rules of a hub, chain by chain. Each says in nft's own syntax what its
 * expressions do.
 */
import { families, parseIp } from "../netlink/ip.ts";
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
  rejectByReset,
  routeBack,
  routeOnBySameLink,
  setCtMark,
  setMeta,
  verdict,
} from "../nftables/expression.ts";
import type { Rule } from "../nftables/fixed.ts";
import { hostWord } from "../nftables/message.ts";
import { type Family, hubAddress, virtualPrefixes } from "./names.ts";
import { hairpinMark, hostOrigin, oneWayBit, setNames } from "./sets.ts";
import { type SlotCount, slotCounts } from "./slots.ts";

const r0 = register(0);
const ctState = { invalid: 1, established: 2, related: 4, new: 8 } as const;
const tcp = Uint8Array.of(6);
const zero = hostWord(0);

const named = (name: string): Uint8Array => {
  const bytes = new Uint8Array(16);
  bytes.set(new TextEncoder().encode(name));
  return bytes;
};
const stateIs = (states: number): readonly Expression[] => [
  ct("state", r0),
  mask(r0, r0, hostWord(states)),
  compare(r0, "notEqual", zero),
];
const familyIs = (family: Family): readonly Expression[] => [
  meta("nfproto", r0),
  compare(r0, "equal", Uint8Array.of(family === 4 ? families.inet : families.inet6)),
];
const destination = (family: Family, to: number): Expression =>
  family === 4 ? payload("network", 16, 4, to) : payload("network", 24, 16, to);
const words = (family: Family): number => (family === 4 ? 1 : 4);

const loopback: Rule = {
  says: 'iifname "lo" accept',
  does: [meta("iifname", r0), compare(r0, "equal", named("lo")), verdict("accept")],
};

const allowed = (family: Family): Rule => ({
  says: `ct mark set meta mark . ip${family === 4 ? "" : "6"} daddr . meta l4proto . th dport map @policy${family} accept`,
  does: [
    ...familyIs(family),
    meta("mark", r0),
    destination(family, register(1)),
    meta("l4proto", register(1 + words(family))),
    payload("transport", 2, 2, register(2 + words(family))),
    lookup(setNames.policy(family), r0, r0),
    setCtMark(r0),
    verdict("accept"),
  ],
});

/** A connection is let through as long as there is a wire for it: one that is cut carries nothing at once. */
const stillAllowed = (family: Family): Rule => ({
  says: `ct mark & 0x7fffffff . ct original ip${family === 4 ? "" : "6"} daddr . ct protocol . ct original proto-dst @policy${family} accept`,
  does: [
    ...familyIs(family),
    ct("mark", r0),
    mask(r0, r0, hostWord(~oneWayBit >>> 0)),
    ctOriginal(family === 4 ? "destination4" : "destination6", register(1)),
    ctOriginal("protocol", register(1 + words(family))),
    ctOriginal("destinationPort", register(2 + words(family))),
    lookup(setNames.policy(family), r0),
    verdict("accept"),
  ],
});

/** Who may come in. */
export const admit: readonly Rule[] = [
  loopback,
  {
    says: "fib saddr . iif oif 0 drop",
    does: [routeBack(r0), compare(r0, "equal", zero), verdict("drop")],
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
  stillAllowed(4),
  stillAllowed(6),
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
  {
    // Of a connection whose wire is cut, or that nobody knows: its client shall not wait.
    says: "meta l4proto tcp reject with tcp reset",
    does: [meta("l4proto", r0), compare(r0, "equal", tcp), rejectByReset],
  },
];

/** Who may open a connection. */
export const open: readonly Rule[] = [
  {
    says: "meta mark set iifname map @origin",
    does: [meta("iifname", r0), lookup(setNames.origin, r0, r0), setMeta("mark", r0)],
  },
  allowed(4),
  allowed(6),
  { says: "drop", does: [verdict("drop")] },
];

const balanced = (family: Family, count: SlotCount): Rule => {
  const key = `ip${family === 4 ? "" : "6"} daddr . meta l4proto . th dport`;
  const slot = count === 1 ? "" : ` . numgen random mod ${count}`;
  return {
    says: `dnat to ${key}${slot} map @${setNames.slots(family, count)}`,
    does: [
      ...familyIs(family),
      destination(family, r0),
      meta("l4proto", register(words(family))),
      payload("transport", 2, 2, register(words(family) + 1)),
      ...(count === 1 ? [] : [randomBelow(count, register(words(family) + 2))]),
      lookup(setNames.slots(family, count), r0, r0),
      nat("destination", family === 4 ? families.inet : families.inet6, r0, register(words(family))),
    ],
  };
};

/** Who answers. */
export const balance: readonly Rule[] = slotCounts.flatMap((count) => [
  balanced(4, count),
  balanced(6, count),
]);

/** What was allowed and has nobody to answer. */
export const refuse: readonly Rule[] = [
  loopback,
  {
    says: "ct state established,related accept",
    does: [...stateIs(ctState.established | ctState.related), verdict("accept")],
  },
  {
    says: "fib daddr . iif oif != 0 meta mark set 0xffffffff",
    does: [
      routeOnBySameLink(r0),
      compare(r0, "notEqual", zero),
      immediate(r0, hostWord(hairpinMark)),
      setMeta("mark", r0),
    ],
  },
  {
    says: "ct status dnat accept",
    does: [ct("status", r0), mask(r0, r0, hostWord(0x20)), compare(r0, "notEqual", zero), verdict("accept")],
  },
  {
    says: "meta l4proto tcp reject with tcp reset",
    does: [meta("l4proto", r0), compare(r0, "equal", tcp), rejectByReset],
  },
  { says: "reject with icmpx port-unreachable", does: [rejectByIcmp("port")] },
];

const fromHub = (family: Family, mark: number, who: string): Rule => ({
  says: `meta mark ${who} snat to ${hubAddress(family)}`,
  does: [
    ...familyIs(family),
    meta("mark", r0),
    compare(r0, "equal", hostWord(mark)),
    immediate(r0, parseIp(hubAddress(family))),
    nat("source", family === 4 ? families.inet : families.inet6, r0, null),
  ],
});

/** What the hub sends in its own name, so that the reply comes back through it. */
export const disguise: readonly Rule[] = ([4, 6] as const).flatMap((family) => [
  fromHub(family, hairpinMark, "0xffffffff"),
  fromHub(family, hostOrigin, "0x7fffffff"),
]);

/** What the hub itself asks of a service without anyone to answer. */
const unanswered = (family: Family): readonly Expression[] =>
  family === 4
    ? [
        ...familyIs(4),
        destination(4, r0),
        mask(r0, r0, Uint8Array.of(255, 128, 0, 0)),
        compare(r0, "equal", Uint8Array.of(10, 128, 0, 0)),
      ]
    : [...familyIs(6), payload("network", 24, 1, r0), compare(r0, "equal", Uint8Array.of(0xfd))];

export const output: readonly Rule[] = [
  {
    says: "ct status dnat accept",
    does: [ct("status", r0), mask(r0, r0, hostWord(0x20)), compare(r0, "notEqual", zero), verdict("accept")],
  },
  ...([4, 6] as const).flatMap((family): readonly Rule[] => [
    {
      says: `ip${family === 4 ? "" : "6"} daddr ${virtualPrefixes[family]} meta l4proto tcp reject with tcp reset`,
      does: [...unanswered(family), meta("l4proto", r0), compare(r0, "equal", tcp), rejectByReset],
    },
    {
      says: `ip${family === 4 ? "" : "6"} daddr ${virtualPrefixes[family]} reject with icmpx port-unreachable`,
      does: [...unanswered(family), rejectByIcmp("port")],
    },
  ]),
];

export const input: readonly Rule[] = [
  loopback,
  {
    says: "ct state established,related accept",
    does: [...stateIs(ctState.established | ctState.related), verdict("accept")],
  },
];
