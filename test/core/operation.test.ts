import test from "ava";
import fc from "fast-check";
import {
  type Diff,
  emptyDiff,
  follow,
  kindOrder,
  type Operation,
  operation,
  ordered,
  removalOrder,
  reverse,
  squash,
} from "../../src/core/operation.ts";
import type { Resource, ResourceKey } from "../../src/core/resource.ts";

/** A resource of some kind whose `automaton` stands for its content. */
const resource = (kind: number, id: number, content: number): Resource =>
  ({
    kind: kindOrder[kind % kindOrder.length],
    key: `k${kind}/${id}` as ResourceKey,
    automaton: `c${content}`,
  }) as Resource;

type World = ReadonlyMap<ResourceKey, Resource>;

const world = fc
  .array(fc.tuple(fc.nat(6), fc.nat(4), fc.nat(2)), { maxLength: 20 })
  .map(
    (all): World =>
      new Map(all.map(([kind, id, content]) => [resource(kind, id, 0).key, resource(kind, id, content)])),
  );

const difference = (before: World, after: World): Diff => {
  const diff = new Map<ResourceKey, Operation>();
  for (const key of new Set([...before.keys(), ...after.keys()])) {
    const [old, made] = [before.get(key) ?? null, after.get(key) ?? null];
    const change = old?.automaton === made?.automaton ? null : operation(old, made);
    if (change !== null) diff.set(key, change);
  }
  return diff;
};

const patch = (of: World, diff: Diff): World => {
  const made = new Map(of);
  for (const { key, after } of ordered(diff.values())) {
    if (after === null) made.delete(key);
    else made.set(key, after);
  }
  return made;
};

/** As sets with contents, whatever the order. */
const contents = (of: World): unknown =>
  [...of.values()].map(({ key, automaton }) => `${key} ${automaton}`).sort();

test("a diff does what it says, and its reverse takes it back", (t) => {
  fc.assert(
    fc.property(world, world, (a, b) => {
      const diff = difference(a, b);
      t.deepEqual(contents(patch(a, diff)), contents(b));
      t.deepEqual(contents(patch(b, reverse(diff))), contents(a));
    }),
  );
});

test("squashing is doing one after the other; there and back is nothing", (t) => {
  fc.assert(
    fc.property(world, world, world, (a, b, c) => {
      const [first, second] = [difference(a, b), difference(b, c)];
      const both = squash(first, second);
      t.deepEqual(contents(patch(a, both)), contents(c));
      t.deepEqual(contents(patch(a, squash(first, reverse(first)))), contents(a));
      t.deepEqual(squash(emptyDiff, first), first);
      const followed = new Map(first);
      for (const change of second.values()) follow(followed, change);
      t.deepEqual(followed, both);
    }),
  );
});

test("what others need is made first and removed last", (t) => {
  fc.assert(
    fc.property(world, world, (a, b) => {
      const rank = (change: Operation): number => {
        const { kind } = change.after ?? change.before;
        return change.op === "delete" ? 100 + removalOrder.indexOf(kind) : kindOrder.indexOf(kind);
      };
      const ranks = ordered(difference(a, b).values()).map(rank);
      t.deepEqual(
        ranks,
        [...ranks].sort((x, y) => x - y),
      );
    }),
  );
});

test("a change that follows another is one from before the first to after the second", (t) => {
  const at = (content: number): Resource => resource(0, 0, content);
  const [none, a, b, c] = [null, at(0), at(1), at(2)];
  const rows: readonly (readonly [
    before: Resource | null,
    between: Resource | null,
    after: Resource | null,
  ])[] = [
    [none, a, b],
    [none, a, none],
    [a, b, c],
    [a, b, a],
    [a, b, none],
    [a, none, b],
    [a, none, a],
  ];
  for (const [before, between, after] of rows) {
    const diff = new Map<ResourceKey, Operation>();
    follow(diff, operation(before, between)!);
    follow(diff, operation(between, after)!);
    const expected = operation(before, after);
    t.deepEqual([...diff.values()], expected === null ? [] : [expected]);
    t.deepEqual(
      [...diff.values()].map(({ op }) => op),
      expected === null ? [] : [expected.op],
    );
  }
});
