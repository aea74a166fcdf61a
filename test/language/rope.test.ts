import test from "ava";
import fc from "fast-check";
import { plain } from "../../src/language/quantity.ts";
import {
  elementAt,
  elements,
  emptyList,
  join,
  joinAll,
  listOf,
  ropeNode,
  toArray,
} from "../../src/language/rope.ts";
import { type ListValue, number, type Value } from "../../src/language/value.ts";

const runs = { numRuns: Number(process.env.FUZZ_RUNS ?? 200) };

const numbers = (count: number, from = 0): Value[] =>
  Array.from({ length: count }, (_, i) => number(plain(from + i)));

const same = (a: readonly Value[], b: readonly Value[]): boolean =>
  a.length === b.length && a.every((value, i) => value === b[i]);

/** Every node's children are one level lower, none is empty, and lengths add up. */
const isSound = (list: ListValue): boolean => {
  if (list.length === 0) return list.children.length === 0;
  if (list.level === 0) return list.length === list.children.length;
  const children = list.children as readonly ListValue[];
  return (
    children.length > 0 &&
    children.every((child) => child.level === list.level - 1 && child.length > 0 && isSound(child)) &&
    children.reduce((sum, child) => sum + child.length, 0) === list.length
  );
};

test("a list holds its elements in order, whatever its length", (t) => {
  for (const length of [0, 1, 31, 32, 33, 1024, 1025, 40_000]) {
    const values = numbers(length);
    const list = listOf(values);
    t.true(isSound(list));
    t.is(list.length, length);
    t.true(same(toArray(list), values));
    t.is(elementAt(list, length), undefined);
    t.is(elementAt(list, -1), undefined);
    if (length > 0) t.is(elementAt(list, length - 1), values[length - 1]);
  }
});

test("joins are those of arrays, and stay sound and low", (t) => {
  const sizes = fc.array(fc.oneof(fc.nat(3), fc.nat(40), fc.nat(2_000)), { maxLength: 30 });
  fc.assert(
    fc.property(sizes, fc.boolean(), (lengths, together) => {
      const parts = lengths.map((length, i) => numbers(length, i * 10_000));
      const lists = parts.map((part) => listOf(part));
      const joined = together ? joinAll(lists) : lists.reduce(join, emptyList);
      const all = parts.flat();
      t.true(isSound(joined));
      t.true(same([...elements(joined)], all));
      t.true(same(toArray(joined), all));
      for (let i = 0; i < all.length; i += 97) t.is(elementAt(joined, i), all[i]);
      t.true(joined.level <= 2 + Math.log2(all.length + 1), `level ${joined.level} for ${all.length}`);
    }),
    runs,
  );
});

test("a list that grows by one at either end stays low and shares", (t) => {
  let list = emptyList;
  for (let i = 0; i < 20_000; i++) list = join(list, listOf(numbers(1, i)));
  t.true(isSound(list) && list.level <= 6, `level ${list.level}`);
  const longer = join(listOf(numbers(1, -1)), list);
  t.is(longer.length, 20_001);
  t.true(isSound(longer));
  const shared = (longer.children as readonly ListValue[]).filter((child) => list.children.includes(child));
  t.true(shared.length >= list.children.length - 1);
});

test("nodes of one level are mirrored, not rebuilt", (t) => {
  const chunks = [ropeNode(0, numbers(3)), ropeNode(0, numbers(50)), ropeNode(0, numbers(1))];
  const list = joinAll([...chunks, emptyList]);
  t.deepEqual(list.children, chunks);
  t.true((list.children as readonly ListValue[]).every((child, i) => child === chunks[i]));
});
