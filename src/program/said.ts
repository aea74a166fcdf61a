/** What the facts of a composition say of one automaton, publications aside. */

import { added, type Bag, removed } from "../core/bag.ts";
import type { MemberFact, WireFact } from "../language/composition/composition.ts";

/** What is said of a requirement. */
export interface Required {
  readonly requirement: string;
  wires: Bag<WireFact>;
}

const none: readonly Required[] = [];

export class Said {
  readonly name: string;
  members: Bag<MemberFact> = null;
  /** Of those that are wired: mostly a few, so they are looked through. */
  requirements = none;
  /** Whether the delta that is taken speaks of it. */
  isTouched = false;

  constructor(name: string) {
    this.name = name;
  }

  get isNothing(): boolean {
    return this.members === null && this.requirements.length === 0;
  }

  /** Takes a wire from it that comes or goes. */
  wire(fact: WireFact, come: boolean): void {
    const known = this.requirements.find(({ requirement }) => requirement === fact.requirement);
    const required = known ?? { requirement: fact.requirement, wires: null };
    required.wires = come ? added(required.wires, fact) : removed(required.wires, fact);
    if (known === undefined) this.requirements = this.requirements.concat(required);
    else if (required.wires === null) this.requirements = this.requirements.filter((one) => one !== known);
  }
}
