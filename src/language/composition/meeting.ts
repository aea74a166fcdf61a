/** Where in a program two facts come together. */
import type { Site } from "../problem.ts";
import type { Fact, Facts } from "./composition.ts";

/**
 * The place of the innermost list or operator that brings two facts of a tree together.
 * Where they are together in several places, the first in the order of the text; where
 * nothing around them has a place, that of the second fact. O(size of the tree).
 */
export const lowestMeeting = (facts: Facts, one: Fact, other: Fact): Site => {
  const holds = holding(facts, one, other);
  let here = facts;
  let site = other.site;
  while (here._tag === "Join") {
    site = here.site ?? site;
    const inner = here.parts.find((part) => holds.get(part) === both);
    if (inner === undefined) break;
    here = inner;
  }
  return site;
};

const both = 3;

/** Of each part whether it holds the one (1), the other (2), or both (3). */
const holding = (facts: Facts, one: Fact, other: Fact): ReadonlyMap<Facts, number> => {
  const holds = new Map<Facts, number>();
  const stack: Facts[] = [facts];
  while (stack.length > 0) {
    const top = stack[stack.length - 1]!;
    if (holds.has(top)) {
      stack.pop();
      continue;
    }
    if (top._tag !== "Join") {
      holds.set(top, (top === one ? 1 : 0) | (top === other ? 2 : 0));
      continue;
    }
    let sum = 0;
    let waiting = false;
    for (const part of top.parts) {
      const known = holds.get(part);
      if (known !== undefined) sum |= known;
      else {
        waiting = true;
        stack.push(part);
      }
    }
    if (!waiting) holds.set(top, sum);
  }
  return holds;
};
