/**
 * How many instances: n is a variable defined by an equation, over inputs and what is
 * observed of the automaton itself; where none is written, 1.
 */

import { sameJson } from "../src/core/json.ts";
import type { Pass } from "../src/core/pass.ts";
import { forceCount, forceSettle } from "../src/language/evaluate.ts";
import type { Member } from "../src/language/member.ts";
import { know } from "./equation.ts";
import { sum } from "./summary.ts";

export interface Instances {
  /** How many there are to be: what is asked for, and what still settles or rolls. */
  readonly count: number;
  /** What the equation asks for now. */
  readonly asked: number;
  /** Milliseconds for which less must have been asked before less is run. */
  readonly settle: number;
}

const defaultSettle = 30_000;

export const instances: Pass<"instances", Member, object, Instances, number> = {
  name: "instances",
  reads: [],
  algebra: (member, _, read) => {
    if (member._tag === "Union") return { count: 0, asked: 0, settle: 0 };
    const { automaton, key } = member;
    const asked = automaton.instances === null ? 1 : know(automaton.instances, forceCount, key, read, 1);
    const settle =
      automaton.settle === null ? defaultSettle : know(automaton.settle, forceSettle, key, read, 0);
    // A running system holds more than is asked for while load settles or a change rolls.
    const held = (read.cell(`held ${key}`) as number | undefined) ?? 0;
    return { count: Math.max(asked, held), asked, settle };
  },
  equal: sameJson,
  summary: { ...sum, of: ({ count }) => count },
};
