/** Which requirements are wired already in what stands left of an arrow. */
import type { Facts, WireFact } from "./composition.ts";
import { sameItems } from "./face.ts";
import { leaves, wiresIn } from "./facts.ts";
import { memoOn, Recent } from "./memo.ts";

/** The wires of some facts. One object for the same wires, so that it can be a memo's key. */
export interface Wired {
  /** Those of an automaton, in the order of the text. */
  readonly of: (automaton: string) => readonly WireFact[];
}

const none: readonly WireFact[] = [];

export const nothingWired: Wired = { of: () => none };

/** Wires that are added one after the other. */
export class WireIndex implements Wired {
  readonly #wires = new Map<string, WireFact[]>();

  add(facts: Facts): void {
    if (wiresIn(facts) === 0) return;
    for (const wire of wiresOf(facts)) {
      const known = this.#wires.get(wire.from);
      if (known === undefined) this.#wires.set(wire.from, [wire]);
      else if (!known.includes(wire)) known.push(wire);
    }
  }

  of = (automaton: string): readonly WireFact[] => this.#wires.get(automaton) ?? none;
}

/** The wires among facts, without entering parts that have none. */
function* wiresOf(facts: Facts): Generator<WireFact, void, undefined> {
  for (const fact of leaves(facts, (part) => wiresIn(part) > 0)) if (fact._tag === "Wire") yield fact;
}

const indexes = memoOn(() => ({ index: null as Wired | null }));
/** Indexes, on the first of their wires. */
const known = memoOn(() => new Recent<{ readonly wires: readonly WireFact[]; readonly index: Wired }>(2));

/** The wires of these facts, in O(size) once. */
export const wiredIn = (facts: Facts): Wired => {
  if (wiresIn(facts) === 0) return nothingWired;
  const memo = indexes(facts);
  if (memo.index !== null) return memo.index;
  const wires = [...wiresOf(facts)];
  const earlier = known(wires[0]!).find((one) => sameItems(one.wires, wires, () => false));
  if (earlier !== undefined) memo.index = earlier.index;
  else {
    const index = new WireIndex();
    index.add(facts);
    known(wires[0]!).add({ wires, index });
    memo.index = index;
  }
  return memo.index;
};
