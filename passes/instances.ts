/**
 * How many instances: n is a variable defined by an equation, over inputs and what is
 * observed of the automaton itself; where none is written, 1.
 */

import { heldCell } from "../src/core/cell-key.ts";
import { sameJson } from "../src/core/json.ts";
import type { Pass } from "../src/core/pass.ts";
import { evaluateCount, evaluateSettle } from "../src/language/evaluate.ts";
import type { Member } from "../src/language/member.ts";
import { isExternal } from "../src/language/value.ts";
import { clauseValue, limitsOf, speakerFor } from "./equation.ts";
import { sum } from "./summary.ts";
import type { Wiring } from "./wiring.ts";

/** How many instances an automaton has, and how that changes. */
export interface Instances {
  /** How many there are to be: what is asked for, and what still settles or rolls. */
  readonly count: number;
  /** What the equation asks for now. */
  readonly asked: number;
  /** Milliseconds for which less must have been asked before less is run. */
  readonly settle: number;
  /** Whether successors come before the instances that they replace go, or after. */
  readonly update: "roll" | "replace";
}

const defaultSettle = 30_000;

/** Evaluates the clauses `instances`, `settle` and `update`, and keeps what is held. */
export const instances: Pass<"instances", Member, { readonly wiring: Wiring }, Instances, number> = {
  name: "instances",
  reads: ["wiring"],
  algebra: (member, { wiring }, read) => {
    if (member._tag === "Union") return { count: 0, asked: 0, settle: 0, update: "roll" };
    const { automaton, key } = member;
    if (isExternal(automaton)) return { count: 0, asked: 0, settle: 0, update: "roll" };
    const speaker = speakerFor(member, wiring, () => null);
    const asked =
      automaton.instances === null ? 1 : clauseValue(automaton.instances, evaluateCount, speaker, read, 1);
    const settle =
      automaton.settle === null
        ? defaultSettle
        : clauseValue(automaton.settle, evaluateSettle, speaker, read, 0);
    // A running system holds more than is asked for while load settles or a change rolls.
    const held = read.cell(heldCell(key)) ?? 0;
    // Two instances with one directory would destroy it.
    const usual = automaton.state.length > 0 ? "replace" : "roll";
    return { count: Math.max(asked, held), asked, settle, update: automaton.update ?? usual };
  },
  equal: sameJson,
  summary: { ...sum, of: ({ count }) => count },
  budget: {
    most: (cell) => limitsOf(cell).size,
    exceeded: (most) => `this system has more than ${most.toLocaleString("en")} instances`,
  },
};
