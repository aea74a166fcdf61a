/** Tables, chains and rules of the family inet. */
import { flags, type Request } from "../netlink/message.ts";
import { attributesOf, fixedPart, type Message } from "../netlink/reader.ts";
import { decodeComment, writeComment } from "./comment.ts";
import type { Expression } from "./expression.ts";
import { generalLength, messages, nftFamilies, nftRequest } from "./message.ts";

const NFTA_TABLE = { name: 1, flags: 2, userdata: 6 } as const;
const NFT_TABLE_F_DORMANT = 1;
const NFTA_CHAIN = { table: 1, name: 3, hook: 4, policy: 5, type: 7 } as const;
const NFTA_HOOK = { number: 1, priority: 2 } as const;
const NFTA_RULE = { table: 1, chain: 2, expressions: 4, userdata: 7 } as const;

/** Equivalent to: `nft create table inet NAME { comment "…"; }` */
export const createTable = (name: string, comment: string): Request =>
  nftRequest(
    messages.newTable,
    flags.create | flags.exclusive,
    () => `create table ${name}`,
    (writer) => {
      writer.string(NFTA_TABLE.name, name);
      writer.u32be(NFTA_TABLE.flags, 0);
      writeComment(writer, NFTA_TABLE.userdata, comment);
    },
  );

/** Equivalent to: `nft delete table FAMILY NAME`, with all that is in it. */
export const deleteTable = (name: string, family: number = nftFamilies.inet): Request =>
  nftRequest(
    messages.deleteTable,
    0,
    () => `delete table ${name}`,
    (writer) => {
      writer.string(NFTA_TABLE.name, name);
    },
    family,
  );

const listTables = (family: number): Request =>
  nftRequest(
    messages.getTable,
    0,
    () => "list the tables",
    () => {},
    family,
  );
/** Equivalent to: `nft list tables inet` */
export const getTables: Request = listTables(nftFamilies.inet);
/** Equivalent to: `nft list tables` */
export const getAllTables: Request = listTables(nftFamilies.any);

/** A table of nf_tables, of any family. */
export interface Table {
  readonly family: number;
  readonly name: string;
  readonly comment: string | null;
  /** Nothing in it is called. */
  readonly isDormant: boolean;
}

/** The table that a message is about. */
export const readTable = (message: Message): Table => {
  const family = message.view.getUint8(fixedPart(message, generalLength));
  const attributes = attributesOf(message, generalLength);
  const flagged = attributes.has(NFTA_TABLE.flags) ? attributes.u32be(NFTA_TABLE.flags) : 0;
  return {
    family,
    name: attributes.string(NFTA_TABLE.name),
    comment: attributes.has(NFTA_TABLE.userdata) ? decodeComment(attributes.raw(NFTA_TABLE.userdata)) : null,
    isDormant: (flagged & NFT_TABLE_F_DORMANT) !== 0,
  };
};

/** The numbers of IPv4, of which those of the others are the same. */
const hooks = { prerouting: 0, input: 1, forward: 2, output: 3, postrouting: 4 } as const;

/** Where the kernel calls a chain for packets. */
export interface Hook {
  readonly type: "filter" | "nat";
  readonly hook: keyof typeof hooks;
  readonly priority: number;
  readonly policy: "accept" | "drop";
}

/** A chain: one that the kernel calls, or one that rules go to. */
export type Chain = { readonly name: string } & (Hook | { readonly type?: never });

/** Equivalent to: `nft add chain inet TABLE NAME { type … hook … priority …; policy …; }` */
export const createChain = (table: string, chain: Chain): Request =>
  nftRequest(
    messages.newChain,
    flags.create,
    () => `create chain ${table} ${chain.name}`,
    (writer) => {
      writer.string(NFTA_CHAIN.table, table);
      writer.string(NFTA_CHAIN.name, chain.name);
      if (chain.type === undefined) return;
      writer.string(NFTA_CHAIN.type, chain.type);
      writer.u32be(NFTA_CHAIN.policy, chain.policy === "accept" ? 1 : 0);
      const hook = writer.open(NFTA_CHAIN.hook);
      writer.u32be(NFTA_HOOK.number, hooks[chain.hook]);
      writer.u32be(NFTA_HOOK.priority, chain.priority);
      writer.close(hook);
    },
  );

/** Equivalent to: `nft delete chain inet TABLE NAME`. Refused (EBUSY) while rules are in it or go to it. */
export const deleteChain = (table: string, name: string): Request =>
  nftRequest(
    messages.deleteChain,
    0,
    () => `delete chain ${table} ${name}`,
    (writer) => {
      writer.string(NFTA_CHAIN.table, table);
      writer.string(NFTA_CHAIN.name, name);
    },
  );

/** Equivalent to: `nft list chains inet` */
export const getChains: Request = nftRequest(
  messages.getChain,
  0,
  () => "list the chains",
  () => {},
);

/** A chain as the kernel has it. */
export interface ChainHeader {
  readonly table: string;
  readonly name: string;
  /** Type, number of the hook, priority, 1 for "accept" by policy; null: the kernel does not call it. */
  readonly hook: readonly [type: string, hook: number, priority: number, policy: number] | null;
}

/** The chain that a message is about. */
export const readChain = (message: Message): ChainHeader => {
  const attributes = attributesOf(message, generalLength);
  const hook = attributes.has(NFTA_CHAIN.hook) ? attributes.nested(NFTA_CHAIN.hook) : null;
  return {
    table: attributes.string(NFTA_CHAIN.table),
    name: attributes.string(NFTA_CHAIN.name),
    hook:
      hook === null
        ? null
        : [
            attributes.string(NFTA_CHAIN.type),
            hook.u32be(NFTA_HOOK.number),
            hook.u32be(NFTA_HOOK.priority) | 0,
            attributes.u32be(NFTA_CHAIN.policy),
          ],
  };
};

/** Whether a chain is called as it must be. */
export const sameChain = ({ hook }: ChainHeader, wanted: Chain): boolean => {
  if (hook === null || wanted.type === undefined) return hook === null && wanted.type === undefined;
  const [type, number, priority, policy] = hook;
  return (
    type === wanted.type &&
    number === hooks[wanted.hook] &&
    priority === wanted.priority &&
    policy === (wanted.policy === "accept" ? 1 : 0)
  );
};

/** Equivalent to: `nft flush table inet TABLE`: all rules of all chains. */
export const deleteRules = (table: string): Request =>
  nftRequest(
    messages.deleteRule,
    0,
    () => `delete the rules of ${table}`,
    (writer) => {
      writer.string(NFTA_RULE.table, table);
    },
  );

/** Equivalent to: `nft add rule inet TABLE CHAIN … comment "…"` */
export const addRule = (
  table: string,
  chain: string,
  comment: string,
  expressions: readonly Expression[],
): Request =>
  nftRequest(
    messages.newRule,
    flags.create | flags.append,
    () => `add rule ${table} ${chain} (${comment})`,
    (writer) => {
      writer.string(NFTA_RULE.table, table);
      writer.string(NFTA_RULE.chain, chain);
      const list = writer.open(NFTA_RULE.expressions);
      for (const write of expressions) write(writer);
      writer.close(list);
      writeComment(writer, NFTA_RULE.userdata, comment);
    },
  );

/** Equivalent to: `nft list table inet TABLE`, of which the rules. */
export const getRules = (table: string): Request =>
  nftRequest(
    messages.getRule,
    0,
    () => `list the rules of ${table}`,
    (writer) => {
      writer.string(NFTA_RULE.table, table);
    },
  );

/** By what a rule is known: where it is, and its comment. */
export interface RuleTag {
  readonly table: string;
  readonly chain: string;
  readonly comment: string | null;
}

/** The rule that a message is about. */
export const readRule = (message: Message): RuleTag => {
  const attributes = attributesOf(message, generalLength);
  return {
    table: attributes.string(NFTA_RULE.table),
    chain: attributes.string(NFTA_RULE.chain),
    comment: attributes.has(NFTA_RULE.userdata) ? decodeComment(attributes.raw(NFTA_RULE.userdata)) : null,
  };
};
