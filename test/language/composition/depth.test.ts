import test from "ava";
import { arrow, chain, object, overlay, union } from "../../../src/language/composition/algebra.ts";
import { check } from "../../../src/language/composition/check.ts";
import { difference } from "../../../src/language/composition/difference.ts";
import { wiresIn } from "../../../src/language/composition/facts.ts";
import { counts } from "../../../src/language/composition/wiring.ts";
import type { Value } from "../../../src/language/value.ts";
import { spent } from "../spent.ts";
import { automaton, codes, compositionOf, list, site } from "./graphs.ts";

const size = 100_000;
const here = site(50);

const link = (i: number): Value => automaton(`x${i}`, { p: "P" }, { r: "P" });

test("a chain of a hundred thousand is wired in linear time, and again for next to nothing", (t) => {
  const values = Array.from({ length: size }, (_, i) => link(i));
  const ops = values.slice(1).map(() => "=>" as const);
  const sites = ops.map(() => here);
  const whole = (all: readonly Value[]) => chain(ops, all, sites);
  const { value: made, ms } = spent(() => whole(values));
  t.deepEqual(codes(made), []);
  const before = compositionOf(made).facts;
  t.is(wiresIn(before), size - 1);
  t.true(ms < 10_000, `${ms} ms`);
  const matched = counts.matched;
  const changed = automaton("x500", { p: "P" }, { r: "P", more: "Q?" });
  const after = compositionOf(whole(values.with(500, changed))).facts;
  t.is(counts.matched - matched, 1, "the one wire from it");
  const { removed, added } = difference(before, after);
  t.deepEqual([removed.length, added.length], [2, 2]);
  t.deepEqual(check(compositionOf(made), null), []);
});

test("arrows, lists, objects and unions within each other as deep", (t) => {
  const fold = (start: Value, next: (so: Value, i: number) => Value): Value => {
    let value = start;
    for (let i = 1; i < size / 4; i++) value = next(value, i);
    return value;
  };
  const left = spent(() => fold(link(0), (so, i) => arrow("=>", so, link(i), here).value));
  const lists = spent(() => fold(link(0), (so, i) => list([so, link(i)])));
  const overlaid = spent(() => overlay(lists.value, here));
  t.deepEqual(codes(overlaid.value), []);
  const target = automaton("target", { p: "P" });
  const wired = spent(() => arrow("=>", lists.value, target, here));
  t.deepEqual(codes(wired.value), []);
  t.is(wiresIn(compositionOf(wired.value).facts), size / 4);
  const right = spent(() => {
    let value: Value = target;
    for (let i = 0; i < size / 4; i++) value = arrow("=>", link(i), value, here).value;
    return value;
  });
  const objects = spent(() =>
    fold(target, (so, i) => object(link(i), [{ name: "r", value: so, site: here }], here).value),
  );
  for (const { value, ms } of [left, lists, overlaid, wired, right, objects]) {
    t.truthy(value);
    t.true(ms < 20_000, `${ms} ms`);
  }
  const system = compositionOf(overlay(objects.value, here));
  t.deepEqual(check(system, here), []);
  const unions = spent(() => union([list([target]), target], here));
  t.deepEqual(codes(unions.value), []);
});
