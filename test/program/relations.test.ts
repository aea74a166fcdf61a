/** Relations of facts: what they say of a system after any deltas. */
import test from "ava";
import { arrow, publish, union } from "../../src/language/composition/algebra.ts";
import type { Fact } from "../../src/language/composition/composition.ts";
import { leaves } from "../../src/language/composition/facts.ts";
import type { Value } from "../../src/language/value.ts";
import type { EvaluationResult } from "../../src/language/world.ts";
import { Relations } from "../../src/program/relations.ts";
import { asComposition, automaton, compositionOf, site } from "../language/composition/graphs.ts";

const factsOf = (value: Value): readonly Fact[] => [...leaves(asComposition(value).facts)];
const madeBy = (outcome: EvaluationResult): readonly Fact[] => [...leaves(compositionOf(outcome).facts)];
const wire = (x: Value, y: Value): readonly Fact[] =>
  madeBy(arrow("=>", x, y, site(1))).filter(({ _tag }) => _tag === "Wire");
const publication = (x: Value, port: number): readonly Fact[] =>
  madeBy(publish(x, port, site(2))).filter(({ _tag }) => _tag === "Publish");

const relations = (): Relations => new Relations((one) => one);

const user = automaton("user", {}, { kv: "P" });
const [store, other] = [automaton("store", { kv: "P" }), automaton("other", { kv: "P" })];
const all = [user, store, other].flatMap(factsOf);

test("a requirement with two providers is a conflict until one of them goes, or both", (t) => {
  const [one, two] = [wire(user, store), wire(user, other)];
  for (const gone of [one, two, [...one, ...two]]) {
    const of = relations();
    of.apply([], [...all, ...one]);
    t.true(of.consistent);
    of.apply([], two);
    t.false(of.consistent);
    of.apply(gone, []);
    t.true(of.consistent, `${gone.length} went`);
    t.is(of.satisfied, gone.length === 1);
  }
});

test("of two wires of which one goes, the other is the wire", (t) => {
  const of = relations();
  of.apply([], [...all, ...wire(user, store), ...wire(user, other)]);
  of.apply(wire(user, store), []);
  const member = of.member("user");
  t.deepEqual(
    member?._tag === "Automaton" && member.wires.map(({ to }) => to.map(({ automaton: name }) => name)),
    [["other"]],
  );
});

test("two meanings of a name, two names of a host, two publishers of a port", (t) => {
  const cases: readonly (readonly [string, readonly Fact[]])[] = [
    ["name", factsOf({ ...store, restart: "never" })],
    ["host", factsOf(automaton("STORE"))],
    ["port", publication(other, 80)],
  ];
  for (const [what, more] of cases) {
    const of = relations();
    of.apply([], [...all, ...publication(store, 80)]);
    t.true(of.consistent, what);
    of.apply([], more);
    t.false(of.consistent, what);
    of.apply(more, []);
    t.true(of.consistent, what);
    t.deepEqual([...of.keys()], ["user", "store", "other"], what);
  }
});

test("the same said twice is no conflict, and stays when it is said once", (t) => {
  const of = relations();
  of.apply([], [...all, ...all, ...wire(user, store), ...wire(user, store)]);
  t.true(of.consistent);
  of.apply([...all, ...wire(user, store)], []);
  t.true(of.consistent);
  t.true(of.satisfied);
  t.deepEqual([...of.keys()], ["user", "store", "other"]);
});

test("a union is a member as long as something is said of it", (t) => {
  const of = relations();
  const both = union([store, other], site(3)).value;
  const [wired, published] = [wire(user, both), publication(both, 80)];
  of.apply([], [...all, ...wired, ...published]);
  t.deepEqual([...of.keys()], ["user", "store", "other", "other.kv|store.kv"]);
  of.apply(wired, []);
  t.deepEqual(
    of.member("other.kv|store.kv")?.publications.map(({ hostPort }) => hostPort),
    [80],
  );
  t.false(of.satisfied);
  of.apply(published, []);
  t.is(of.member("other.kv|store.kv"), null);
  t.deepEqual([...of.keys()], ["user", "store", "other"]);
});

test("a requirement that is optional need not be wired", (t) => {
  const of = relations();
  of.apply([], [automaton("x", {}, { kv: "P?" })].flatMap(factsOf));
  t.true(of.satisfied);
  of.apply([], [automaton("y", {}, { kv: "P" })].flatMap(factsOf));
  t.false(of.satisfied);
});
