/** What is remembered of an operation is taken for the very same operation alone. */
import test from "ava";
import { arrow, chain, object, publish, select, union } from "../../../src/language/composition/algebra.ts";
import { leaves } from "../../../src/language/composition/facts.ts";
import type { Value } from "../../../src/language/value.ts";
import type { EvaluationResult } from "../../../src/language/world.ts";
import { automaton, codes, compositionOf, site, told, wires } from "./graphs.ts";

const here = site(50);
const app = automaton("app", {}, { log: "Log", kv: "P?" });
const sink = automaton("sink", { log: "Log" });
const store = automaton("store", { kv: "P", log: "Log" });

const placesOf = (outcome: EvaluationResult): readonly number[] =>
  [...leaves(compositionOf(outcome).facts)].flatMap((fact) => (fact._tag === "Wire" ? [fact.site.at] : []));

test("the same operation on the same operands is the same outcome", (t) => {
  t.is(arrow("=>", app, sink, here), arrow("=>", app, sink, here));
  t.is(union([sink, store], here), union([sink, store], here));
  t.is(publish(sink, 80, here), publish(sink, 80, here));
  t.is(select(store, "kv", here), select(store, "kv", here));
  const args = [{ name: "log", value: sink, site: site(60) }];
  t.is(object(app, args, here), object(app, [...args], here));
});

test("an arrow of another kind is another", (t) => {
  t.deepEqual(wires(arrow("=>", app, sink, here)), ["app.log => sink.log"]);
  t.deepEqual(wires(arrow("->", app, sink, here)), ["app.log -> sink.log"]);
  const middle = automaton("middle", { log: "Log" }, { next: "Log" });
  const path = (first: "=>" | "->", second: "=>" | "->"): readonly string[] =>
    wires(chain([first, second], [app, middle, sink], [here, here]));
  t.deepEqual(path("=>", "->"), ["app.log => middle.log", "middle.next -> sink.log"]);
  t.deepEqual(path("->", "=>"), ["app.log -> middle.log", "middle.next => sink.log"]);
});

test("an argument at another place is wired there", (t) => {
  const at = (place: number): EvaluationResult =>
    object(app, [{ name: "log", value: sink, site: site(place) }], here);
  t.deepEqual(placesOf(at(60)), [60]);
  t.deepEqual(placesOf(at(61)), [61]);
});

test("an argument of another name, or with another value, is wired so", (t) => {
  const with_ = (name: string, value: Value): readonly string[] =>
    wires(object(app, [{ name, value, site: site(60) }], here));
  t.deepEqual(with_("log", sink), ["app.log => sink.log"]);
  t.deepEqual(with_("log", store), ["app.log => store.log"]);
  t.deepEqual(with_("kv", store), ["app.kv => store.kv"]);
});

test("an operation written elsewhere has its wires there", (t) => {
  t.deepEqual(placesOf(arrow("=>", app, sink, site(70))), [70]);
  t.deepEqual(placesOf(arrow("=>", app, sink, site(71))), [71]);
});

test("another port of the host, another name that is picked", (t) => {
  const published = (port: number): readonly string[] => told(compositionOf(publish(sink, port, here)));
  t.deepEqual(published(80), ["publish(sink.log, 80)", "sink"]);
  t.deepEqual(published(81), ["publish(sink.log, 81)", "sink"]);
  const picked = (port: string): readonly string[] =>
    wires(arrow("=>", app, select(store, port, here).value, here));
  t.deepEqual(picked("kv"), ["app.kv => store.kv"]);
  t.deepEqual(picked("log"), ["app.log => store.log"]);
});

test("within another limit it is asked again", (t) => {
  const of: Readonly<Record<string, (limit?: number) => EvaluationResult>> = {
    arrow: (limit) => arrow("=>", app, sink, here, limit),
    union: (limit) => union([sink, store], here, limit),
    object: (limit) => object(app, [{ name: "log", value: sink, site: site(60) }], here, limit),
    publish: (limit) => publish(sink, 80, here, limit),
  };
  for (const [name, made] of Object.entries(of)) {
    t.deepEqual(codes(made()), [], name);
    t.deepEqual(codes(made(1)), ["limit-exceeded"], name);
    t.deepEqual(codes(made()), [], name);
  }
});
