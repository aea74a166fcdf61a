import test from "ava";
import { arrow, object, publish, select, union } from "../../../src/language/composition/algebra.ts";
import { ends } from "../../../src/language/composition/face.ts";
import type { Value } from "../../../src/language/value.ts";
import { stopwatch } from "../spent.ts";
import { automaton, codes, compositionOf, list, site, told, wires } from "./graphs.ts";

const here = site(50);
const both = (...values: Value[]): Value => union(values, here).value;
const pick = (x: Value, port: string): Value => select(x, port, here).value;
const offers = (...values: Value[]): readonly string[] =>
  [...ends(compositionOf(union(values, here)).front)].flatMap((one) =>
    one.offers.map(
      (offer) => `${offer.name}: ${offer.to.map((port) => `${port.automaton}.${port.port}`).join(" ")}`,
    ),
  );

const a = automaton("a", {}, { p: "P" });
const b = automaton("b", { p: "P tcp 1" });
const c = automaton("c", { p: "P tcp 2" });

test("a union is one provider of all its automata", (t) => {
  t.deepEqual(wires(arrow("=>", a, both(b, c), here)), ["a.p => b.p|c.p"]);
  t.deepEqual(wires(arrow("=>", a, both(c, b), here)), ["a.p => b.p|c.p"]);
  t.deepEqual(wires(object(a, [{ name: "p", value: both(b, c), site: here }], here)), ["a.p => b.p|c.p"]);
});

test("a union can be published, and take messages", (t) => {
  t.deepEqual(told(compositionOf(publish(both(b, c), 80, here))), ["b", "c", "publish(b.p|c.p, 80)"]);
  const [x, y] = [automaton("x", { log: "Log udp 1" }), automaton("y", { log: "Log udp 1" })];
  t.deepEqual(wires(arrow("->", automaton("u", {}, { l: "Log" }), both(x, y), here)), ["u.l -> x.log|y.log"]);
});

test("a union requires what its automata require", (t) => {
  const [x, y] = [automaton("x", { p: "P" }, { q: "Q" }), automaton("y", { p: "P" }, { q: "Q" })];
  const made = arrow("=>", both(x, y), automaton("z", { q: "Q" }), here);
  t.deepEqual(wires(made), ["x.q => z.q", "y.q => z.q"]);
});

test("ports go together by name first, then if they are the only ones left", (t) => {
  t.deepEqual(offers(automaton("x", { p: "P", q: "P" }), automaton("y", { p: "P", q: "P" })), [
    "p: x.p y.p",
    "q: x.q y.q",
  ]);
  t.deepEqual(offers(automaton("x", { p: "P", q: "P" }), automaton("y", { p: "P", z: "P" })), [
    "p: x.p y.p",
    "q|z: x.q y.z",
  ]);
  t.deepEqual(offers(automaton("x", { one: "P", log: "Log" }), automaton("y", { two: "P", log: "Log" })), [
    "log: x.log y.log",
    "one|two: x.one y.two",
  ]);
});

test("a port that not all of them have is no port of the union", (t) => {
  t.deepEqual(offers(automaton("x", { p: "P", admin: "Q" }), automaton("y", { p: "P" })), ["p: x.p y.p"]);
});

test("other protocols or transports are ambiguous", (t) => {
  const protocol = union([b, automaton("d", { p: "Q" })], here);
  t.deepEqual(codes(protocol), ["ambiguous-union"]);
  t.is(
    protocol.problems[0]!.message,
    "requests to `b.p` and `d.p` cannot be told apart: they speak different protocols",
  );
  t.is(protocol.problems[0]!.hints[0]!.site, b.provides[0]!.site);
  const transport = union([b, automaton("d", { p: "P udp 1" })], here);
  t.is(
    transport.problems[0]!.message,
    "requests to `b.p` and `d.p` cannot be told apart: they are on different transports",
  );
  const names = union([b, automaton("d", { q: "Q" })], here);
  t.is(names.problems[0]!.message, "`b` and `d` provide no port of one protocol and transport");
  t.deepEqual(codes(union([b, a], here)), ["ambiguous-union"]);
});

test("ports of which it is not clear which go together are ambiguous; picks make it clear", (t) => {
  const x = automaton("x", { one: "P", two: "P" });
  const y = automaton("y", { three: "P" });
  const made = union([x, y], here);
  t.deepEqual(codes(made), ["ambiguous-union"]);
  t.is(made.problems[0]!.message, "it is not clear which of `x.one | x.two | y.three` go together");
  t.is(made.problems[0]!.hints[0]!.message, "name them: `x.one | y.three`");
  t.deepEqual(offers(pick(x, "two"), y), ["three|two: x.two y.three"]);
  t.deepEqual(offers(pick(x, "one"), pick(x, "two")), ["one|two: x.one x.two"]);
});

test("a port of a union can be picked by any of its names", (t) => {
  const made = both(automaton("x", { p: "P", q: "Q" }), automaton("y", { r: "P", q: "Q" }));
  t.deepEqual(wires(arrow("=>", automaton("u", {}, { l: "P" }), pick(made, "r"), here)), ["u.l => x.p|y.r"]);
  t.deepEqual(told(compositionOf(publish(pick(made, "q"), 80, here))), ["publish(x.q|y.q, 80)", "x", "y"]);
  t.deepEqual(offers(pick(made, "p"), automaton("z", { w: "P" })), ["p|r|w: x.p y.r z.w"]);
});

test("a list in a union is as many providers", (t) => {
  t.deepEqual(offers(list([b, c]), automaton("d", { p: "P" })), ["p: b.p c.p d.p"]);
});

test("a failed union is silent to what is made of it", (t) => {
  const bad = union([b, automaton("d", { p: "Q" })], here).value;
  t.deepEqual(codes(arrow("=>", a, bad, here)), []);
  t.deepEqual(codes(publish(bad, 80, here)), []);
  t.deepEqual(codes(union([bad, c], here)), []);
});

test("a union of ten thousand is no trouble", (t) => {
  const many = Array.from({ length: 10_000 }, (_, i) => automaton(`c${i}`, { p: "P" }));
  const elapsed = stopwatch();
  t.is(compositionOf(union(many, here)).front._tag, "Provider");
  t.true(elapsed() < 5000);
});
