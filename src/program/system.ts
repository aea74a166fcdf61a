/** A composition of the program as relations, kept up to date, and what is wrong with the whole. */
import { check } from "../language/composition/check.ts";
import type { Composition, Fact } from "../language/composition/composition.ts";
import { difference } from "../language/composition/difference.ts";
import { isPoisoned, noFacts } from "../language/composition/facts.ts";
import type { Problem } from "../language/problem.ts";
import type { Value } from "../language/value.ts";
import type { Definition } from "./definition.ts";
import type { Handles } from "./handle.ts";
import { Relations } from "./relations.ts";

export class System {
  readonly definition: Definition;
  readonly relations: Relations;
  #composition: Composition | null = null;

  constructor(definition: Definition, handles: Handles) {
    this.definition = definition;
    this.relations = new Relations((automaton) => handles.plain(automaton));
  }

  /** Takes the value that the declaration came out with; returns the members it touches, and by which facts. */
  take(value: Value): { readonly touched: ReadonlySet<string>; readonly facts: readonly Fact[] } {
    const before = this.#composition?.facts ?? noFacts;
    this.#composition = value._tag === "Composition" ? value.composition : null;
    const { removed, added } = difference(before, this.#composition?.facts ?? noFacts);
    return { touched: this.relations.apply(removed, added), facts: [...removed, ...added] };
  }

  /**
   * What is wrong with the whole. The relations know at once whether anything is; only
   * then it is looked for from scratch.
   */
  problems(): readonly Problem[] {
    if (this.#composition === null) return [];
    const { definition, relations } = this;
    const complete = relations.satisfied || isPoisoned(this.#composition.facts);
    if (relations.consistent && complete) return [];
    const site = { module: definition.file, declaration: definition.key, at: 0, focus: true } as const;
    return check(this.#composition, site);
  }
}
