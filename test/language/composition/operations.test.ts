import test from "ava";
import {
  arrow,
  chain,
  object,
  overlay,
  publish,
  select,
  union,
} from "../../../src/language/composition/algebra.ts";
import { ends } from "../../../src/language/composition/face.ts";
import type { Problem } from "../../../src/language/problem.ts";
import type { Value } from "../../../src/language/value.ts";
import type { EvaluationResult } from "../../../src/language/world.ts";
import { automaton, codes, compositionOf, list, site, told, wires } from "./graphs.ts";

const here = site(50);
const to = (x: Value, y: Value): EvaluationResult => arrow("=>", x, y, here);
const pick = (x: Value, port: string): Value => select(x, port, site(51)).value;
const first = (outcome: EvaluationResult): Problem => outcome.problems[0]!;
const hints = (outcome: EvaluationResult): readonly string[] =>
  first(outcome).hints.map((hint) => hint.message);

const client = automaton("client", {}, { api: "Q" });
const server = automaton("server", { api: "Q" });
const store = automaton("store", { kv: "P" }, {}, site(200));
const middle = automaton("middle", { api: "Q" }, { kv: "P" });

test("an arrow wires the one requirement that fits the one port", (t) => {
  const made = to(client, server);
  t.deepEqual(codes(made), []);
  t.deepEqual(told(compositionOf(made)), ["client", "client.api => server.api", "server"]);
});

test("a provider that offers more fits", (t) => {
  t.deepEqual(wires(to(client, automaton("rich", { x: "Qplus" }))), ["client.api => rich.x"]);
});

test("every automaton of the left is wired to every one of the right", (t) => {
  const two = automaton("two", {}, { kv: "P", api: "Q" });
  const made = to(list([two, automaton("other", {}, { p: "P", q: "Q" })]), list([server, store]));
  t.deepEqual(codes(made), []);
  t.deepEqual(wires(made), [
    "other.p => store.kv",
    "other.q => server.api",
    "two.api => server.api",
    "two.kv => store.kv",
  ]);
});

test("a path wires its neighbours, and has the first in front and the last at the back", (t) => {
  const made = chain(["=>", "=>"], [client, middle, store], [here, here]);
  t.deepEqual(wires(made), ["client.api => middle.api", "middle.kv => store.kv"]);
  const { front, back } = compositionOf(made);
  t.deepEqual(
    [...ends(front)].flatMap((one) => one.sources.map((source) => source.automaton)),
    ["client"],
  );
  t.deepEqual(
    [...ends(back)].map((one) => one.automaton),
    ["store"],
  );
});

test("protocols at odds: both sides are told, with the places of both clauses", (t) => {
  const made = to(client, store);
  t.deepEqual(codes(made), ["protocol-mismatch"]);
  t.is(
    first(made).message,
    "client.api does not fit store.kv: client expects, at the start, to choose get or quit; store receives Int there",
  );
  t.is(first(made).site, here);
  t.deepEqual(first(made).hints, [
    { message: "`api: Q` is required here", site: client.requires[0]!.site },
    { message: "`kv: P` is provided here", site: store.provides[0]!.site },
  ]);
});

test("of several pairs at odds the one of like names is shown, else the one that parts last", (t) => {
  const many = automaton("many", {}, { kv: "Log", other: "Q" });
  const made = to(many, automaton("store", { kv: "P", log: "P" }));
  t.regex(first(made).message, /^many.kv does not fit store.kv/);
  t.regex(hints(made)[2]!, /nearest of 4 pairs/);
  const late = to(automaton("c", {}, { x: "Qplus" }), automaton("s", { y: "Q", z: "P" }));
  t.regex(first(late).message, /^c.x does not fit s.[yz]: c expects, at the start, to choose/);
});

test("nothing to match is an unknown port", (t) => {
  t.deepEqual(
    [...codes(to(store, server)), first(to(store, server)).message],
    ["unknown-port", "`store` requires nothing"],
  );
  t.deepEqual(
    [...codes(to(client, client)), first(to(client, client)).message],
    ["unknown-port", "`client` provides nothing"],
  );
});

test("several that fit are ambiguous, with what to write for each", (t) => {
  const both = automaton("both", {}, { p: "P", q: "P" });
  const made = to(both, store);
  t.deepEqual(codes(made), ["ambiguous-connection"]);
  t.is(first(made).message, "`both => store` can be wired in 2 ways");
  t.deepEqual(
    hints(made),
    ["write `both.p => store`", "write `both.q => store`"].map((text) =>
      text.replace("=> store", "=> store.kv"),
    ),
  );
  t.deepEqual(wires(to(pick(both, "q"), store)), ["both.q => store.kv"]);
});

test("where operands are names, the hint of an ambiguity has the exact fix", (t) => {
  const both = automaton("both", {}, { p: "P", q: "P" });
  const operands = [
    { site: site(60), text: "lib.b" },
    { site: site(61), text: "s" },
  ];
  const made = chain(["=>"], [both, store], [here], operands);
  t.deepEqual(first(made).hints, [
    { message: "write `lib.b.p => s.kv`", site: site(60), fix: "lib.b.p" },
    { message: "write `lib.b.q => s.kv`", site: site(60), fix: "lib.b.q" },
  ]);
  const ports = chain(["=>"], [client, automaton("s", { x: "Q", y: "Qplus" })], [here], operands);
  t.deepEqual(
    first(ports).hints.map(({ site: at, fix }) => [at!.at, fix]),
    [
      [61, "s.x"],
      [61, "s.y"],
    ],
  );
});

test("a requirement that is wired within the left is out of the question", (t) => {
  const both = automaton("both", {}, { p: "P", q: "P" });
  const one = object(both, [{ name: "p", value: store, site: site(70) }], here).value;
  const made = to(one, automaton("other", { kv: "P" }));
  t.deepEqual(codes(made), []);
  t.deepEqual(wires(made), ["both.p => store.kv", "both.q => other.kv"]);
  const elsewhere = to(list([to(pick(both, "p"), store).value, both]), automaton("other", { kv: "P" }));
  // The back of that list is store and both; store requires nothing.
  t.deepEqual(codes(elsewhere), ["unknown-port"]);
  t.true(wires(elsewhere).includes("both.q => other.kv"));
});

test("a requirement has one provider", (t) => {
  const other = automaton("other", { kv: "P" });
  const user = automaton("user", {}, { kv: "P" });
  const twice = to(user, list([store, other]));
  t.deepEqual(codes(twice), ["requirement-already-wired"]);
  t.is(first(twice).message, "`user.kv` is wired to `store.kv`, so it cannot be wired to `other.kv` as well");
  t.is(hints(twice)[0], "to balance over both, wire it to a union: `store.kv | other.kv`");
  t.deepEqual(wires(twice), ["user.kv => store.kv"]);

  const wired = object(user, [{ name: "kv", value: store, site: site(70) }], site(71)).value;
  const again = to(pick(wired, "kv"), other);
  t.deepEqual(codes(again), ["requirement-already-wired"]);
  t.is(first(again).hints[0]!.site!.at, 70);
  t.deepEqual(codes(to(wired, other)), ["requirement-already-wired"]);
});

test("the same wire twice is that wire", (t) => {
  const wired = to(client, server).value;
  const again = to(list([wired, client]), server);
  // server is at the back of the list as well, and requires nothing.
  t.deepEqual(codes(again), ["unknown-port"]);
  t.deepEqual(wires(again), ["client.api => server.api"]);
  const object1 = object(client, [{ name: "api", value: server, site: here }], here).value;
  t.deepEqual(codes(to(object1, server)), []);
  t.deepEqual(codes(object(object1, [{ name: "api", value: server, site: here }], here)), []);
});

test("a message wire needs a provider that never sends", (t) => {
  const app = automaton("app", {}, { log: "Log", talk: "Q" });
  const sink = automaton("sink", { log: "Log udp 514" });
  t.deepEqual(wires(arrow("->", app, sink, here)), ["app.log -> sink.log"]);
  const talk = arrow("->", app, server, here);
  t.deepEqual(codes(talk), ["not-one-way"]);
  t.is(
    first(talk).message,
    "`->` sends messages that nobody answers, but server sends Bytes, after get: ?String",
  );
  t.is(first(talk).hints[0]!.site, server.provides[0]!.site);
});

test("an object wires requirements by name, and stays both faces", (t) => {
  const made = object(
    automaton("front", { web: "Q" }, { one: "Q", two: "Q" }),
    [
      { name: "two", value: server, site: site(80) },
      { name: "one", value: automaton("other", { x: "Q" }), site: site(81) },
    ],
    here,
  );
  t.deepEqual(codes(made), []);
  t.deepEqual(wires(made), ["front.one => other.x", "front.two => server.api"]);
  t.deepEqual(
    [...ends(compositionOf(made).back)].map((one) => one.automaton),
    ["front"],
  );
});

test("an argument that is no requirement names the nearest", (t) => {
  const made = object(client, [{ name: "apy", value: server, site: site(80), nameSite: site(79) }], here);
  t.deepEqual(codes(made), ["unknown-port"]);
  t.is(first(made).message, "`client` has no requirement `apy`");
  t.deepEqual(first(made).hints, [{ message: "did you mean `api`?", fix: "api" }]);
  t.is(first(made).site.at, 79);
});

test("x.port means the requirement on the left and the port on the right", (t) => {
  const proxy = automaton("proxy", { kv: "P", other: "P" }, { kv: "P", more: "P" });
  t.deepEqual(wires(to(pick(proxy, "kv"), store)), ["proxy.kv => store.kv"]);
  t.deepEqual(wires(to(automaton("c", {}, { p: "P" }), pick(proxy, "kv"))), ["c.p => proxy.kv"]);
});

test("in the middle of a path a pick means the side that has it", (t) => {
  const middle2 = automaton("middle", { api: "Q" }, { kv: "P", other: "P" });
  const made = chain(["=>", "=>"], [client, pick(middle2, "other"), store], [here, here]);
  t.deepEqual(codes(made), []);
  t.deepEqual(wires(made), ["client.api => middle.api", "middle.other => store.kv"]);
});

test("a pick on the side that lacks it is told so", (t) => {
  const left = to(pick(middle, "api"), store);
  t.deepEqual(codes(left), ["unknown-port"]);
  t.deepEqual(
    [first(left).message, ...hints(left)],
    ["`middle` has no requirement `api`", "`api` is a port that it provides"],
  );
  const right = to(client, pick(middle, "kv"));
  t.deepEqual(
    [first(right).message, ...hints(right)],
    ["`middle` has no provided port `kv`", "`kv` is a requirement of it"],
  );
});

test("x.port of what has no such port names the nearest", (t) => {
  const made = select(middle, "kw", here);
  t.deepEqual(codes(made), ["unknown-port"]);
  t.deepEqual(
    [first(made).message, ...hints(made)],
    ["`middle` has no port or requirement `kw`", "did you mean `kv`?"],
  );
  t.deepEqual(codes(to(client, made.value)), [], "what failed is not told again");
});

test("where only some have the port that was picked, the others are told", (t) => {
  const made = to(pick(list([client, automaton("odd", {}, { apj: "Q" })]), "api"), server);
  t.deepEqual(codes(made), ["unknown-port"]);
  t.deepEqual(
    [first(made).message, ...hints(made)],
    ["`odd` has no requirement `api`", "did you mean `apj`?"],
  );
  t.deepEqual(wires(made), ["client.api => server.api"]);
});

test("publish takes the one port, and stays x", (t) => {
  const made = publish(pick(middle, "api"), 8080, here);
  t.deepEqual(codes(made), []);
  t.deepEqual(told(compositionOf(made)), ["middle", "publish(middle.api, 8080)"]);
  t.deepEqual(wires(to(made.value, store)), ["middle.kv => store.kv"]);
  t.deepEqual(codes(publish(middle, 8080, here)), [], "with one port there is nothing to pick");
});

test("publish of none, of several, of several automata", (t) => {
  const none = publish(client, 80, here);
  t.deepEqual(
    [...codes(none), first(none).message],
    ["unknown-port", "`client` has no provided port that could be published"],
  );
  const two = publish(automaton("two", { a: "P", b: "Q" }), 80, here);
  t.deepEqual(codes(two), ["ambiguous-connection"]);
  t.deepEqual(hints(two), ["write `publish(two.a, 80)`", "write `publish(two.b, 80)`"]);
  const both = publish(list([server, automaton("b", { api: "Q" })]), 80, here);
  t.deepEqual(codes(both), ["port-conflict"]);
  t.deepEqual(hints(both), ["to balance over them, publish a union: `publish(server.api | b.api, 80)`"]);
  const wrong = publish(pick(middle, "kv"), 80, here);
  t.deepEqual(codes(wrong), ["unknown-port"]);
});

test("anything but automata, compositions and lists of them is a type mismatch", (t) => {
  const word: Value = { _tag: "String", text: "x" };
  const made = to(list([client, word, word], site(90)), server);
  t.deepEqual(codes(made), ["type-mismatch"]);
  t.is(first(made).message, 'an automaton or a composition is expected here, not a string ("x")');
  t.is(first(made).site.at, 90);
  t.deepEqual(wires(made), ["client.api => server.api"]);
  t.deepEqual(codes(overlay(word, here)), ["type-mismatch"]);
});

test("what failed elsewhere is silent, and poisons what is made of it", (t) => {
  const bad: Value = { _tag: "Poison" };
  for (const made of [
    to(client, bad),
    to(bad, server),
    overlay(list([client, bad]), here),
    union([server, bad], here),
    object(client, [{ name: "api", value: bad, site: here }], here),
    object(bad, [{ name: "api", value: server, site: here }], here),
    publish(bad, 80, here),
    select(bad, "api", here),
  ]) {
    t.deepEqual(codes(made), []);
    const { facts } = compositionOf(made);
    t.true(facts._tag === "Poisoned" || (facts._tag === "Join" && facts.poisoned));
  }
});

test("many wires that cannot be made are told a few, and counted", (t) => {
  const wrong = Array.from({ length: 100 }, (_, i) => automaton(`c${i}`, {}, { log: "Log" }));
  const made = to(list(wrong), server);
  t.is(made.problems.length, 8);
  t.is(made.problems[7]!.hints.at(-1)!.message, "92 more of this arrow's wires cannot be made");
});

test("an arrow of too many pairs meets the limit", (t) => {
  const many = list(Array.from({ length: 100 }, (_, i) => automaton(`c${i}`, { x: "Q" }, { api: "Q" })));
  const made = arrow("=>", many, many, here, 5000);
  t.deepEqual(codes(made), ["limit-exceeded"]);
  t.is(first(made).message, "this arrow has 100 times 100 pairs, more than 5000");
});

test("a composition that doubles with every step meets the limit", (t) => {
  let value: Value = list([client, server]);
  for (let i = 0; i < 60; i++) {
    const made = overlay(list([value, list([value, automaton(`x${i}`)])]), here);
    if (made.problems.length > 0) {
      t.deepEqual(codes(made), ["limit-exceeded"]);
      return;
    }
    value = made.value;
  }
  t.fail("60 doublings went through");
});
