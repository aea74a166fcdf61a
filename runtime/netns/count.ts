/**
 * Counts elements. Most belong to one resource; some are shared (the policy of all
 * wires of an automaton to one service, or of all publications of one), and stay until the
 * last that asks for them goes.
 */
import type { ResourceKey } from "../../src/core/resource.ts";
import { hostWord, readHostWord } from "../nftables/message.ts";
import { type Elements, elementId, type Placed, sameElement } from "../nftables/ruleset.ts";
import { elementsOf, type Filtered, serviceChanges } from "./element.ts";
import { hasSlots, oneWayBit, slotWidth } from "./sets.ts";

/** Two claims to one element: a reply that one of them lets pass does pass. */
const joined = (a: Placed, b: Placed): Placed => {
  if (a.element.data === null || b.element.data === null) return a;
  const mark = readHostWord(a.element.data, 0) & readHostWord(b.element.data, 0);
  const base = readHostWord(a.element.data, 0) & ~oneWayBit;
  const data = hostWord(((mark & oneWayBit) | base) >>> 0);
  return { set: a.set, element: { ...a.element, data } };
};

const isShared = ({ set }: Placed): boolean => set.startsWith("policy");

/**
 * What the elements of one service in one map have in common, so that there is one entry
 * for all its slots: the key but for the slot. Elsewhere each element stands for itself.
 */
const kinOf = (id: string): string => (hasSlots(id) ? id.slice(0, -slotWidth) : id);

/** An element as asked for by a resource. */
interface Claim {
  readonly id: string;
  readonly placed: Placed;
}

// Resources never change, so their elements are worked out once; those with very many take too much room.
const remembered = new WeakMap<Filtered, readonly Claim[]>();
const rememberedLength = 32;

const claimsOf = (resource: Filtered): readonly Claim[] => {
  const before = remembered.get(resource);
  if (before !== undefined) return before;
  const claims = elementsOf(resource).map(claimed);
  if (claims.length <= rememberedLength) remembered.set(resource, claims);
  return claims;
};

const claimed = (placed: Placed): Claim => ({ id: elementId(placed.set, placed.element.key), placed });

type ClaimsOfChange = Record<"before" | "after", readonly Claim[]>;

// A change is made, and then taken note of.
const rememberedChanges = new WeakMap<FilterChange, ClaimsOfChange>();

/** Who claims what before and after a change, as far as that differs. */
const claimsOfChange = (change: FilterChange): ClaimsOfChange => {
  const { before, after } = change;
  if (before?.kind !== "service" || after?.kind !== "service")
    return {
      before: before === null ? [] : claimsOf(before),
      after: after === null ? [] : claimsOf(after),
    };
  const known = rememberedChanges.get(change);
  if (known !== undefined) return known;
  const changes = serviceChanges(before, after);
  const claims = { before: changes.before.map(claimed), after: changes.after.map(claimed) };
  rememberedChanges.set(change, claims);
  return claims;
};

const add = (elements: Elements, { id, placed }: Claim): void => {
  const there = elements.get(id);
  elements.set(id, there !== undefined && isShared(placed) ? joined(there, placed) : placed);
};

/** All elements that resources ask for, or some of them. */
export const elementsOfAll = (
  resources: Iterable<Filtered>,
  ids: ReadonlySet<string> | null = null,
): Elements => {
  const elements: Elements = new Map();
  for (const resource of resources) {
    for (const claim of claimsOf(resource)) {
      if (ids === null || ids.has(claim.id)) add(elements, claim);
    }
  }
  return elements;
};

/** Which resources ask for some of these elements. */
export const claimants = (
  resources: Iterable<Filtered>,
  ids: ReadonlySet<string>,
): ReadonlyMap<string, readonly ResourceKey[]> => {
  const found = new Map<string, ResourceKey[]>();
  for (const resource of resources) {
    for (const { id } of claimsOf(resource)) {
      if (!ids.has(id)) continue;
      const keys = found.get(id);
      if (keys === undefined) found.set(id, [resource.key]);
      else keys.push(resource.key);
    }
  }
  return found;
};

/** Whether every element of a resource is there as all of them together want it. */
export const isWhole = (resource: Filtered, wanted: Elements, there: Elements): boolean =>
  claimsOf(resource).every(({ id }) => {
    const is = there.get(id);
    return is !== undefined && sameElement(is, wanted.get(id)!);
  });

/** A change of one resource; null: it is not there. */
export interface FilterChange {
  readonly key: ResourceKey;
  readonly before: Filtered | null;
  readonly after: Filtered | null;
}

/** Who claims what, so that a change looks at its own elements alone. */
export class Claims {
  /** Of what is shared. */
  readonly #claims = new Map<string, Map<ResourceKey, Claim>>();
  /** Who alone has elements, by their kin. */
  readonly #owners = new Map<string, ResourceKey>();

  clear(): void {
    this.#claims.clear();
    this.#owners.clear();
  }

  /** The resources that may ask for an element: for this one or for its kin. */
  whoseMaybe(id: string): readonly ResourceKey[] {
    const owner = this.#owners.get(kinOf(id));
    return [...(owner === undefined ? [] : [owner]), ...(this.#claims.get(id)?.keys() ?? [])];
  }

  /** Takes note of a change that was made. */
  settle(change: FilterChange): void {
    const { before, after } = claimsOfChange(change);
    for (const { id, placed } of before) {
      if (!isShared(placed)) {
        if (this.#owners.get(kinOf(id)) === change.key) this.#owners.delete(kinOf(id));
        continue;
      }
      const claims = this.#claims.get(id);
      claims?.delete(change.key);
      if (claims?.size === 0) this.#claims.delete(id);
    }
    for (const claim of after) {
      if (!isShared(claim.placed)) {
        this.#owners.set(kinOf(claim.id), change.key);
        continue;
      }
      const claims = this.#claims.get(claim.id) ?? new Map<ResourceKey, Claim>();
      claims.set(change.key, claim);
      this.#claims.set(claim.id, claims);
    }
  }

  /** What the elements are before and after changes, as far as these touch them. */
  touched(changes: readonly FilterChange[]): { readonly before: Elements; readonly after: Elements } {
    const before: Elements = new Map();
    const after: Elements = new Map();
    const changed = new Set(changes.map((change) => change.key));
    const shared = new Set<string>();
    for (const change of changes) {
      const differing = claimsOfChange(change);
      for (const [claims, elements] of [
        [differing.before, before],
        [differing.after, after],
      ] as const) {
        for (const claim of claims) {
          add(elements, claim);
          if (isShared(claim.placed)) shared.add(claim.id);
        }
      }
    }
    for (const id of shared) {
      for (const [key, claim] of this.#claims.get(id) ?? []) {
        if (changed.has(key)) continue;
        add(before, claim);
        add(after, claim);
      }
    }
    return { before, after };
  }
}
