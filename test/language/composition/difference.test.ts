import test from "ava";
import * as fc from "fast-check";
import type { Fact, Facts } from "../../../src/language/composition/composition.ts";
import { difference } from "../../../src/language/composition/difference.ts";
import { join, leaves, poisoned } from "../../../src/language/composition/facts.ts";
import { holds } from "../cases.ts";
import { stopwatch } from "../spent.ts";
import { automaton, site } from "./graphs.ts";

const facts: readonly Fact[] = Array.from({ length: 12 }, (_, i) => {
  const one = automaton(`x${i}`);
  return { _tag: "Member", automaton: one, site: one.site };
});

/** Trees that share parts with each other, as two versions of one text do. */
const pairs: fc.Arbitrary<readonly [Facts, Facts]> = fc
  .array(
    fc.record({
      parts: fc.array(fc.nat({ max: 40 }), { maxLength: 5 }),
      bad: fc.boolean(),
    }),
    { minLength: 2, maxLength: 14 },
  )
  .map((plan) => {
    const made: Facts[] = [...facts];
    for (const { parts, bad } of plan) {
      const children = parts.map((part) => made[part % made.length]!);
      made.push(join(bad && parts.length === 0 ? [poisoned] : children, null));
    }
    return [made[made.length - 2]!, made[made.length - 1]!] as const;
  });

const count = (all: Iterable<Fact>): Map<Fact, number> => {
  const counts = new Map<Fact, number>();
  for (const fact of all) counts.set(fact, (counts.get(fact) ?? 0) + 1);
  return counts;
};

test("a difference makes the one of the other, and takes back nothing", (t) => {
  let shared = 0;
  const exact = fc.property(pairs, ([before, after]) => {
    const { removed, added } = difference(before, after);
    const expected = count(leaves(after));
    for (const fact of leaves(before)) expected.set(fact, (expected.get(fact) ?? 0) - 1);
    const found = count(added);
    for (const fact of removed) found.set(fact, (found.get(fact) ?? 0) - 1);
    if (added.length + removed.length < [...leaves(before)].length) shared++;
    for (const fact of facts) if ((expected.get(fact) ?? 0) !== (found.get(fact) ?? 0)) return false;
    return added.every((fact) => !removed.includes(fact));
  });
  holds(t, exact, () => [shared]);
});

test("a fact that is there twice counts twice", (t) => {
  const [one, two] = facts as [Fact, Fact];
  const twice = join([one, join([one, two], null)], null);
  t.deepEqual(difference(join([one], null), twice).added, [one, two]);
  t.deepEqual(difference(twice, join([two], null)).removed, [one, one]);
});

/** A balanced tree over parts, sixteen wide. */
const balanced = (parts: readonly Facts[]): Facts => {
  let row = parts;
  while (row.length > 1) {
    const next: Facts[] = [];
    for (let i = 0; i < row.length; i += 16) next.push(join(row.slice(i, i + 16), null));
    row = next;
  }
  return row[0]!;
};

/** The tree with one leaf replaced; all else is shared. */
const replaced = (tree: Facts, path: readonly number[], by: Facts): Facts => {
  if (tree._tag !== "Join" || path.length === 0) return by;
  const [at, ...rest] = path as [number, ...number[]];
  return join(tree.parts.with(at, replaced(tree.parts[at]!, rest, by)), tree.site);
};

const members = (size: number): readonly Fact[] =>
  Array.from({ length: size }, (_, i): Fact => {
    const one = automaton(`m${i}`);
    return { _tag: "Member", automaton: one, site: one.site };
  });

test("a change in sixty-five thousand opens the joins above it, on both sides", (t) => {
  const tree = balanced(members(65_536));
  const [fact] = facts as [Fact];
  const changed = replaced(tree, [3, 7, 11, 15], fact);
  const { removed, added, opened } = difference(tree, changed);
  t.deepEqual(added, [fact]);
  t.is(removed.length, 1);
  t.is(opened, 8);
});

test("a part that moves, or is split in two, is not opened", (t) => {
  const [left, right] = [balanced(members(4096)), balanced(members(4096))];
  const moved = difference(join([left, right], null), join([right, join([left], null)], null));
  t.deepEqual([moved.removed, moved.added, moved.opened], [[], [], 3]);
  const { parts } = left as Extract<Facts, { _tag: "Join" }>;
  const split = difference(left, join([join(parts.slice(0, 5), null), join(parts.slice(5), null)], null));
  t.deepEqual([split.removed, split.added, split.opened], [[], [], 4]);
});

test("trees a hundred thousand levels deep are no trouble", (t) => {
  const build = (innermost: Fact): Facts => {
    let tree: Facts = innermost;
    for (let i = 0; i < 100_000; i++) tree = join([tree, facts[1]!], site(i));
    return tree;
  };
  const elapsed = stopwatch();
  const { removed, added } = difference(build(facts[2]!), build(facts[3]!));
  t.deepEqual([removed, added], [[facts[2]!], [facts[3]!]]);
  t.true(elapsed() < 5000);
});
