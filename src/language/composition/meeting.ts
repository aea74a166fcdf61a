/** Where in a program two facts come together. */
import type { Site } from "../problem.ts";
import type { Fact, Facts } from "./composition.ts";

export type Encounter = readonly [one: Fact, other: Fact];

/** Pairs that are looked for in one walk: two bits each of a number. */
const atOnce = 15;

/**
 * The place of the innermost list or operator that brings two facts of a tree together.
 * Where they are together in several places, the first in the order of the text; where
 * nothing around them has a place, that of the second fact. O(size of the tree).
 */
export const lowestMeeting = (facts: Facts, one: Fact, other: Fact): Site =>
  lowestMeetings(facts, [[one, other]])[0]!;

/** The same for many pairs, in one walk over the tree for every fifteen of them. */
export const lowestMeetings = (facts: Facts, pairs: readonly Encounter[]): readonly Site[] => {
  const sites: Site[] = [];
  for (let i = 0; i < pairs.length; i += atOnce) {
    const some = pairs.slice(i, i + atOnce);
    const holds = holding(facts, some);
    some.forEach((pair, k) => {
      sites.push(innermost(facts, pair, 3 << (2 * k), holds));
    });
  }
  return sites;
};

const innermost = (
  facts: Facts,
  [, other]: Encounter,
  both: number,
  holds: ReadonlyMap<Facts, number>,
): Site => {
  let here = facts;
  let site = other.site;
  while (here._tag === "Join") {
    site = here.site ?? site;
    const inner = here.parts.find((part) => (holds.get(part)! & both) === both);
    if (inner === undefined) break;
    here = inner;
  }
  return site;
};

/** Of each part which of the facts it holds, two bits a pair. */
const holding = (facts: Facts, pairs: readonly Encounter[]): ReadonlyMap<Facts, number> => {
  const holds = new Map<Facts, number>();
  const wanted = new Map<Facts, number>();
  const want = (fact: Fact, bit: number): void => {
    wanted.set(fact, (wanted.get(fact) ?? 0) | bit);
  };
  pairs.forEach(([one, other], k) => {
    want(one, 1 << (2 * k));
    want(other, 2 << (2 * k));
  });
  const stack: Facts[] = [facts];
  while (stack.length > 0) {
    const top = stack[stack.length - 1]!;
    if (holds.has(top)) {
      stack.pop();
      continue;
    }
    if (top._tag !== "Join") {
      holds.set(top, wanted.get(top) ?? 0);
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
