/** Which table a packet's route is looked for in: rtnetlink's RULE messages. */
import { families } from "./ip.ts";
import { flags, type Request, repeated } from "./message.ts";
import { attributesOf, fixedPart, type Message } from "./reader.ts";
import { littleEndian, type MessageWriter } from "./writer.ts";

const RTM_NEWRULE = 32;
const RTM_DELRULE = 33;
const RTM_GETRULE = 34;

/** The types of messages about routing rules. */
export const ruleMessages = { created: RTM_NEWRULE, deleted: RTM_DELRULE } as const;

const FRA = {
  iifname: 3,
  priority: 6,
  fwmark: 10,
  suppressPrefixLength: 14,
  table: 15,
  fwmask: 16,
  protocol: 21,
} as const;
const FR_ACT_TO_TBL = 1;
const FIB_RULE_INVERT = 2;
const all = 0xffffffff;

/** `struct fib_rule_hdr`. */
const ruleLength = 12;

/** A routing rule: which table is asked for which packets. */
export interface Rule {
  readonly family: 4 | 6;
  /** Those with lower numbers come first. */
  readonly priority: number;
  readonly table: number;
  /** Only for packets with this mark; null: with any. */
  readonly mark: number | null;
  /** Only for packets that come in by this link, `lo`: that this machine sends; null: for all. */
  readonly from: string | null;
}

const familyNumber = (family: 4 | 6): number => (family === 4 ? families.inet : families.inet6);

/** A rule in words, the same for the same rule. */
export const ruleWords = ({ family, priority, table, mark, from }: Rule): string =>
  `${priority}: ipv${family}${from === null ? "" : ` iif ${from}`}${mark === null ? "" : ` fwmark ${mark}`} lookup ${table}`;

/** What the kernel gives to each namespace: the tables local, main and default. */
export const givenRules: readonly Rule[] = [
  { family: 4, priority: 0, table: 255, mark: null, from: null },
  { family: 4, priority: 32766, table: 254, mark: null, from: null },
  { family: 4, priority: 32767, table: 253, mark: null, from: null },
  { family: 6, priority: 0, table: 255, mark: null, from: null },
  { family: 6, priority: 32766, table: 254, mark: null, from: null },
];

const isGiven = (rule: Rule): boolean => givenRules.some((given) => ruleWords(given) === ruleWords(rule));

/** RTPROT_KERNEL, and our own: see `routeProtocol`. */
const protocolOf = (rule: Rule): number => (isGiven(rule) ? 2 : 174);

const writeRule = (writer: MessageWriter, rule: Rule): void => {
  const at = writer.zeros(ruleLength);
  writer.view.setUint8(at, familyNumber(rule.family));
  writer.view.setUint8(at + 7, FR_ACT_TO_TBL);
  writer.u32(FRA.priority, rule.priority);
  writer.u32(FRA.table, rule.table);
  writer.u8(FRA.protocol, protocolOf(rule));
  if (rule.from !== null) writer.string(FRA.iifname, rule.from);
  if (rule.mark === null) return;
  writer.u32(FRA.fwmark, rule.mark);
  writer.u32(FRA.fwmask, all);
};

/** Equivalent to: `ip rule add priority N [iif NAME] [fwmark MARK] lookup TABLE protocol 174` */
export const addRule = (rule: Rule): Request => ({
  type: RTM_NEWRULE,
  flags: flags.create | flags.exclusive,
  doing: () => `add rule ${ruleWords(rule)}`,
  body: (writer) => writeRule(writer, rule),
});

/** Equivalent to: `ip rule del priority N …`. Refused (ENOENT) where there is none. */
export const deleteRule = (rule: Rule): Request => ({
  type: RTM_DELRULE,
  flags: 0,
  doing: () => `remove rule ${ruleWords(rule)}`,
  body: (writer) => writeRule(writer, rule),
});

/** Equivalent to: `ip [-6] rule show`, of both families. */
export const getRules: Request = {
  type: RTM_GETRULE,
  flags: 0,
  doing: () => "list the rules of routing",
  body: (writer) => {
    writer.zeros(ruleLength);
  },
};

/** A rule as the kernel has it. */
export interface SeenRule {
  /** `ruleWords` of it, and of no other rule. */
  readonly words: string;
  /** Removes this very rule. */
  readonly removal: Request;
}

/** What a rule of ours may say; one that says more is another. */
const known: ReadonlySet<number> = new Set(Object.values(FRA));

/** Null of a rule that is neither of IPv4 nor of IPv6. */
export const readRule = (message: Message): SeenRule | null => {
  const at = fixedPart(message, ruleLength);
  const number = message.view.getUint8(at);
  if (number !== families.inet && number !== families.inet6) return null;
  const attributes = attributesOf(message, ruleLength);
  const is = (attribute: number, value: number): boolean =>
    !attributes.has(attribute) || attributes.u32(attribute) === value;
  const isPlain =
    [1, 2, 3].every((byte) => message.view.getUint8(at + byte) === 0) && // lengths of prefixes, and TOS
    message.view.getUint8(at + 7) === FR_ACT_TO_TBL &&
    (message.view.getUint32(at + 8, littleEndian) & FIB_RULE_INVERT) === 0 &&
    attributes.types().every((type) => known.has(type)) &&
    is(FRA.fwmask, all) &&
    is(FRA.suppressPrefixLength, all);
  const rule: Rule = {
    family: number === families.inet ? 4 : 6,
    priority: attributes.has(FRA.priority) ? attributes.u32(FRA.priority) : 0,
    table: attributes.has(FRA.table) ? attributes.u32(FRA.table) : message.view.getUint8(at + 4),
    mark: attributes.has(FRA.fwmark) ? attributes.u32(FRA.fwmark) : null,
    from: attributes.has(FRA.iifname) ? attributes.string(FRA.iifname) : null,
  };
  return {
    words: isPlain ? ruleWords(rule) : `${ruleWords(rule)} and more`,
    removal: repeated(message, RTM_DELRULE, `remove rule ${ruleWords(rule)}`),
  };
};
