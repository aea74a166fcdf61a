/** The rules of the host's table for systems that go out to the internet: anywhere, in the host's name. */
import {
  compare,
  ctOriginal,
  destinationType,
  lookup,
  masquerade,
  payload,
  verdict,
} from "../../nftables/expression.ts";
import type { Rule } from "../../nftables/fixed.ts";
import { hostWord } from "../../nftables/message.ts";
import type { Placed } from "../../nftables/ruleset.ts";
import type { Owned } from "../../owner.ts";
import type { Family } from "../names.ts";
import { isForMachine } from "../rules/match.ts";
import { ipOf, isOfFamily, linkIs, r0 } from "./match.ts";
import { hostEnd } from "./names.ts";

/** In whose names a system may go anywhere: virtual addresses. */
export const internetSet = (family: Family): string => `internet${family}`;

/** What a cloud keeps for this machine is not anywhere: the hub lets nothing out to it, nor does the host. */
export const keepFromMachine = (owned: Owned): readonly Rule[] =>
  isForMachine.map(({ family, says, does }) => ({
    says: `iifname "${hostEnd(owned)}" ${ipOf(family)} saddr @${internetSet(family)} ${says} drop`,
    does: [
      ...linkIs("iifname", owned),
      ...isOfFamily(family),
      payload("network", family === 4 ? 12 : 8, family === 4 ? 4 : 16, r0),
      lookup(internetSet(family), r0),
      ...does,
      verdict("drop"),
    ],
  }));

/** What goes anywhere outside of this machine; no address of its own, and none of a group. */
export const letAnywhere = (owned: Owned, family: Family): Rule => ({
  says: `iifname "${hostEnd(owned)}" ${ipOf(family)} saddr @${internetSet(family)} fib daddr type unicast accept`,
  does: [
    ...linkIs("iifname", owned),
    ...isOfFamily(family),
    payload("network", family === 4 ? 12 : 8, family === 4 ? 4 : 16, r0),
    lookup(internetSet(family), r0),
    destinationType(r0),
    compare(r0, "equal", hostWord(1)),
    verdict("accept"),
  ],
});

/** The same: it leaves in the name of this machine. */
export const anywhereAsHost = (family: Family): Rule => ({
  says: `ct original ${ipOf(family)} saddr @${internetSet(family)} masquerade`,
  does: [
    ...isOfFamily(family),
    ctOriginal(family === 4 ? "source4" : "source6", r0),
    lookup(internetSet(family), r0),
    masquerade,
  ],
});

/** Whether the whole key of an element is the virtual address that it is about. */
export const isVip = ({ set }: Placed): boolean => set === internetSet(4) || set === internetSet(6);
