/** What the facts of a composition say of one automaton, publications aside. */

import { added, type Bag, removed } from "../core/bag.ts";
import type { MemberFact, WireFact } from "../language/composition/composition.ts";

/** What is said of a requirement. */
export interface Required {
  readonly requirement: string;
  wires: Bag<WireFact>;
}

const none: readonly Required[] = [];

/** Nearly all automata have few wires; a map is made only for those that have more. */
const few = 8;

/** The facts of one automaton, and whether they have changed. */
export class AutomatonFacts {
  readonly name: string;
  members: Bag<MemberFact> = null;
  /** Of those that are wired. */
  #requirements: readonly Required[] | Map<string, Required> = none;
  /** Whether the delta that is taken speaks of it. */
  isTouched = false;

  constructor(name: string) {
    this.name = name;
  }

  get isNothing(): boolean {
    const all = this.#requirements;
    return this.members === null && (all instanceof Map ? all.size : all.length) === 0;
  }

  /** The requirements that are wired. */
  get requirements(): Iterable<Required> {
    const all = this.#requirements;
    return all instanceof Map ? all.values() : all;
  }

  /** What is said of a requirement; undefined where it is not wired. */
  required(name: string): Required | undefined {
    const all = this.#requirements;
    return all instanceof Map ? all.get(name) : all.find(({ requirement }) => requirement === name);
  }

  /** Takes a wire from it that comes or goes. */
  wire(fact: WireFact, come: boolean): void {
    const { requirement } = fact;
    const known = this.required(requirement);
    const required = known ?? { requirement, wires: null };
    required.wires = come ? added(required.wires, fact) : removed(required.wires, fact);
    if (known === undefined) this.#add(required);
    else if (required.wires === null) this.#remove(required);
  }

  #add(required: Required): void {
    const all = this.#requirements;
    if (all instanceof Map) all.set(required.requirement, required);
    else if (all.length < few) this.#requirements = [...all, required];
    else this.#requirements = new Map([...all, required].map((one) => [one.requirement, one]));
  }

  #remove(required: Required): void {
    const all = this.#requirements;
    if (all instanceof Map) all.delete(required.requirement);
    else this.#requirements = all.filter((one) => one !== required);
  }
}
