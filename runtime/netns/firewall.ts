/**
 * The table of a hub: turns changes of resources into transactions, and reads the
 * resources back. As long as nobody else changes the namespace's rules, a change is
 * one transaction of just its elements; where somebody did (the generation tells),
 * everything is read, compared and put right.
 */
import type { Instance, ResourceKey } from "../../src/core/resource.ts";
import { type Refusal, refusal } from "../netlink/error.ts";
import type { Request } from "../netlink/message.ts";
import type { NetlinkSocket } from "../netlink/socket.ts";
import { type CommitResult, commit, getGeneration, readGeneration } from "../nftables/batch.ts";
import { createRuleset, type Fixed, rewriteChains } from "../nftables/fixed.ts";
import {
  difference,
  type ElementName,
  type Elements,
  elementId,
  type Found,
  type Placed,
  readRuleset,
  readSome,
  requestsFor,
} from "../nftables/ruleset.ts";
import { deleteTable } from "../nftables/table.ts";
import { Claims, claimants, elementsOfAll, type FilterChange } from "./count.ts";
import type { Filtered } from "./element.ts";
import { Known } from "./known.ts";
import { hubRuleset, hubTable } from "./ruleset.ts";
import { setNames } from "./sets.ts";

/** How often a transaction that somebody came before is tried again. */
const attempts = 20;

/** An element that is not as it must be. */
interface Deviation {
  readonly set: string;
  readonly actual: Placed | null;
  readonly expected: Placed | null;
}

/** What somebody else has done. */
export interface Changed {
  /** Whether chains or rules are among it. */
  readonly chains: boolean;
  /** By `elementId`. */
  readonly elements: ReadonlyMap<string, ElementName>;
  readonly generations: ReadonlySet<number>;
}

export interface Inspection {
  /** What is fixed of the table is as it must be. */
  readonly whole: boolean;
  /** With the resources that ask for the element: none for one that nobody asks for. */
  readonly deviations: readonly (Deviation & { readonly keys: readonly ResourceKey[] })[];
}

const askGeneration = (socket: NetlinkSocket): number => socket.get(getGeneration, readGeneration) ?? 0;

const put = (elements: Elements, id: string, placed: Placed | null): void => {
  if (placed === null) elements.delete(id);
  else elements.set(id, placed);
};

export class Firewall {
  readonly #socket: NetlinkSocket;
  readonly #system: string;
  /** What the elements in the kernel stand for. */
  readonly resources = new Known();
  readonly #claims = new Claims();
  /** Of our last transaction; null: the kernel has to be read first. */
  #generation: number | null = null;
  /** Numbers of our transactions. */
  readonly #made = new Set<number>();
  /** Elements that were seen to be otherwise than what is known asks for. The next transaction mends them. */
  #deviations: ReadonlyMap<string, Deviation> = new Map();
  /** What is fixed, where that was seen to be otherwise: chains and rules are to be written anew. */
  #wrongFixed: Fixed | null = null;

  /** On a netfilter socket in the hub. */
  constructor(socket: NetlinkSocket, system: string) {
    this.#socket = socket;
    this.#system = system;
  }

  get known(): ReadonlyMap<ResourceKey, Filtered> {
    return this.resources.known;
  }

  /** The known instance that a link, an address or a namespace is of. */
  instanceOf(name: string): Instance | undefined {
    return this.resources.instanceOf(name);
  }

  /** Takes what the kernel holds to be made of these resources. `exact`: of them and nothing else. */
  adopt(resources: Iterable<Filtered>, generation: number | null): void {
    this.resources.clear();
    this.#claims.clear();
    for (const resource of resources) this.#settle({ key: resource.key, before: null, after: resource });
    this.#generation = generation;
    this.#deviations = new Map();
    this.#wrongFixed = null;
  }

  /** Whether everything that has changed is known: by us, or by an inspection. */
  isCurrent(): boolean {
    return this.#generation !== null && this.#generation === askGeneration(this.#socket);
  }

  /** Whether a transaction was ours. */
  made(generation: number): boolean {
    return this.#made.has(generation);
  }

  /** From now on the kernel is read before it is changed. */
  distrust(): void {
    this.#generation = null;
    this.#deviations = new Map();
    this.#wrongFixed = null;
  }

  /** Whether all transactions from our last one up to that one are among those told of. */
  #isCovered(changed: Changed, generation: number): boolean {
    if (this.#generation === null || generation - this.#generation > changed.generations.size) return false;
    for (let one = this.#generation + 1; one <= generation; one += 1) {
      if (!changed.generations.has(one)) return false;
    }
    return true;
  }

  #settle(change: FilterChange): void {
    this.#claims.settle(change);
    this.resources.settle(change);
  }

  /** Reads the whole table, all of it as of one generation. */
  read(): Found {
    return readRuleset(this.#socket, hubRuleset(this.#system));
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
    // After an inspection it is known what that is; and where nothing has changed, it is nothing.
    const isKnown = this.#deviations.size > 0 || this.#wrongFixed !== null || this.isCurrent();
    if (!isKnown) this.distrust();
    return this.#transaction([]);
  }

  /**
   * Looks whether the table is as it is known to be. `changed`: the elements that the
   * transactions of others since then have touched, and the numbers of those; if they
   * are not all, or null, everything is looked at.
   */
  inspect(changed: Changed | null): Inspection {
    const some = changed === null ? null : this.#inspectSome(changed);
    if (some !== null) return some;
    const found = this.read();
    if (!found.shaped) {
      this.distrust();
      return { whole: false, deviations: [] };
    }
    this.#deviations = new Map();
    this.#wrongFixed = found.whole ? null : found;
    return this.#compare(found, elementsOfAll(this.known.values()));
  }

  /** Looks at elements alone, at no more than these; null where that is not enough. */
  #inspectSome(changed: Changed): Inspection | null {
    if (!this.#isCovered(changed, askGeneration(this.#socket))) return null;
    const names = [...changed.elements.values()];
    const { fixed, ...found } = readSome(this.#socket, hubRuleset(this.#system), names, changed.chains);
    if (!this.#isCovered(changed, found.generation) || fixed?.shaped === false) return null;
    if (fixed !== null) this.#wrongFixed = fixed.whole ? null : fixed;
    const ids = new Set(changed.elements.keys());
    this.#deviations = new Map([...this.#deviations].filter(([id]) => !ids.has(id)));
    return this.#compare(found, elementsOfAll(this.#whoseMaybe(ids), ids));
  }

  /** All known resources that may ask for some of these elements, and few others. */
  #whoseMaybe(ids: Iterable<string>): readonly Filtered[] {
    const keys = new Set([...ids].flatMap((id) => this.#claims.whoseMaybe(id)));
    return [...keys].flatMap((key) => this.known.get(key) ?? []);
  }

  #compare(found: Pick<Found, "elements" | "generation">, expected: Elements): Inspection {
    const { removed, added } = difference(found.elements, expected);
    const deviations = new Map(this.#deviations);
    for (const { set, element } of [...removed, ...added]) {
      const id = elementId(set, element.key);
      deviations.set(id, { set, actual: found.elements.get(id) ?? null, expected: expected.get(id) ?? null });
    }
    this.#deviations = deviations;
    this.#generation = found.generation;
    const ids = new Set(deviations.keys());
    const owners = claimants(this.#whoseMaybe(ids), ids);
    return {
      whole: this.#wrongFixed === null,
      deviations: [...deviations].map(([id, deviation]) => ({ ...deviation, keys: owners.get(id) ?? [] })),
    };
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

  #step(changes: readonly FilterChange[], generation: number): CommitResult {
    const { before, after } = this.#claims.touched(changes);
    for (const [id, { actual, expected }] of this.#deviations) {
      const wanted = before.has(id) || after.has(id) ? after.get(id) : expected;
      put(before, id, actual);
      put(after, id, wanted ?? null);
    }
    const chains = this.#wrongFixed === null ? [] : rewriteChains(hubRuleset(this.#system), this.#wrongFixed);
    return this.#commit([[...chains, ...requestsFor(hubTable, difference(before, after))]], generation);
  }

  /** Makes transactions one after the other. */
  #commit(parts: readonly (readonly Request[])[], generation: number): CommitResult {
    let made = 0;
    for (const requests of parts) {
      if (requests.length === 0) continue;
      const outcome = commit(this.#socket, requests, generation + made);
      if (outcome._tag !== "done") return outcome;
      for (let step = 1; step <= outcome.transactions; step += 1) this.#made.add(generation + made + step);
      made += outcome.transactions;
    }
    this.#generation = generation + made;
    this.#deviations = new Map();
    this.#wrongFixed = null;
    return { _tag: "done", transactions: made };
  }

  #anew(changes: readonly FilterChange[]): CommitResult {
    const found = this.read();
    const target = new Map(this.known);
    for (const change of changes) {
      if (change.after === null) target.delete(change.key);
      else target.set(change.key, change.after);
    }
    const wanted = elementsOfAll(target.values());
    const ruleset = hubRuleset(this.#system);
    if (found.shaped) {
      const chains = found.whole ? [] : rewriteChains(ruleset, found);
      const elements = requestsFor(hubTable, difference(found.elements, wanted));
      return this.#commit([[...chains, ...elements]], found.generation);
    }
    // Nothing passes without the rules being there; then what packets need; then what only we read.
    const gone = [...(found.there ? [deleteTable(hubTable)] : []), ...found.otherTables];
    const fixed = [...gone, ...createRuleset(ruleset)];
    const all = [...wanted.values()];
    const working = all.filter(({ set }) => set !== setNames.registry);
    const records = all.filter(({ set }) => set === setNames.registry);
    const parts = [working, records].map((added) => requestsFor(hubTable, { removed: [], added }));
    return this.#commit([fixed, ...parts], found.generation);
  }
}
