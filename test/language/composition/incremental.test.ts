import test from "ava";
import { chain, object, overlay } from "../../../src/language/composition/algebra.ts";
import type { Composition } from "../../../src/language/composition/composition.ts";
import { difference } from "../../../src/language/composition/difference.ts";
import { counts } from "../../../src/language/composition/wiring.ts";
import { ropeNode, withSite } from "../../../src/language/rope.ts";
import type { AutomatonValue, ListValue, Value } from "../../../src/language/value.ts";
import { arrow, automaton, compositionOf, site, told } from "./wide.ts";

const size = 10_000;
const here = site(50);

/** A list as the chunks of a long literal make it, sixteen wide. */
const rope = (values: readonly Value[]): ListValue => {
  let row: readonly Value[] = values;
  let level = 0;
  while (row.length > 16) {
    const next: ListValue[] = [];
    for (let i = 0; i < row.length; i += 16) next.push(ropeNode(level, row.slice(i, i + 16)));
    row = next;
    level++;
  }
  return withSite(ropeNode(level, row), site(2));
};

/** The list with one element replaced, sharing all else. */
const replaced = (list: ListValue, index: number, by: Value): ListValue => {
  if (list.level === 0) return { ...list, children: list.children.with(index, by) };
  let at = index;
  let i = 0;
  while (at >= (list.children[i] as ListValue).length) at -= (list.children[i++] as ListValue).length;
  return { ...list, children: list.children.with(i, replaced(list.children[i] as ListValue, at, by)) };
};

const clients = (): Value[] => Array.from({ length: size }, (_, i) => automaton(`c${i}`, {}, { kv: "P" }));

/** What an evaluation matched anew, and how its facts differ from those before. */
const step = (before: Composition, evaluate: () => Composition) => {
  const matched = counts.matched;
  const looked = counts.matched + counts.reused;
  const after = evaluate();
  const { removed, added, opened } = difference(before.facts, after.facts);
  return {
    after,
    matched: counts.matched - matched,
    looked: counts.matched + counts.reused - looked,
    removed: removed.length,
    added: added.length,
    opened,
  };
};

test("in [c1 … c10000] => store, a changed client matches itself alone", (t) => {
  const store = automaton("store", { kv: "P" });
  const list = rope(clients());
  const before = arrow("=>", list, store, here);
  const changed: AutomatonValue = { ...automaton("c5000", {}, { kv: "P" }), restart: "never" };
  const same = step(before, () => arrow("=>", replaced(list, 5000, changed), store, here));
  // Its ports are what they were: even its wire is the same object.
  t.deepEqual([same.matched, same.removed, same.added], [0, 1, 1]);
  const other = automaton("c5000", {}, { kv: "P", more: "Q?" });
  const wired = step(before, () => arrow("=>", replaced(list, 5000, other), store, here));
  t.deepEqual([wired.matched, wired.removed, wired.added], [1, 2, 2]);
  t.true(wired.looked <= 8 * 16, `${wired.looked} looked at`);
  t.true(wired.opened <= 20, `${wired.opened} opened`);
});

test("a change of store that is no port of it matches nothing", (t) => {
  const list = rope(clients());
  const before = arrow("=>", list, automaton("store", { kv: "P" }), here);
  const store: AutomatonValue = { ...automaton("store", { kv: "P" }, {}, site(1000)), restart: "never" };
  const after = step(before, () => arrow("=>", list, store, here));
  t.deepEqual([after.matched, after.looked, after.removed, after.added], [0, 1, 1, 1]);
});

test("a change of the port that all are wired to matches all of them", (t) => {
  const list = rope(clients());
  const before = arrow("=>", list, automaton("store", { kv: "P" }), here);
  const after = step(before, () => arrow("=>", list, automaton("store", { kv: "P tcp 7" }), here));
  t.deepEqual([after.matched, after.removed, after.added], [size, size + 1, size + 1]);
});

test("objects in a long list: one changed leaves the wires of all others", (t) => {
  const store = automaton("store", { kv: "P" });
  const wire = (one: Value, i: number): Value =>
    object(one, [{ name: "kv", value: store, site: site(100 + 2 * i) }], site(101 + 2 * i)).value;
  const list = rope(clients().map(wire));
  const before = compositionOf(overlay(list, here));
  const changed: AutomatonValue = { ...automaton("c77", {}, { kv: "P" }), restart: "never" };
  const after = step(before, () => compositionOf(overlay(replaced(list, 77, wire(changed, 77)), here)));
  // store is mentioned by the changed element as by all others: it cancels out.
  t.deepEqual([after.matched, after.removed, after.added], [0, 1, 1]);
});

test("left of an arrow, wires of its own cost no matching as long as they stay", (t) => {
  const [store, log] = [automaton("store", { kv: "P" }), automaton("log", { log: "Q" })];
  const two = (i: number): AutomatonValue => automaton(`c${i}`, {}, { kv: "P", log: "Q" });
  const wire = (one: Value, i: number): Value =>
    object(one, [{ name: "kv", value: store, site: site(100 + 2 * i) }], site(101 + 2 * i)).value;
  const list = rope(Array.from({ length: size }, (_, i) => wire(two(i), i)));
  const before = arrow("=>", list, log, here);
  const changed: AutomatonValue = { ...two(77), restart: "never" };
  const after = step(before, () => arrow("=>", replaced(list, 77, wire(changed, 77)), log, here));
  t.deepEqual([after.matched, after.removed, after.added], [0, 1, 1]);
  t.true(after.looked < 100, `${after.looked} looked at`);
  t.is(told(before).length, size + 2 + 2 * size);
});

test("a path that begins with a long list matches the changed one and nothing behind it", (t) => {
  const [mid, last] = [automaton("mid", { kv: "P" }, { log: "Q" }), automaton("last", { log: "Q" })];
  const list = rope(clients());
  const path = (values: Value): Composition =>
    compositionOf(chain(["=>", "=>"], [values, mid, last], [here, here]));
  const before = path(list);
  t.is(told(before).length, size + 2 + size + 1);
  const after = step(before, () => path(replaced(list, 3, automaton("c3", {}, { kv: "P", x: "Q?" }))));
  t.deepEqual([after.matched, after.removed, after.added], [1, 2, 2]);
});
