/** What of a system a trace is asked for, and whether a value has it. */

import type { Transport } from "../../core/resource.ts";
import { coerce, isComposable } from "../../language/composition/coerce.ts";
import type { Fact } from "../../language/composition/composition.ts";
import { leaves } from "../../language/composition/facts.ts";
import { transportOf } from "../../language/member.ts";
import type { Site } from "../../language/problem.ts";
import type { Value } from "../../language/value.ts";

/** Something that a composition says: an automaton, a wire, or a publication. */
export type SystemElement =
  | { readonly _tag: "Automaton"; readonly name: string }
  /** Every automaton. */
  | { readonly _tag: "Automata" }
  /** The wire of a requirement. */
  | { readonly _tag: "Wire"; readonly from: string; readonly requirement: string }
  | { readonly _tag: "Publication"; readonly hostPort: number; readonly transport: Transport };

const isOf = (element: SystemElement, fact: Fact): boolean => {
  switch (element._tag) {
    case "Automaton":
      return fact._tag === "Member" && fact.automaton.name === element.name;
    case "Automata":
      return fact._tag === "Member";
    case "Wire":
      return fact._tag === "Wire" && fact.from === element.from && fact.requirement === element.requirement;
    case "Publication":
      return (
        fact._tag === "Publish" &&
        fact.hostPort === element.hostPort &&
        transportOf(fact.to) === element.transport
      );
  }
};

const nowhere: Site = { module: "", declaration: "", at: 0 };

/** The facts that a value says of something, none where it is no composition. */
export function* factsOf(value: Value, element: SystemElement): Generator<Fact, void, undefined> {
  if (!isComposable(value)) return;
  for (const fact of leaves(coerce(value, nowhere).value.facts)) if (isOf(element, fact)) yield fact;
}

/** Whether a value, or what is composed in it, has the element. */
export const holds = (value: Value, element: SystemElement): boolean =>
  factsOf(value, element).next().done !== true;
