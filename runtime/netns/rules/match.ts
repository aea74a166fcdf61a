/** Conditions that rules of a hub have in common. */
import { type MachineAddress, machineNets } from "../../../src/core/machine-addresses.ts";
import { families } from "../../netlink/ip.ts";
import {
  compare,
  ct,
  ctOriginal,
  type Expression,
  mask,
  meta,
  payload,
  register,
  rejectByReset,
  verdict,
} from "../../nftables/expression.ts";
import type { Rule } from "../../nftables/fixed.ts";
import { hostWord } from "../../nftables/message.ts";
import type { Family } from "../names.ts";

/** Where a condition puts what it compares. */
export const r0 = register(0);
/** Bits of `ct state`. */
export const ctState = { invalid: 1, established: 2, related: 4, new: 8 } as const;
export const tcp = Uint8Array.of(6);
/** What no bit, no link and no mark compares equal to. */
export const zero = hostWord(0);

/** The name of a link as the kernel compares it. */
export const named = (name: string): Uint8Array => {
  const bytes = new Uint8Array(16);
  bytes.set(new TextEncoder().encode(name));
  return bytes;
};
/** In one of these states, a sum of `ctState`. */
export const stateIs = (states: number): readonly Expression[] => [
  ct("state", r0),
  mask(r0, r0, hostWord(states)),
  compare(r0, "notEqual", zero),
];
/** A packet of the family. */
export const familyIs = (family: Family): readonly Expression[] => [
  meta("nfproto", r0),
  compare(r0, "equal", Uint8Array.of(family === 4 ? families.inet : families.inet6)),
];
/** Loads the address that a packet goes to. */
export const destination = (family: Family, to: number): Expression =>
  family === 4 ? payload("network", 16, 4, to) : payload("network", 24, 16, to);
/** Words of 32 bits that an address takes. */
export const words = (family: Family): number => (family === 4 ? 1 : 4);

/** Whether a packet goes into a half of a system's addresses: the first bits of that half in IPv4, and the first byte in IPv6. */
const goesInto = (family: Family, half4: readonly [number, number], byte6: number): readonly Expression[] =>
  family === 4
    ? [
        ...familyIs(4),
        destination(4, r0),
        mask(r0, r0, Uint8Array.of(255, 128, 0, 0)),
        compare(r0, "equal", Uint8Array.of(...half4, 0, 0)),
      ]
    : [...familyIs(6), payload("network", 24, 1, r0), compare(r0, "equal", Uint8Array.of(byte6))];

/** It goes to an instance: `daddr` is one of `concretePrefixes`. */
export const isConcrete = (family: Family): readonly Expression[] => goesInto(family, [10, 0], 0xfc);
/** It goes to a service: `daddr` is one of `virtualPrefixes`. */
export const isVirtual = (family: Family): readonly Expression[] => goesInto(family, [10, 128], 0xfd);

/** The connection was begun to an address that no system has. */
export const beganOutside = (family: Family): readonly Expression[] => [
  ...familyIs(family),
  ctOriginal(family === 4 ? "destination4" : "destination6", r0),
  mask(r0, r0, family === 4 ? Uint8Array.of(255, 0, 0, 0) : Uint8Array.of(0xfe, ...new Uint8Array(15))),
  compare(
    r0,
    "notEqual",
    family === 4 ? Uint8Array.of(10, 0, 0, 0) : Uint8Array.of(0xfc, ...new Uint8Array(15)),
  ),
];
/** The same, as nft says it. */
export const beganOutsideSays = (family: Family): string =>
  family === 4 ? "ct original ip daddr != 10.0.0.0/8" : "ct original ip6 daddr != fc00::/7";

/** A condition, and the same as nft says it. */
interface Condition {
  readonly family: Family;
  readonly says: string;
  readonly does: readonly Expression[];
}

/** A name server may have the same address. */
const noNames = [payload("transport", 2, 2, r0), compare(r0, "notEqual", Uint8Array.of(0, 53))];

/** It goes to a net of IPv4. */
const into4 = ({ address, bits }: MachineAddress): Condition => ({
  family: 4,
  says: `ip daddr ${address.join(".")}${bits === 32 ? "" : `/${bits}`} th dport != 53`,
  does: [
    ...familyIs(4),
    destination(4, r0),
    ...(bits === 32 ? [] : [mask(r0, r0, Uint8Array.of(255, 255, 0, 0))]),
    compare(r0, "equal", Uint8Array.from(address)),
    ...noNames,
  ],
});

/** It goes there by way of a NAT64, 64:ff9b::/96 or one of 64:ff9b:1::/48: the last 32 bits are the address of IPv4. */
const byNat64 = ({ address, bits }: MachineAddress): Condition => {
  const last = Array.from({ length: 4 }, (_, at) => (at < bits / 8 ? 255 : 0));
  const group = (at: number): string => ((address[at]! << 8) | address[at + 1]!).toString(16);
  return {
    family: 6,
    says: `ip6 daddr & ffff:ffff::ffff:${bits === 32 ? "ffff" : "0"} == 64:ff9b::${group(0)}:${group(2)} th dport != 53`,
    does: [
      ...familyIs(6),
      destination(6, r0),
      mask(r0, r0, Uint8Array.of(255, 255, 255, 255, ...new Uint8Array(8), ...last)),
      compare(r0, "equal", Uint8Array.of(0, 0x64, 0xff, 0x9b, ...new Uint8Array(8), ...address)),
      ...noNames,
    ],
  };
};

/** An address of IPv4 in the form of IPv6, ::ffff:a.b.c.d or ::a.b.c.d: no host has one. */
const mapped: Condition = {
  family: 6,
  says: "ip6 daddr ::/80",
  does: [
    ...familyIs(6),
    destination(6, r0),
    mask(r0, r0, Uint8Array.of(...new Uint8Array(10).fill(255), ...new Uint8Array(6))),
    compare(r0, "equal", new Uint8Array(16)),
  ],
};

/** It goes to what a cloud keeps for this machine, in whatever form: that is not the internet. */
export const isForMachine: readonly Condition[] = [
  ...machineNets.map(into4),
  ...machineNets.map(byNat64),
  mapped,
];

/** What the hub says to itself passes. */
export const loopback: Rule = {
  says: 'iifname "lo" accept',
  does: [meta("iifname", r0), compare(r0, "equal", named("lo")), verdict("accept")],
};

/** A connection that cannot be is refused by a reset, so that its client does not wait. */
export const resetTcp: Rule = {
  says: "meta l4proto tcp reject with tcp reset",
  does: [meta("l4proto", r0), compare(r0, "equal", tcp), rejectByReset],
};
