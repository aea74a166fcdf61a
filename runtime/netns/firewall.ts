/**
 * The table of a hub: turns changes of resources into transactions, and reads the
 * resources back. As long as nobody else changes the namespace's rules, a change is
 * one transaction of just its elements; where somebody did (the generation tells),
 * everything is read, compared and put right.
 */
import type { ResourceKey } from "../../src/core/resource.ts";
import { type Refusal, refusal } from "../netlink/error.ts";
import type { Request } from "../netlink/message.ts";
import type { NetlinkSocket } from "../netlink/socket.ts";
import { commit, getGeneration, type Outcome, readGeneration } from "../nftables/batch.ts";
import {
  addElements,
  deleteElements,
  type Element,
  elementsPerMessage,
  getElements,
  getSets,
  headerOf,
  readElements,
  readSet,
} from "../nftables/set.ts";
import { deleteTable, getRules, getTables, readRule, readTable } from "../nftables/table.ts";
import {
  Claims,
  difference,
  type ElementChanges,
  type Elements,
  elementsOfAll,
  type FilterChange,
} from "./count.ts";
import { elementId, type Filtered, type Placed } from "./element.ts";
import { createRuleset, hubTable, ruleComments, shapes, tableComment } from "./ruleset.ts";

/** How often a transaction that somebody came before is tried again. */
const attempts = 20;

/** What there is of the table. */
interface Found {
  /** The table is there, ours, and its chains, rules and sets are as they must be. */
  readonly whole: boolean;
  readonly there: boolean;
  readonly elements: Elements;
  readonly generation: number;
}

const bySet = (placed: readonly Placed[]): ReadonlyMap<string, Element[]> => {
  const sets = new Map<string, Element[]>();
  for (const { set, element } of placed) {
    const list = sets.get(set);
    if (list === undefined) sets.set(set, [element]);
    else list.push(element);
  }
  return sets;
};

const inPieces = (
  placed: readonly Placed[],
  make: (table: string, set: string, elements: readonly Element[]) => Request,
): readonly Request[] =>
  [...bySet(placed)].flatMap(([set, elements]) =>
    Array.from({ length: Math.ceil(elements.length / elementsPerMessage) }, (_, piece) =>
      make(hubTable, set, elements.slice(piece * elementsPerMessage, (piece + 1) * elementsPerMessage)),
    ),
  );

const requestsFor = ({ removed, added }: ElementChanges): readonly Request[] => [
  ...inPieces(removed, deleteElements),
  ...inPieces(added, addElements),
];

const sameList = (a: readonly unknown[], b: readonly unknown[]): boolean =>
  a.length === b.length && a.every((item, index) => item === b[index]);

export class Firewall {
  readonly #socket: NetlinkSocket;
  readonly #system: string;
  /** What the elements in the kernel stand for. */
  readonly #known = new Map<ResourceKey, Filtered>();
  readonly #claims = new Claims();
  /** Of our last transaction; null: the kernel has to be read first. */
  #generation: number | null = null;

  /** On a netfilter socket in the hub. */
  constructor(socket: NetlinkSocket, system: string) {
    this.#socket = socket;
    this.#system = system;
  }

  get known(): ReadonlyMap<ResourceKey, Filtered> {
    return this.#known;
  }

  /** Takes what the kernel holds to be made of these resources. `exact`: of them and nothing else. */
  adopt(resources: Iterable<Filtered>, generation: number | null): void {
    this.#known.clear();
    this.#claims.clear();
    for (const resource of resources) this.#settle({ key: resource.key, before: null, after: resource });
    this.#generation = generation;
  }

  /** From now on the kernel is read before it is changed. */
  distrust(): void {
    this.#generation = null;
  }

  #settle(change: FilterChange): void {
    this.#claims.settle(change);
    if (change.after === null) this.#known.delete(change.key);
    else this.#known.set(change.key, change.after);
  }

  /** Reads the whole table, all of it as of one generation. */
  read(): Found {
    for (let attempt = 0; attempt < attempts; attempt += 1) {
      const generation = this.#askGeneration();
      const found = this.#readOnce(generation);
      if (this.#askGeneration() === generation) return found;
    }
    throw new Error("the rules of the hub never stand still");
  }

  #askGeneration(): number {
    return this.#socket.get(getGeneration, readGeneration) ?? 0;
  }

  #readOnce(generation: number): Found {
    const table = this.#socket.dump(getTables, readTable).find((one) => one.name === hubTable);
    if (table === undefined) return { whole: false, there: false, elements: new Map(), generation };
    const headers = new Map(
      this.#socket.dump(getSets(hubTable), readSet).map((set) => [set.name, set] as const),
    );
    const rules = this.#socket.dump(getRules(hubTable), readRule);
    const whole =
      table.comment === tableComment(this.#system) &&
      [...ruleComments].every(([chain, comments]) => {
        const there = rules.filter((rule) => rule.chain === chain).map((rule) => rule.comment);
        return sameList(comments, there);
      }) &&
      shapes.every((shape) => {
        const [is, wanted] = [headers.get(shape.name), headerOf(shape)];
        return is?.keyLength === wanted.keyLength && is.dataLength === wanted.dataLength;
      });
    const elements: Elements = new Map();
    for (const { name } of shapes) {
      if (!headers.has(name)) continue;
      for (const list of this.#socket.dump(getElements(hubTable, name), readElements)) {
        for (const element of list.elements) {
          elements.set(elementId(name, element.key), { set: name, element });
        }
      }
    }
    return { whole, there: true, elements, generation };
  }

  /**
   * Makes changes, all in one transaction if the kernel takes them so. Those that it
   * refuses are returned by key, and are not made.
   */
  apply(changes: readonly FilterChange[]): ReadonlyMap<ResourceKey, Refusal> {
    const whole = this.#transaction(changes);
    if (whole === null) return new Map();
    if (changes.length === 1) return new Map([[changes[0]!.key, whole]]);
    const refused = new Map<ResourceKey, Refusal>();
    for (const change of changes) {
      const answer = this.#transaction([change]);
      if (answer !== null) refused.set(change.key, answer);
    }
    return refused;
  }

  /** Makes the table if it is not there, and puts everything right that is not as known. */
  repair(): Refusal | null {
    this.distrust();
    return this.#transaction([]);
  }

  /** Null where it was done; else nothing was. */
  #transaction(changes: readonly FilterChange[]): Refusal | null {
    for (let attempt = 0; attempt < attempts; attempt += 1) {
      const outcome = this.#generation === null ? this.#anew(changes) : this.#step(changes, this.#generation);
      if (outcome._tag === "done") {
        for (const change of changes) this.#settle(change);
        return null;
      }
      this.distrust();
      if (outcome._tag === "refused") return outcome.refusals.values().next().value!;
    }
    return refusal("change the rules of the hub", 16, "somebody else changes them all the time");
  }

  #step(changes: readonly FilterChange[], generation: number): Outcome {
    const { before, after } = this.#claims.touched(changes);
    const requests = requestsFor(difference(before, after));
    return this.#commit(requests, generation);
  }

  #commit(requests: readonly Request[], generation: number): Outcome {
    if (requests.length === 0) {
      this.#generation = generation;
      return { _tag: "done", transactions: 0 };
    }
    const outcome = commit(this.#socket, requests, generation);
    if (outcome._tag === "done") this.#generation = generation + outcome.transactions;
    return outcome;
  }

  #anew(changes: readonly FilterChange[]): Outcome {
    const found = this.read();
    const target = new Map(this.#known);
    for (const change of changes) {
      if (change.after === null) target.delete(change.key);
      else target.set(change.key, change.after);
    }
    const wanted = elementsOfAll(target.values());
    const requests = found.whole
      ? requestsFor(difference(found.elements, wanted))
      : [
          ...(found.there ? [deleteTable(hubTable)] : []),
          ...createRuleset(this.#system),
          ...requestsFor({ removed: [], added: [...wanted.values()] }),
        ];
    return this.#commit(requests, found.generation);
  }
}
