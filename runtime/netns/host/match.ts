/** Conditions that rules of the host's table have in common. */
import { families } from "../../netlink/ip.ts";
import { compare, type Expression, meta, register } from "../../nftables/expression.ts";
import type { Owned } from "../../owner.ts";
import { nameField } from "../fields.ts";
import type { Family } from "../names.ts";
import { hostEnd } from "./names.ts";

/** Where a condition puts what it compares. */
export const r0 = register(0);
/** The number of a family. */
export const protocolFamily = (family: Family): number => (family === 4 ? families.inet : families.inet6);

/** A packet comes from the hub of the system, or goes there. */
export const linkIs = (key: "iifname" | "oifname", owned: Owned): readonly Expression[] => [
  meta(key, r0),
  compare(r0, "equal", nameField(hostEnd(owned))),
];

/** As nft calls the protocol. */
export const ipOf = (family: Family): string => `ip${family === 4 ? "" : "6"}`;
/** A packet of the family. */
export const isOfFamily = (family: Family): readonly Expression[] => [
  meta("nfproto", r0),
  compare(r0, "equal", Uint8Array.of(protocolFamily(family))),
];
