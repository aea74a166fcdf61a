/** Which requirements are wired already in what stands left of an arrow. */
import type { Facts, WireFact } from "./composition.ts";
import { sameItems } from "./face.ts";
import { leaves, wiresIn } from "./facts.ts";
import { memoOn, Recent } from "./memo.ts";

/** The wires of some facts. */
export interface Wired {
  /** Those of an automaton, in the order of the text. */
  readonly of: (automaton: string) => readonly WireFact[];
}

const none: readonly WireFact[] = [];

export const nothingWired: Wired = { of: () => none };

/** The wires of one automaton up to one of them, and those before. */
interface Entry {
  readonly wires: readonly WireFact[];
  readonly order: number;
  readonly before: Entry | undefined;
}

/**
 * Wires that are added one after the other. What was there at some time can be asked for
 * as long as one likes, so longer and longer chains share one index.
 */
export class WireIndex {
  readonly #entries = new Map<string, Entry>();
  #count = 0;

  add(facts: Facts): void {
    for (const wire of wiresOf(facts)) {
      const before = this.#entries.get(wire.from);
      if (before?.wires.includes(wire)) continue;
      const wires = before === undefined ? [wire] : [...before.wires, wire];
      this.#entries.set(wire.from, { wires, order: this.#count++, before });
    }
  }

  /** What is there now, whatever is added later. */
  view(): View {
    const upTo = this.#count;
    const of = (automaton: string): readonly WireFact[] => {
      let entry = this.#entries.get(automaton);
      while (entry !== undefined && entry.order >= upTo) entry = entry.before;
      return entry?.wires ?? none;
    };
    return { of, index: this, isLatest: () => this.#count === upTo };
  }
}

interface View extends Wired {
  readonly index: WireIndex;
  /** Whether nothing was added since. */
  readonly isLatest: () => boolean;
}

/** The wires among facts, without entering parts that have none. */
function* wiresOf(facts: Facts): Generator<WireFact, void, undefined> {
  for (const fact of leaves(facts, (part) => wiresIn(part) > 0)) if (fact._tag === "Wire") yield fact;
}

const views = memoOn(() => ({ view: null as View | null }));
/** Views, on the first of their wires. */
const known = memoOn(() => new Recent<{ readonly wires: readonly WireFact[]; readonly view: View }>(2));

/** The index of the first part with the other parts added to it, where that is less work than a new one. */
const extended = (facts: Facts): View | null => {
  if (facts._tag !== "Join" || facts.parts.length === 0) return null;
  const [first, ...others] = facts.parts as readonly [Facts, ...Facts[]];
  if (2 * wiresIn(first) < facts.wires) return null;
  const { view } = views(first);
  if (view === null || !view.isLatest()) return null;
  for (const part of others) view.index.add(part);
  return view.index.view();
};

/** The same object for the same wires, so that it can be a memo's key. */
const collected = (facts: Facts): View => {
  const wires = [...wiresOf(facts)];
  const earlier = known(wires[0]!).find((one) => sameItems(one.wires, wires, () => false));
  if (earlier !== undefined) return earlier.view;
  const index = new WireIndex();
  index.add(facts);
  const view = index.view();
  known(wires[0]!).add({ wires, view });
  return view;
};

/** The wires of these facts: in O(facts) once, or for a chain in what was added to it. */
export const wiredIn = (facts: Facts): Wired => {
  if (wiresIn(facts) === 0) return nothingWired;
  const memo = views(facts);
  memo.view ??= extended(facts) ?? collected(facts);
  return memo.view;
};
