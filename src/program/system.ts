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

/** One system of a program. */
export class System {
  readonly definition: Definition;
  readonly relations: Relations;
  /** What the relations say. */
  #composition: Composition | null = null;
  /** Whether that is what the declaration came out with last. */
  #holds = false;

  constructor(definition: Definition, handles: Handles) {
    this.definition = definition;
    this.relations = new Relations((automaton) => handles.plain(automaton));
  }

  /** Takes the value that the declaration came out with; returns the members it touches, and by which facts. */
  take(value: Value): { readonly touched: readonly string[]; readonly facts: readonly Fact[] } {
    this.#holds = value._tag === "Composition";
    // Where it failed, nothing is done with the relations until it holds again: mostly as before.
    if (value._tag !== "Composition") return { touched: [], facts: [] };
    const before = this.#composition?.facts ?? noFacts;
    this.#composition = value.composition;
    const { removed, added } = difference(before, value.composition.facts);
    return {
      touched: this.relations.apply(removed, added),
      facts: removed.length === 0 ? added : [...removed, ...added],
    };
  }

  /**
   * What is wrong with the whole. The relations know at once whether anything is; only
   * then it is looked for from scratch.
   */
  problems(): readonly Problem[] {
    if (this.#composition === null || !this.#holds) return [];
    const { definition, relations } = this;
    const complete = (relations.satisfied && relations.ordered) || isPoisoned(this.#composition.facts);
    if (relations.consistent && complete) return [];
    const site = { module: definition.file, declaration: definition.key, at: 0, focus: true } as const;
    return check(this.#composition, site);
  }
}
