/** What the hub itself asks, and what is asked of it. Each rule says in nft's own syntax what its expressions do. */
import { compare, ct, mask, meta, rejectByIcmp, rejectByReset, verdict } from "../../nftables/expression.ts";
import type { Rule } from "../../nftables/fixed.ts";
import { hostWord } from "../../nftables/message.ts";
import { virtualPrefixes } from "../names.ts";
import { ctState, isVirtual, loopback, r0, stateIs, tcp, zero } from "./match.ts";

export const output: readonly Rule[] = [
  {
    says: "ct status dnat accept",
    does: [ct("status", r0), mask(r0, r0, hostWord(0x20)), compare(r0, "notEqual", zero), verdict("accept")],
  },
  ...([4, 6] as const).flatMap((family): readonly Rule[] => [
    {
      // What the hub itself asks of a service without anyone to answer.
      says: `ip${family === 4 ? "" : "6"} daddr ${virtualPrefixes[family]} meta l4proto tcp reject with tcp reset`,
      does: [...isVirtual(family), meta("l4proto", r0), compare(r0, "equal", tcp), rejectByReset],
    },
    {
      says: `ip${family === 4 ? "" : "6"} daddr ${virtualPrefixes[family]} reject with icmpx port-unreachable`,
      does: [...isVirtual(family), rejectByIcmp("port")],
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
