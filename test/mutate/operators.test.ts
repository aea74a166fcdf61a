import { parse } from "acorn";
import test from "ava";
import { equivalents, parseEquivalents } from "./equivalent.ts";
import { mutantsIn, mutate } from "./operators.ts";
import { rooms } from "./rooms.ts";
import { choose } from "./selection.ts";

/** What becomes of an expression, without what is around it. */
const of = (code: string): readonly string[] => mutantsIn(code).map((mutant) => mutate(code, mutant));

test("each kind of change is found", (t) => {
  t.deepEqual(of("x = a < b;"), [";", "x = a <= b;"]);
  t.deepEqual(of("f(a && b);"), [";", "f((a));", "f((b));"]);
  t.deepEqual(of("if (ready) return_();"), ["if (!(ready)) return_();", "if (ready) ;"]);
  t.deepEqual(of("x = (a + b) + 1;"), [";", "x = (a + b);", "x = (a - b) + 1;", "x = (a + b) + 2;"]);
  t.deepEqual(of("x = y.filter(f);"), [";", "x = (y);"]);
  t.deepEqual(of("x = `${a} ${b}`;"), [";", 'x = `${""} ${b}`;', 'x = `${a} ${""}`;']);
  t.deepEqual(of('x = [a, b].join("/");'), [";", 'x = ["", b].join("/");', 'x = [a, ""].join("/");']);
  t.deepEqual(of('x = a ? "accept" : "drop";'), [
    ...[";", 'x = !(a) ? "accept" : "drop";'],
    ...['x = a ? "drop" : "drop";', 'x = a ? "accept" : "accept";'],
  ]);
});

test("a guard that leaves is dropped as a whole", (t) => {
  const code = "const f = (a) => { if (a === 1) { return 2; } return a; };";
  t.true(of(code).includes("const f = (a) => { ; return a; };"));
});

test("names of modules and messages of what cannot happen are left alone", (t) => {
  t.deepEqual(of('import { a } from "b";\nexport { c } from "d";'), []);
  t.deepEqual(of('throw new Error("word");'), []);
  t.deepEqual(of("throw new Error(`${a} of ${b}`);"), []);
});

test("whatever is changed can still be parsed", (t) => {
  const code = `
    const f = (a, b) => {
      for (let i = 0; i < (a + b) * 2; i++) if (!a || (b && a[i] === "x")) continue;
      while (a >= 1 || b) a -= 1;
      return ((a ^ b) >>> 16).toString(16) + (a ?? (b + 1) + 1);
    };
    class A { #x = 1; get x() { if (this.#x > 1) { return true; } return this.#x++; } }`;
  const made = of(code);
  t.true(made.length > 25, `${made.length}`);
  for (const one of made) t.notThrows(() => parse(one, { ecmaVersion: "latest", sourceType: "module" }), one);
});

test("the same seed chooses the same mutants, of every kind about as many", (t) => {
  const operators = ["off by one", "drop a check", "swap a constant"] as const;
  const all = Array.from({ length: 60 }, (_, i) => ({
    ...{ operator: operators[i % 10 === 0 ? 0 : i % 2 === 0 ? 1 : 2]!, module: "dist/a.js" },
    ...{ start: i, end: i + 1, replacement: "" },
  }));
  const chosen = choose(all, "core", 1, 12);
  t.deepEqual(choose(all, "core", 1, 12), chosen);
  t.notDeepEqual(choose(all, "core", 2, 12), chosen);
  t.notDeepEqual(choose(all, "live", 1, 12), chosen);
  for (const operator of operators) t.is(chosen.filter((one) => one.operator === operator).length, 4);
  t.is(new Set(choose(all, "core", 1, 100).map(({ start }) => start)).size, 60);
});

test("what is equivalent is listed with its reason", (t) => {
  t.deepEqual(parseEquivalents("# Words.\n\nsrc/a.ts\n  was: x < y\n  now: x <= y\n  why: they differ.\n"), [
    { file: "src/a.ts", was: "x < y", now: "x <= y", why: "they differ." },
  ]);
  t.throws(() => parseEquivalents("src/a.ts\n  was: x\n  now: y\n"), { message: /no "why"/ });
  for (const { file } of equivalents())
    t.true(
      rooms.some(({ sources }) => sources.some((source) => file.startsWith(source))),
      file,
    );
});
