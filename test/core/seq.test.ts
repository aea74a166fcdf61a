import test from "ava";
import fc from "fast-check";
import { hashString } from "../../src/core/hash.ts";
import { Seq } from "../../src/core/seq.ts";
import { isLeaf, type SeqKind, type SeqNode } from "../../src/core/seq-node.ts";

interface Item {
  readonly id: string;
  readonly content: number;
}

const kind: SeqKind<Item, number> = {
  hash: (item) => hashString(item.id),
  measure: { of: (item) => item.content, empty: 0, combine: (a, b) => a + b },
};

const shape = (node: SeqNode<Item, number> | null): unknown =>
  node === null ? null : isLeaf(node) ? node.items.map((item) => item.id) : node.children.map(shape);

const nodesOf = (root: SeqNode<Item, number> | null): Set<unknown> => {
  const all = new Set<unknown>();
  const walk = (node: SeqNode<Item, number>): void => {
    all.add(node);
    if (!isLeaf(node)) node.children.forEach(walk);
  };
  if (root !== null) walk(root);
  return all;
};

const item = fc.record({
  id: fc.oneof(fc.constantFrom("a", "b"), fc.integer({ max: 500, min: 0 }).map(String)),
  content: fc.integer({ min: 0, max: 9 }),
});
const edit = fc.record({ at: fc.nat(60), remove: fc.nat(5), insert: fc.array(item, { maxLength: 6 }) });

test("edits agree with an array, and the shape depends on the contents alone", (t) => {
  fc.assert(
    fc.property(fc.array(item, { maxLength: 200 }), fc.array(edit, { maxLength: 12 }), (start, edits) => {
      const model = [...start];
      let seq = Seq.from(kind, start);
      for (const { at, remove, insert } of edits) {
        const index = Math.min(at, model.length);
        const removed = Math.min(remove, model.length - index);
        model.splice(index, removed, ...insert);
        seq = seq.splice(index, removed, insert);
        t.deepEqual([...seq], model);
        t.deepEqual(shape(seq.root), shape(Seq.from(kind, model).root));
        t.is(
          seq.measure,
          model.reduce((sum, each) => sum + each.content, 0),
        );
      }
    }),
    { numRuns: 300 },
  );
});

/** One element comes, goes or is another: mostly a patch of one path, which must not show. */
const single = fc.record({
  at: fc.oneof(fc.constant(0), fc.constant(1), fc.double({ min: 0, max: 1, noNaN: true })),
  remove: fc.nat(1),
  insert: fc.array(item, { maxLength: 1 }),
});

test("single edits of longer sequences give the shape of what is there", (t) => {
  fc.assert(
    fc.property(
      fc.array(item, { minLength: 1, maxLength: 600, size: "max" }),
      fc.array(single, { maxLength: 40, size: "max" }),
      (start, edits) => {
        const model = [...start];
        let seq = Seq.from(kind, start);
        for (const { at, remove, insert } of edits) {
          const index = Math.floor(at * model.length);
          const removed = Math.min(remove, model.length - index);
          model.splice(index, removed, ...insert);
          seq = seq.splice(index, removed, insert);
          t.deepEqual(shape(seq.root), shape(Seq.from(kind, model).root));
          t.is(seq.get(index), model[index]);
        }
        t.deepEqual([...seq], model);
      },
    ),
    { numRuns: Number(process.env.FUZZ_RUNS ?? 100) },
  );
});

test("get, measureBefore and search agree with an array", (t) => {
  fc.assert(
    fc.property(fc.array(item, { minLength: 1, maxLength: 300 }), fc.nat(), (items, seed) => {
      const seq = Seq.from(kind, items);
      const index = seed % items.length;
      const before = items.slice(0, index).reduce((sum, each) => sum + each.content, 0);
      t.is(seq.get(index), items[index]);
      t.is(seq.measureBefore(index), before);
      let [expected, sum] = [0, 0];
      for (const each of items) {
        sum += each.content;
        if (sum > before) break;
        expected++;
      }
      t.is(
        seq.search((measure) => measure > before),
        expected,
      );
    }),
  );
});

test("lowerBound finds the place in a sorted sequence", (t) => {
  const items = Array.from({ length: 1000 }, (_, i) => ({ id: String(i * 2).padStart(5, "0"), content: 1 }));
  const seq = Seq.from(kind, items);
  for (const sought of [0, 1, 2, 999, 1000, 1998, 1999, 5000]) {
    const key = String(sought).padStart(5, "0");
    t.is(
      seq.lowerBound((each) => each.id < key),
      items.filter((each) => each.id < key).length,
    );
  }
});

for (const [name, index, removed, inserted] of [
  ["inserting first", 0, 0, 1],
  ["inserting in the middle", 5000, 0, 1],
  ["inserting last", 10000, 0, 1],
  ["replacing", 1234, 1, 1],
  ["deleting", 5000, 1, 0],
] as const) {
  test(`${name} in 10,000 makes a logarithmic number of new nodes`, (t) => {
    const items = Array.from({ length: 10000 }, (_, i) => ({ id: `item${i}`, content: 1 }));
    const seq = Seq.from(kind, items);
    const old = nodesOf(seq.root);
    const fresh = Array.from({ length: inserted }, () => ({ id: "fresh", content: 1 }));
    const made = [...nodesOf(seq.splice(index, removed, fresh).root)].filter((node) => !old.has(node));
    t.true(made.length >= 1 && made.length <= 12, `${made.length} new nodes`);
  });
}

test("wherever one element comes or goes, at most two nodes a level are new", (t) => {
  const items = Array.from({ length: 10000 }, (_, i) => ({ id: `item${i}`, content: 1 }));
  const seq = Seq.from(kind, items);
  const old = nodesOf(seq.root);
  const most = 2 * (seq.root!.level + 1);
  for (let index = 0; index < items.length; index += 7) {
    const fresh = { id: `fresh${index}`, content: 1 };
    for (const edited of [seq.splice(index, 1, []), seq.splice(index, 0, [fresh])]) {
      const made = [...nodesOf(edited.root)].filter((node) => !old.has(node)).length;
      t.true(made <= most, `${made} new nodes at ${index}`);
    }
  }
});

test("a run of 10,000 equal identities is still a tree", (t) => {
  const items = Array.from({ length: 10000 }, () => ({ id: "same", content: 1 }));
  const seq = Seq.from(kind, items);
  const leaves = [...nodesOf(seq.root)].filter((node) => isLeaf(node as SeqNode<Item, number>));
  t.true(leaves.length > 600 && leaves.length < 2400, `${leaves.length} leaves`);
});
