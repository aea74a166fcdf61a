/** What is fixed of a table: its sets, chains and rules, made in one go and recognised again. */
import type { Request } from "../netlink/message.ts";
import type { NetlinkSocket } from "../netlink/socket.ts";
import type { Expression } from "./expression.ts";
import { nftFamilies } from "./message.ts";
import { createSet, deleteSet, getSets, headerOf, readSet, type SetShape } from "./set.ts";
import {
  addRule,
  type Chain,
  createChain,
  createTable,
  deleteChain,
  deleteRules,
  deleteTable,
  getAllTables,
  getChains,
  getRules,
  getTables,
  readChain,
  readRule,
  readTable,
  sameChain,
  type Table,
} from "./table.ts";

/** A rule, and the same in nft's own syntax: its comment, by which it is known again. */
export interface Rule {
  readonly says: string;
  readonly does: readonly Expression[];
}

/** A table as it is to be, but for the elements of its sets. */
export interface Ruleset {
  readonly table: string;
  /** Whose it is. */
  readonly comment: string;
  /** Whether a table of that name is this one; by default it is if its comment is the same. */
  readonly isOwn?: (table: Table) => boolean;
  /** Whether no other table is to be in its namespace. */
  readonly alone: boolean;
  readonly sets: readonly SetShape[];
  readonly chains: readonly (Chain & { readonly rules: readonly Rule[] })[];
}

const createChains = ({ table, chains }: Ruleset): readonly Request[] => [
  ...chains.map((chain) => createChain(table, chain)),
  ...chains.flatMap((chain) => chain.rules.map((rule) => addRule(table, chain.name, rule.says, rule.does))),
];

/** All that is fixed, in an order in which the kernel takes it. */
export const createRuleset = (ruleset: Ruleset): readonly Request[] => [
  createTable(ruleset.table, ruleset.comment),
  ...ruleset.sets.map((shape, index) => createSet(ruleset.table, shape, index + 1)),
  ...createChains(ruleset),
];

/**
 * All chains and rules anew, in place of those that are there, and nothing beside them. The
 * sets stay, with what is in them.
 */
export const rewriteChains = (
  ruleset: Ruleset,
  { chains, otherSets, otherTables }: Fixed,
): readonly Request[] => [
  deleteRules(ruleset.table),
  ...chains.map((name) => deleteChain(ruleset.table, name)),
  ...otherSets,
  ...otherTables,
  ...createChains(ruleset),
];

/** How much of what is fixed there is. */
export interface Fixed {
  readonly there: boolean;
  /** Ours, awake, and with all sets as they must be. */
  readonly shaped: boolean;
  /** With all chains and rules as they must be, too, and with nothing that must not be. */
  readonly whole: boolean;
  readonly chains: readonly string[];
  readonly sets: readonly string[];
  /** What removes sets that must not be in it. */
  readonly otherSets: readonly Request[];
  /** What removes tables that must not be beside it. */
  readonly otherTables: readonly Request[];
}

const sameList = (a: readonly unknown[], b: readonly unknown[]): boolean =>
  a.length === b.length && a.every((item, index) => item === b[index]);

/** What the kernel has of a ruleset. Throws a `KernelError` where it refuses to tell. */
export const readFixed = (socket: NetlinkSocket, ruleset: Ruleset): Fixed => {
  const tables = socket.dump(ruleset.alone ? getAllTables : getTables, readTable);
  const isOwn = ({ family, name }: Table): boolean => family === nftFamilies.inet && name === ruleset.table;
  const otherTables = !ruleset.alone
    ? []
    : tables.filter((one) => !isOwn(one)).map(({ name, family }) => deleteTable(name, family));
  const table = tables.find(isOwn);
  if (table === undefined)
    return { there: false, shaped: false, whole: false, chains: [], sets: [], otherSets: [], otherTables };
  const headers = new Map(
    socket.dump(getSets(ruleset.table), readSet).map((set) => [set.name, set] as const),
  );
  const shaped =
    (ruleset.isOwn?.(table) ?? table.comment === ruleset.comment) &&
    !table.isDormant &&
    ruleset.sets.every((shape) => {
      const [is, wanted] = [headers.get(shape.name), headerOf(shape)];
      return is?.keyLength === wanted.keyLength && is.dataLength === wanted.dataLength;
    });
  const wantedSets = new Set(ruleset.sets.map(({ name }) => name));
  const otherSets = [...headers.keys()]
    .filter((name) => !wantedSets.has(name))
    .map((name) => deleteSet(ruleset.table, name));
  const chains = socket.dump(getChains, readChain).filter((chain) => chain.table === ruleset.table);
  const rules = socket.dump(getRules(ruleset.table), readRule);
  const whole =
    shaped &&
    otherSets.length === 0 &&
    otherTables.length === 0 &&
    chains.length === ruleset.chains.length &&
    ruleset.chains.every((wanted) => {
      const is = chains.find(({ name }) => name === wanted.name);
      const said = rules.filter(({ chain }) => chain === wanted.name).map(({ comment }) => comment);
      const says = wanted.rules.map((rule) => rule.says);
      return is !== undefined && sameChain(is, wanted) && sameList(says, said);
    });
  const sets = [...wantedSets].filter((name) => headers.has(name));
  return { there: true, shaped, whole, chains: chains.map(({ name }) => name), sets, otherSets, otherTables };
};
