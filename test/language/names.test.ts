import test from "ava";
import { Document } from "../../grammar/document.ts";
import { type Term, Terms } from "../../src/core/term.ts";
import { allFreeNames, freeNames, mentions, occurrences } from "../../src/language/names.ts";

const term = (text: string): Term => {
  const [declaration] = [...Document.parse(text, new Terms()).declarations];
  if (declaration?.term == null) throw new Error(declaration?.errors[0]?.message ?? "nothing there");
  return declaration.term;
};

const free = (text: string, modules: readonly string[] = []): string =>
  [...allFreeNames(term(text), (name) => modules.includes(name))].sort().join(" ");

test("what is bound is not free", (t) => {
  t.is(free("let it = a + b"), "a b");
  t.is(free("let it(a, b = a + c) = a + b"), "c");
  t.is(free("let it(b = a, a) = a"), "a");
  t.is(free("let it = fn(x) x + y"), "y");
  t.is(free("let it = let x = x in x"), "x");
  t.is(free("let it = let f(x) = f(x) in f"), "f");
  t.is(free("let it = [ x + y for x in xs for y in x if y > z ]"), "xs z");
  t.is(free("let it = [ x for x in x ]"), "x");
  t.is(free("let it = { a = b, ...c }.d[e]"), "b c e");
  t.is(free(`let it = "x\${a}"`), "a");
  t.is(free("let it = f(a = b)"), "b f");
  t.is(free("let it = it"), "it");
});

test("`self` is bound in the clauses that follow it", (t) => {
  t.is(free("automaton x { instances self.ready + n env { A = self.cpu } }"), "n");
  t.is(free('automaton x { runs exec [a] health http "/p" every self.d }'), "a");
  t.is(free("automaton x { provides p: P on tcp self.a }"), "P self");
  t.is(free("let it = x with { instances self.ready }"), "x");
});

test("protocols and payloads take names too", (t) => {
  t.is(free("protocol S = mu t. !Bytes . ?Key . &{ a: t, b: P, c: Q }"), "Key P Q");
  t.is(free("protocol S = mu t. !Bytes.t"), "");
  t.is(free("protocol S = !Bytes.u"), "u");
  t.is(free("type T = { a: [K], b: Int }"), "K");
  t.is(free("protocol S = dual P ; lib.Q"), "P lib");
  t.is(free("type T = lib.Key", ["lib"]), "lib");
});

test("of a payload's path it takes the value to know what goes on", (t) => {
  t.is(free("protocol S = mu t. !lib.Key.t", ["lib"]), "lib");
  t.is(free("protocol S = !lib.Key.t", ["lib"]), "lib t");
  t.is(free("protocol S = mu t. !Key.t"), "Key");
  t.is(free("protocol S = !Key.t"), "Key t");
});

test("the names of a long list are those of its chunks", (t) => {
  const names = Array.from({ length: 300 }, (_, i) => `a${i}`);
  const long = term(`let it = [${names.join(", ")}]`);
  t.true(freeNames(long).parts.length > 5);
  t.is(freeNames(long).own.length, 0);
  t.is(allFreeNames(long, () => false).size, 300);
  t.true(mentions(long, "a299"));
  t.false(mentions(long, "a300"));
  const bound = term(`let it(a7) = [${names.join(", ")}]`);
  t.is(allFreeNames(bound, () => false).size, 299);
  t.is(freeNames(bound).parts.length, 0);
  t.deepEqual(occurrences(long, 0, "a7").length, 1);
});

test("occurrences are positions", (t) => {
  const of = term("let it = a + (let a = a in a) + b");
  t.deepEqual(occurrences(of, 0, "a"), [2, 4]);
  t.deepEqual(occurrences(of, 100, "b"), [106]);
  t.deepEqual(occurrences(of, 0, "z"), []);
});

test("deep terms are walked without the call stack", (t) => {
  t.is(free(`let it = ${"fn(x) (".repeat(3000)}y${")".repeat(3000)}`), "y");
});
