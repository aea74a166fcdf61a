/** Tables that are not ours, of any family: chains, rules and sets, as far as it takes to tell what becomes of a packet. */

import type { Request } from "../netlink/message.ts";
import { type Attributes, attributesOf, fixedPart, type Message } from "../netlink/reader.ts";
import { generalLength, messages, nftFamilies, nftRequest } from "./message.ts";
import { NFTA_ELEMENTS } from "./set.ts";

const NFTA_CHAIN = { table: 1, name: 3, hook: 4, policy: 5, type: 7 } as const;
const NFTA_HOOK = { number: 1, priority: 2 } as const;
const NFTA_RULE = { table: 1, chain: 2, expressions: 4 } as const;
const NFTA_LIST_ELEM = 1;
const NFTA_EXPR = { name: 1, data: 2 } as const;
const NFTA_DATA = { value: 1, verdict: 2 } as const;
const NFTA_VERDICT = { code: 1, chain: 2 } as const;
const NFTA_ELEMENT = { key: 1, data: 2, flags: 3, keyEnd: 10 } as const;
const NFT_SET_ELEM_INTERVAL_END = 1;
const NFT_REG32_00 = 8;

/** What a rule has become of a packet. */
export interface Verdict {
  readonly code: "accept" | "drop" | "jump" | "goto" | "return" | "continue" | "other";
  /** Of `jump` and `goto`. */
  readonly chain: string;
}

/** A step of a rule; registers are numbered by words of 4 bytes. */
export type Step =
  | { readonly _tag: "load"; readonly what: string; readonly to: number; readonly length: number }
  | {
      readonly _tag: "compare";
      readonly from: number;
      /** As the kernel numbers them: eq, neq, lt, lte, gt, gte. */
      readonly how: number;
      readonly bytes: Uint8Array;
    }
  | {
      readonly _tag: "bitwise";
      readonly from: number;
      readonly to: number;
      readonly mask: Uint8Array;
      readonly xor: Uint8Array;
    }
  | {
      readonly _tag: "range";
      readonly from: number;
      readonly isInverted: boolean;
      readonly low: Uint8Array;
      readonly high: Uint8Array;
    }
  | {
      readonly _tag: "lookup";
      readonly from: number;
      readonly set: string;
      readonly isInverted: boolean;
      readonly gives: "nothing" | "verdict" | "data";
      readonly to: number;
    }
  | { readonly _tag: "constant"; readonly to: number; readonly bytes: Uint8Array }
  | { readonly _tag: "verdict"; readonly verdict: Verdict }
  /** A match or a target of iptables. */
  | { readonly _tag: "match"; readonly name: string; readonly info: Uint8Array }
  | { readonly _tag: "target"; readonly name: string }
  /** Neither keeps packets from going on with the rule nor decides on them. */
  | { readonly _tag: "nothing" }
  | { readonly _tag: "unknown" };

/** A rule, in the order of its chain. */
export interface ForeignRule {
  readonly family: number;
  readonly table: string;
  readonly chain: string;
  readonly steps: readonly Step[];
}

/** A chain; `hook`: null where the kernel does not call it. */
export interface ForeignChain {
  readonly family: number;
  readonly table: string;
  readonly name: string;
  readonly hook: { readonly type: string; readonly number: number; readonly drops: boolean } | null;
  /** Made with `iptables-legacy`, and so none of nf_tables. */
  readonly isLegacy?: boolean;
}

/** An element of a set or map. */
export interface ForeignElement {
  readonly key: Uint8Array;
  /** A range of keys ends before it. */
  readonly isEnd: boolean;
  /** A range of more than one field, which is not told further. */
  readonly isWide: boolean;
  /** Of a map to verdicts; else null. */
  readonly verdict: Verdict | null;
}

const list = (message: number, family: number, doing: string): Request =>
  nftRequest(
    message,
    0,
    () => doing,
    () => {},
    family,
  );

/** Equivalent to: `nft list chains` */
export const getAllChains: Request = list(messages.getChain, nftFamilies.any, "list all chains");

/** Equivalent to: `nft list table FAMILY TABLE`, of which the rules. */
export const getRulesOf = (family: number, table: string): Request =>
  nftRequest(
    messages.getRule,
    0,
    () => `list the rules of ${table}`,
    (writer) => writer.string(NFTA_RULE.table, table),
    family,
  );

const familyOf = (message: Message): number => message.view.getUint8(fixedPart(message, generalLength));

/** A chain of a dump. */
export const readForeignChain = (message: Message): ForeignChain => {
  const attributes = attributesOf(message, generalLength);
  const hook = attributes.has(NFTA_CHAIN.hook) ? attributes.nested(NFTA_CHAIN.hook) : null;
  return {
    family: familyOf(message),
    table: attributes.string(NFTA_CHAIN.table),
    name: attributes.string(NFTA_CHAIN.name),
    hook:
      hook === null
        ? null
        : {
            type: attributes.has(NFTA_CHAIN.type) ? attributes.string(NFTA_CHAIN.type) : "",
            number: hook.u32be(NFTA_HOOK.number),
            drops: attributes.has(NFTA_CHAIN.policy) && attributes.u32be(NFTA_CHAIN.policy) === 0,
          },
  };
};

const codes = new Map<number, Verdict["code"]>([
  [0, "drop"],
  [1, "accept"],
  [-1, "continue"],
  [-3, "jump"],
  [-4, "goto"],
  [-5, "return"],
]);

const readVerdict = (data: Attributes): Verdict | null => {
  if (!data.has(NFTA_DATA.verdict)) return null;
  const verdict = data.nested(NFTA_DATA.verdict);
  return {
    code: codes.get(verdict.u32be(NFTA_VERDICT.code) | 0) ?? "other",
    chain: verdict.has(NFTA_VERDICT.chain) ? verdict.string(NFTA_VERDICT.chain) : "",
  };
};

/** Registers of 16 bytes have numbers from 1 on, those of 4 from 8. */
const wordOf = (register: number): number =>
  register < NFT_REG32_00 ? (register - 1) * 4 : register - NFT_REG32_00;

const bytesOf = (data: Attributes, attribute: number): Uint8Array =>
  data.nested(attribute).raw(NFTA_DATA.value);

const metaNames = new Map<number, readonly [what: string, length: number]>([
  [4, ["iif", 4]],
  [5, ["oif", 4]],
  [6, ["iifname", 16]],
  [7, ["oifname", 16]],
  [15, ["nfproto", 1]],
  [16, ["l4proto", 1]],
]);
const ctNames = new Map<number, readonly [what: string, length: number]>([
  [0, ["ctstate", 4]],
  [1, ["ctdirection", 1]],
  [2, ["ctstatus", 4]],
]);
const payloadBases = ["link", "network", "transport"] as const;

/** What neither decides nor keeps a packet from going on. */
const idle: ReadonlySet<string> = new Set(["counter", "log", "limit", "quota", "last", "notrack"]);

const load = (known: readonly [string, number] | undefined, to: number): Step => {
  const [what, length] = known ?? ["other", 64];
  return { _tag: "load", what, to: wordOf(to), length };
};

const readStep = (expression: Attributes): Step => {
  const name = expression.string(NFTA_EXPR.name);
  if (idle.has(name)) return { _tag: "nothing" };
  if (!expression.has(NFTA_EXPR.data)) return { _tag: "unknown" };
  const data = expression.nested(NFTA_EXPR.data);
  switch (name) {
    case "meta":
      return data.has(1) ? load(metaNames.get(data.u32be(2)), data.u32be(1)) : { _tag: "nothing" };
    case "ct":
      return data.has(1) ? load(ctNames.get(data.u32be(2)), data.u32be(1)) : { _tag: "nothing" };
    case "payload": {
      if (!data.has(1)) return { _tag: "nothing" };
      const [base, offset, length] = [data.u32be(2), data.u32be(3), data.u32be(4)];
      return load([`${payloadBases[base] ?? "other"} ${offset}`, length], data.u32be(1));
    }
    case "cmp":
      return { _tag: "compare", from: wordOf(data.u32be(1)), how: data.u32be(2), bytes: bytesOf(data, 3) };
    case "bitwise": {
      // Shifts and the like are told by another attribute.
      if (!data.has(4) || !data.has(5)) return load(undefined, data.u32be(2));
      const [from, to] = [wordOf(data.u32be(1)), wordOf(data.u32be(2))];
      return { _tag: "bitwise", from, to, mask: bytesOf(data, 4), xor: bytesOf(data, 5) };
    }
    case "range":
      return {
        _tag: "range",
        from: wordOf(data.u32be(1)),
        isInverted: data.u32be(2) === 1,
        low: bytesOf(data, 3),
        high: bytesOf(data, 4),
      };
    case "lookup": {
      const to = data.has(3) ? data.u32be(3) : null;
      return {
        _tag: "lookup",
        set: data.string(1),
        from: wordOf(data.u32be(2)),
        gives: to === null ? "nothing" : to === 0 ? "verdict" : "data",
        to: to === null ? 0 : wordOf(to),
        isInverted: data.has(5) && data.u32be(5) === 1,
      };
    }
    case "immediate": {
      const verdict = readVerdict(data.nested(2));
      if (verdict !== null) return { _tag: "verdict", verdict };
      return { _tag: "constant", to: wordOf(data.u32be(1)), bytes: bytesOf(data, 2) };
    }
    case "reject":
      return { _tag: "verdict", verdict: { code: "drop", chain: "" } };
    case "match":
      return { _tag: "match", name: data.string(1), info: data.has(3) ? data.raw(3) : new Uint8Array() };
    case "target":
      return { _tag: "target", name: data.string(1) };
    default:
      return { _tag: "unknown" };
  }
};

/** A rule of a dump. */
export const readForeignRule = (message: Message): ForeignRule => {
  const attributes = attributesOf(message, generalLength);
  return {
    family: familyOf(message),
    table: attributes.string(NFTA_RULE.table),
    chain: attributes.string(NFTA_RULE.chain),
    steps: attributes.has(NFTA_RULE.expressions)
      ? attributes.nested(NFTA_RULE.expressions).list(NFTA_LIST_ELEM).map(readStep)
      : [],
  };
};

/** The elements of one message of a dump. */
export const readForeignElements = (message: Message): readonly ForeignElement[] => {
  const attributes = attributesOf(message, generalLength);
  if (!attributes.has(NFTA_ELEMENTS.list)) return [];
  return attributes
    .nested(NFTA_ELEMENTS.list)
    .list(NFTA_LIST_ELEM)
    .map((element) => ({
      key: element.has(NFTA_ELEMENT.key) ? bytesOf(element, NFTA_ELEMENT.key) : new Uint8Array(),
      isEnd:
        element.has(NFTA_ELEMENT.flags) &&
        (element.u32be(NFTA_ELEMENT.flags) & NFT_SET_ELEM_INTERVAL_END) !== 0,
      isWide: element.has(NFTA_ELEMENT.keyEnd) || !element.has(NFTA_ELEMENT.key),
      verdict: element.has(NFTA_ELEMENT.data) ? readVerdict(element.nested(NFTA_ELEMENT.data)) : null,
    }));
};
