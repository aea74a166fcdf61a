/** Which mutants of a room are tried: seeded, of each operator about as many. */
import { Random } from "../random.ts";
import { type Mutant, mutantsIn, type Operator } from "./operators.ts";
import type { Room } from "./rooms.ts";
import { sourceOf, type Tree } from "./tree.ts";

export interface Chosen extends Mutant {
  /** The compiled module. */
  readonly module: string;
}

export const mutantsOf = (tree: Tree, { sources }: Room): readonly Chosen[] =>
  tree
    .modules("dist")
    .filter((module) => sources.some((source) => sourceOf(module).startsWith(source)))
    .flatMap((module) => mutantsIn(tree.read(module)).map((mutant) => ({ ...mutant, module })));

const seedOf = (name: string, seed: number): number =>
  [...name].reduce((hash, letter) => Math.imul(hash, 31) + letter.codePointAt(0)!, seed);

/** `count` of them, in the order in which they are tried. The same for the same text and seed. */
export const choose = (
  all: readonly Chosen[],
  name: string,
  seed: number,
  count: number,
): readonly Chosen[] => {
  const random = new Random(seedOf(name, seed));
  const groups = new Map<Operator, Chosen[]>();
  for (const one of all) {
    const group = groups.get(one.operator);
    if (group === undefined) groups.set(one.operator, [one]);
    else group.push(one);
  }
  const chosen: Chosen[] = [];
  while (chosen.length < Math.min(count, all.length)) {
    for (const group of groups.values()) {
      if (chosen.length === count || group.length === 0) continue;
      const [one] = group.splice(random.below(group.length), 1);
      chosen.push(one!);
    }
  }
  return chosen;
};
