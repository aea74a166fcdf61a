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
import { commit, type Outcome } from "../nftables/batch.ts";
import { createRuleset, difference, type Found, readRuleset, requestsFor } from "../nftables/ruleset.ts";
import { deleteTable } from "../nftables/table.ts";
import { Claims, elementsOfAll, type FilterChange } from "./count.ts";
import type { Filtered } from "./element.ts";
import { hubRuleset, hubTable } from "./ruleset.ts";

/** How often a transaction that somebody came before is tried again. */
const attempts = 20;

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
    const requests = requestsFor(hubTable, difference(before, after));
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
      ? requestsFor(hubTable, difference(found.elements, wanted))
      : [
          ...(found.there ? [deleteTable(hubTable)] : []),
          ...createRuleset(hubRuleset(this.#system)),
          ...requestsFor(hubTable, { removed: [], added: [...wanted.values()] }),
        ];
    return this.#commit(requests, found.generation);
  }
}
