/**
 * Counts elements. Most belong to one resource; some are shared (the policy of all
 * wires of an automaton to one service, the origin of all publications), and stay until
 * the last that asks for them goes.
 */
import type { ResourceKey } from "../../src/core/resource.ts";
import { hostWord, readHostWord } from "../nftables/message.ts";
import { type Elements, elementId, type Placed } from "../nftables/ruleset.ts";
import { elementsOf, type Filtered } from "./element.ts";
import { oneWayBit, setNames } from "./ruleset.ts";

/** Two claims to one element: a reply that one of them lets pass does pass. */
const joined = (a: Placed, b: Placed): Placed => {
  if (a.element.data === null || b.element.data === null) return a;
  const mark = readHostWord(a.element.data, 0) & readHostWord(b.element.data, 0);
  const base = readHostWord(a.element.data, 0) & ~oneWayBit;
  const data = hostWord(((mark & oneWayBit) | base) >>> 0);
  return { set: a.set, element: { ...a.element, data } };
};

const isShared = ({ set }: Placed): boolean => set.startsWith("policy") || set === setNames.origin;

const add = (elements: Elements, placed: Placed): void => {
  const id = elementId(placed.set, placed.element.key);
  const there = elements.get(id);
  elements.set(id, there !== undefined && isShared(placed) ? joined(there, placed) : placed);
};

/** All elements that resources ask for. */
export const elementsOfAll = (resources: Iterable<Filtered>): Elements => {
  const elements: Elements = new Map();
  for (const resource of resources) for (const placed of elementsOf(resource)) add(elements, placed);
  return elements;
};

/** A change of one resource; null: it is not there. */
export interface FilterChange {
  readonly key: ResourceKey;
  readonly before: Filtered | null;
  readonly after: Filtered | null;
}

/** Who claims what is shared, so that a change looks at its own elements alone. */
export class Claims {
  readonly #claims = new Map<string, Map<ResourceKey, Placed>>();

  clear(): void {
    this.#claims.clear();
  }

  /** Takes note of a change that was made. */
  settle(change: FilterChange): void {
    for (const placed of change.before === null ? [] : elementsOf(change.before)) {
      if (!isShared(placed)) continue;
      const id = elementId(placed.set, placed.element.key);
      const claims = this.#claims.get(id);
      claims?.delete(change.key);
      if (claims?.size === 0) this.#claims.delete(id);
    }
    for (const placed of change.after === null ? [] : elementsOf(change.after)) {
      if (!isShared(placed)) continue;
      const id = elementId(placed.set, placed.element.key);
      const claims = this.#claims.get(id) ?? new Map<ResourceKey, Placed>();
      claims.set(change.key, placed);
      this.#claims.set(id, claims);
    }
  }

  /** What the elements are before and after changes, as far as these touch them. */
  touched(changes: readonly FilterChange[]): { readonly before: Elements; readonly after: Elements } {
    const before: Elements = new Map();
    const after: Elements = new Map();
    const changed = new Set(changes.map((change) => change.key));
    const shared = new Set<string>();
    for (const change of changes) {
      for (const placed of change.before === null ? [] : elementsOf(change.before)) {
        add(before, placed);
        if (isShared(placed)) shared.add(elementId(placed.set, placed.element.key));
      }
      for (const placed of change.after === null ? [] : elementsOf(change.after)) {
        add(after, placed);
        if (isShared(placed)) shared.add(elementId(placed.set, placed.element.key));
      }
    }
    for (const id of shared) {
      for (const [key, placed] of this.#claims.get(id) ?? []) {
        if (changed.has(key)) continue;
        add(before, placed);
        add(after, placed);
      }
    }
    return { before, after };
  }
}
