import test from "ava";
import { arrow, overlay, publish, select } from "../../../src/language/composition/algebra.ts";
import { check } from "../../../src/language/composition/check.ts";
import { leaves } from "../../../src/language/composition/facts.ts";
import { lowestMeeting } from "../../../src/language/composition/meeting.ts";
import type { Problem, Site } from "../../../src/language/problem.ts";
import type { Value } from "../../../src/language/value.ts";
import { stopwatch } from "../spent.ts";
import { asComposition, automaton, list, site } from "./graphs.ts";

const here = site(50);
const wrong = (value: Value, system: Site | null = null): readonly Problem[] =>
  check(asComposition(value), system);
const codes = (problems: readonly Problem[]): readonly string[] =>
  problems.map((one) => `${one.code}@${one.site.at}`);

test("one name with one meaning, met twice, is one automaton", (t) => {
  const [one, again] = [automaton("x", { p: "P" }, {}, site(1)), automaton("x", { p: "P" }, {}, site(100))];
  t.deepEqual(wrong(list([one, again, one])), []);
});

test("one name with two meanings is told where they meet", (t) => {
  const one = automaton("x", {}, {}, site(1));
  const two = { ...automaton("x", { p: "P" }, {}, site(100)), restart: "never" as const };
  const problems = wrong(list([one, two, one], site(7)));
  t.deepEqual(codes(problems), ["duplicate-name@7"]);
  t.is(problems[0]!.message, "two automata are called `x`, which differ in `provides`, `restart`");
  t.deepEqual(
    problems[0]!.hints.slice(0, 2).map((hint) => hint.site),
    [one.site, two.site],
  );
});

test("the innermost place where they meet is told", (t) => {
  const [one, two, other] = [
    automaton("x"),
    automaton("x", { p: "P" }),
    automaton("y", { p: "Q" }, { r: "P" }),
  ];
  t.deepEqual(codes(wrong(list([one, list([other, list([one, two], site(9))], site(8))], site(7)))), [
    "duplicate-name@9",
  ]);
  t.deepEqual(codes(wrong(list([one, list([other, two], site(8))], site(7)))), ["duplicate-name@7"]);
  const wired = arrow("=>", other, two, here).value;
  t.deepEqual(codes(wrong(list([wired, one], site(7)))), ["duplicate-name@7"]);
  t.deepEqual(codes(wrong(arrow("=>", list([other]), list([other, two].slice(1)), here).value)), []);
});

test("every further meaning of a name is told, a few at most", (t) => {
  const ports = ["p", "q", "r", "s", "t", "u"];
  const all = ports.map((port) => automaton("x", { [port]: "P" }));
  t.is(wrong(list(all)).length, 3);
});

test("two names that make one host name", (t) => {
  const problems = wrong(list([automaton("cart_eu"), automaton("Cart-EU"), automaton("cart")], site(7)));
  t.deepEqual(codes(problems), ["duplicate-name@7"]);
  t.is(problems[0]!.message, "`cart_eu` and `Cart-EU` would both be the host `cart-eu`");
});

test("a requirement that gets two providers in different places", (t) => {
  const [a, b, c] = [automaton("a", {}, { p: "P" }), automaton("b", { p: "P" }), automaton("c", { p: "P" })];
  const value = list([arrow("=>", a, b, site(60)).value, arrow("=>", a, c, site(61)).value], site(7));
  const problems = wrong(value);
  t.deepEqual(codes(problems), ["requirement-already-wired@61"]);
  t.is(problems[0]!.hints[0]!.site!.at, 60);
  t.deepEqual(wrong(list([arrow("=>", a, b, site(60)).value, arrow("=>", a, b, site(61)).value])), []);
  const log = automaton("l", { p: "Log" });
  const user = automaton("u", {}, { p: "Log" });
  const mixed = list([arrow("=>", user, log, site(60)).value, arrow("->", user, log, site(61)).value]);
  t.deepEqual(wrong(mixed), [], "written both ways it is a wire of both kinds");
});

test("two publishers of one host port, unless the transports differ or it is the same", (t) => {
  const [b, c] = [automaton("b", { p: "P" }), automaton("c", { p: "P", u: "P udp 1" })];
  const at = (value: Value, port: number, where: number): Value => publish(value, port, site(where)).value;
  const tcp = select(c, "p", here).value;
  const udp = select(c, "u", here).value;
  const problems = wrong(
    list([at(b, 80, 60), at(tcp, 80, 61), at(udp, 80, 62), at(b, 80, 63), at(b, 81, 64)]),
  );
  t.deepEqual(codes(problems), ["port-conflict@61"]);
  t.is(problems[0]!.message, "`b.p` and `c.p` are both published at tcp port 80 of the host");
});

test("a system wires all that is not optional", (t) => {
  const a = automaton("a", {}, { p: "P", q: "P?" });
  const b = automaton("b", { p: "P" });
  const problems = wrong(list([a, b]), site(99));
  t.deepEqual(codes(problems), ["unsatisfied-requirement@99"]);
  t.is(problems[0]!.message, "`a.p` is wired to no provider of `P`");
  t.deepEqual(problems[0]!.hints, [
    { message: "it is required here", site: a.requires[0]!.site },
    { message: "write `a.p => b.p`" },
    { message: "or make it optional: `requires p?: P`" },
  ]);
  t.deepEqual(wrong(list([a, b])), [], "what is no system may be open");
  t.deepEqual(wrong(arrow("=>", select(a, "p", here).value, b, here).value, site(99)), []);
});

test("where something failed, a requirement may be what it would have wired", (t) => {
  t.deepEqual(wrong(list([automaton("a", {}, { p: "P" }), { _tag: "Poison" }]), site(99)), []);
});

test("ten thousand conflicts are told in good time", (t) => {
  const all = Array.from({ length: 20_000 }, (_, i) =>
    automaton(`x${i >> 1}`, i % 2 === 0 ? {} : { p: "P" }),
  );
  const elapsed = stopwatch();
  const problems = wrong(list(all));
  t.is(problems.length, 60);
  t.is(problems[59]!.hints.at(-1)!.message, "this composition has 9940 more conflicts");
  t.true(elapsed() < 5000);
});

test("facts that never meet below a place are told at the second", (t) => {
  const both = asComposition(overlay(list([automaton("x"), automaton("y")], null), here).value);
  const [one, other] = [...leaves(both.facts)];
  t.is(lowestMeeting(both.facts, one!, other!), other!.site);
});
