/** Random bounds on what a program may build, and texts that build much. */

import { defaultLimits, type Limits } from "../../../src/language/world.ts";
import type { Random } from "../../random.ts";

/** Of each bound one that hardly any program keeps. */
const lowest: readonly (readonly [keyof Limits, number])[] = [
  ["steps", 100],
  ["depth", 1],
  ["size", 8],
  ["digits", 2],
  ["states", 4],
];

/** The usual ones, but for one that is not much higher than it must be where `suffice` tells what does. */
export const tightLimits = (random: Random, suffice: (limits: Limits) => boolean): Limits => {
  const [bound, low] = random.pick(lowest);
  for (let bounded = low; ; bounded = Math.ceil(bounded * 1.1)) {
    const limits = { ...defaultLimits, [bound]: bounded };
    if (suffice(limits)) return limits;
  }
};

/** Functions that call each other, so many calls within one another. */
const calling = (many: number): string => {
  const links = Array.from({ length: many }, (_, i) => `let g${i + 1}(x) = g${i}(x) in `);
  return `(let g0(x) = x in ${links.join("")}g${many}(1))`;
};

/** A declaration that builds more of something than others do, within the usual bounds. */
export const muchOf = (random: Random): string => {
  const [name, many] = [`x${random.below(100)}`, random.below(random.pick([20, 80, 400]))];
  const load = (of: number): string => `length(range(1, self.connections + ${of})) - ${of}`;
  return random.pick([
    `let ${name} = length(range(1, ${many}))`,
    `let ${name} = length("${"a".repeat(many)}")`,
    `let ${name} = fold(fn(all, x) all + x, 0, range(1, ${many}))`,
    `let ${name} = 1${"0".repeat(many)}`,
    `let ${name} = ${calling(many)}`,
    `protocol ${name} = ${"?Int . ".repeat(many)}end`,
    `system ${name} = automaton "${name}" { instances ${load(many)} }`,
    `let a${many} = automaton "a${many}" { instances ${load(many)} }`,
  ]);
};
