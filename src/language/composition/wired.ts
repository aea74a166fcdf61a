/** Which requirements are wired already in what stands left of an arrow. */
import type { Caller, Facts, WireFact } from "./composition.ts";
import { sameItems } from "./face.ts";
import { leaves, wiresIn } from "./facts.ts";
import { memoOn, Recent } from "./memo.ts";

/** The wires of some facts. */
export interface Wired {
  /** Those of a caller, in the order of the text: of all its requirements, or of the one that is picked. */
  readonly of: (caller: Pick<Caller, "automaton" | "picked">) => readonly WireFact[];
}

const none: readonly WireFact[] = [];

export const nothingWired: Wired = { of: () => none };

/** A wire, and those before it that begin at the same place. */
interface Entry {
  readonly wire: WireFact;
  readonly order: number;
  readonly before: Entry | undefined;
  /** All up to this one, once that was asked for. */
  all: readonly WireFact[] | null;
}

const upTo = (last: Entry): readonly WireFact[] => {
  if (last.all !== null) return last.all;
  const wires: WireFact[] = [];
  for (let entry: Entry | undefined = last; entry !== undefined; entry = entry.before) wires.push(entry.wire);
  last.all = wires.reverse();
  return last.all;
};

/**
 * Wires that are added one after the other. What was there at some time can be asked for
 * as long as one likes, so longer and longer chains share one index.
 */
export class WireIndex {
  readonly #known = new Set<WireFact>();
  /** The last wire of an automaton, and of each of its requirements. */
  readonly #ofAutomata = new Map<string, Entry>();
  readonly #ofRequirements = new Map<string, Entry>();
  #count = 0;

  add(facts: Facts): void {
    for (const wire of wiresOf(facts)) {
      if (this.#known.has(wire)) continue;
      this.#known.add(wire);
      const order = this.#count++;
      this.#append(this.#ofAutomata, wire.from, wire, order);
      this.#append(this.#ofRequirements, `${wire.from}.${wire.requirement}`, wire, order);
    }
  }

  #append(entries: Map<string, Entry>, key: string, wire: WireFact, order: number): void {
    entries.set(key, { wire, order, before: entries.get(key), all: null });
  }

  /** What is there now, whatever is added later. */
  view(): View {
    const end = this.#count;
    const of: Wired["of"] = ({ automaton, picked }) => {
      let entry =
        picked === null
          ? this.#ofAutomata.get(automaton)
          : this.#ofRequirements.get(`${automaton}.${picked}`);
      while (entry !== undefined && entry.order >= end) entry = entry.before;
      return entry === undefined ? none : upTo(entry);
    };
    return { of, index: this, isLatest: () => this.#count === end };
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
