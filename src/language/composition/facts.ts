/** Trees of facts. */
import type { Site } from "../problem.ts";
import type { Fact, Facts, Join } from "./composition.ts";

export const poisoned: Facts = { _tag: "Poisoned" };

/** Brings facts together. O(parts). */
export const join = (parts: readonly Facts[], site: Site | null): Join => {
  let size = 0;
  let wires = 0;
  let height = 0;
  let bad = false;
  for (const part of parts) {
    size += sizeOf(part);
    wires += wiresIn(part);
    height = Math.max(height, heightOf(part));
    bad ||= isPoisoned(part);
  }
  return { _tag: "Join", parts, site, size, wires, height: height + 1, poisoned: bad };
};

export const noFacts: Join = join([], null);

/** How many facts there are, one that is there twice counted twice. */
export const sizeOf = (facts: Facts): number =>
  facts._tag === "Join" ? facts.size : facts._tag === "Poisoned" ? 0 : 1;

export const wiresIn = (facts: Facts): number =>
  facts._tag === "Join" ? facts.wires : facts._tag === "Wire" ? 1 : 0;

export const heightOf = (facts: Facts): number => (facts._tag === "Join" ? facts.height : 0);

export const isFact = (facts: Facts): facts is Fact => facts._tag !== "Join" && facts._tag !== "Poisoned";

/** Whether something failed in what these facts say, so that some may be missing. */
export const isPoisoned = (facts: Facts): boolean =>
  facts._tag === "Poisoned" || (facts._tag === "Join" && facts.poisoned);

/** The facts in the order of the text, repetitions included, of the parts that `enter` lets in. */
export function* leaves(
  facts: Facts,
  enter: (part: Facts) => boolean = () => true,
): Generator<Fact, void, undefined> {
  const stack: Facts[] = [facts];
  for (let top = stack.pop(); top !== undefined; top = stack.pop()) {
    if (!enter(top)) continue;
    if (top._tag === "Join") for (let i = top.parts.length - 1; i >= 0; i--) stack.push(top.parts[i]!);
    else if (top._tag !== "Poisoned") yield top;
  }
}
