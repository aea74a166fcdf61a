/** Random bounds on what a program may build. */

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
