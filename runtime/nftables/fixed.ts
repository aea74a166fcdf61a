/** What is fixed of a table: its sets, chains and rules, made in one go and recognised again. */
import type { Request } from "../netlink/message.ts";
import type { NetlinkSocket } from "../netlink/socket.ts";
import type { Expression } from "./expression.ts";
import { createSet, getSets, headerOf, readSet, type SetShape } from "./set.ts";
import {
  addRule,
  type Chain,
  createChain,
  createTable,
  deleteChain,
  deleteRules,
  getChains,
  getRules,
  getTables,
  readChain,
  readRule,
  readTable,
  sameChain,
} from "./table.ts";

/** A rule, and the same in nft's own syntax: its comment, by which it is known again. */
export interface Rule {
  readonly says: string;
  readonly does: readonly Expression[];
}

export interface Ruleset {
  readonly table: string;
  /** Whose it is. */
  readonly comment: string;
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

/** All chains and rules anew, in place of those that are there. The sets stay, with what is in them. */
export const rewriteChains = (ruleset: Ruleset, there: readonly string[]): readonly Request[] => [
  deleteRules(ruleset.table),
  ...there.map((name) => deleteChain(ruleset.table, name)),
  ...createChains(ruleset),
];

/** How much of what is fixed there is. */
export interface Fixed {
  readonly there: boolean;
  /** Ours, and with all sets as they must be. */
  readonly shaped: boolean;
  /** With all chains and rules as they must be, too. */
  readonly whole: boolean;
  readonly chains: readonly string[];
  readonly sets: readonly string[];
}

const nothing: Fixed = { there: false, shaped: false, whole: false, chains: [], sets: [] };

const sameList = (a: readonly unknown[], b: readonly unknown[]): boolean =>
  a.length === b.length && a.every((item, index) => item === b[index]);

export const readFixed = (socket: NetlinkSocket, ruleset: Ruleset): Fixed => {
  const table = socket.dump(getTables, readTable).find((one) => one.name === ruleset.table);
  if (table === undefined) return nothing;
  const headers = new Map(
    socket.dump(getSets(ruleset.table), readSet).map((set) => [set.name, set] as const),
  );
  const shaped =
    table.comment === ruleset.comment &&
    ruleset.sets.every((shape) => {
      const [is, wanted] = [headers.get(shape.name), headerOf(shape)];
      return is?.keyLength === wanted.keyLength && is.dataLength === wanted.dataLength;
    });
  const chains = socket.dump(getChains, readChain).filter((chain) => chain.table === ruleset.table);
  const rules = socket.dump(getRules(ruleset.table), readRule);
  const whole =
    shaped &&
    chains.length === ruleset.chains.length &&
    ruleset.chains.every((wanted) => {
      const is = chains.find(({ name }) => name === wanted.name);
      const said = rules.filter(({ chain }) => chain === wanted.name).map(({ comment }) => comment);
      const says = wanted.rules.map((rule) => rule.says);
      return is !== undefined && sameChain(is, wanted) && sameList(says, said);
    });
  const sets = ruleset.sets.map(({ name }) => name).filter((name) => headers.has(name));
  return { there: true, shaped, whole, chains: chains.map(({ name }) => name), sets };
};
