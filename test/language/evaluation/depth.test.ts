import test from "ava";
import { show } from "../../../src/language/show.ts";
import type { EvaluationResult } from "../../../src/language/world.ts";
import { run } from "../program.ts";

const said = ({ value, problems }: EvaluationResult): string =>
  problems.length === 0 ? show(value, { elements: 2 }) : problems.map(({ code }) => code).join(" ");

const many = (count: number, piece: string, between = ""): string =>
  new Array(count).fill(piece).join(between);

test("chains of 100,000 operators are one loop", (t) => {
  const count = 100_000;
  t.is(said(run(many(count, "1", " + "))), "100000");
  t.is(said(run(`${many(count, "1 * 1", " + ")} - ${count}`)), "0");
  t.is(said(run(many(count, "true", " && "))), "true");
  t.is(said(run(many(count, "false", " || "))), "false");
});

test("a list of 100,000 elements", (t) => {
  const list = `[${many(100_000, "1", ", ")}]`;
  t.is(said(run(`length(${list})`)), "100000");
  t.is(said(run(`sum(${list})`)), "100000");
  t.is(said(run(`${list} == ${list}`)), "true");
  t.is(said(run(`length("${many(20_000, "${1}")}")`)), "20000");
});

test("nesting of 3,000 layers", (t) => {
  const depth = 3_000;
  t.is(said(run(`${many(depth, "(")}1${many(depth, ")")}`)), "1");
  t.is(said(run(`length(${many(depth, "[")}1${many(depth, "]")})`)), "1");
  t.is(said(run(`${many(depth, "- ")}1`)), "1");
  t.is(said(run(`${many(depth, "let x = 1 in ")}x`)), "1");
  t.is(said(run(`${many(depth, "if false then 1 else ")}2`)), "2");
  t.is(said(run(`${many(depth, "abs(")}1${many(depth, ")")}`)), "1");
  t.is(said(run(`${many(depth, "{ a = ")}1${many(depth, " }")}${many(depth, ".a")}`)), "1");
  t.is(said(run(`(fn(x) x)${many(depth, "(fn(x) x)")}(7)`)), "7");
});

test("long lists within long lists", (t) => {
  const filler = many(40, ", 0");
  const depth = 60;
  const list = `${many(depth, "[")}1${many(depth, `${filler}]`)}`;
  t.is(said(run(`length(${list})`)), "41");
});

test("values may be deeper than any text", (t) => {
  const deep = "fold(fn(a, b) [a], 1, range(1, 50000))";
  t.is(said(run(`${deep} == ${deep}`)), "true");
  t.is(said(run(`fold(fn(a, b) fn(x) a, 1, range(1, 50000))(1)(1)`)), "fn(x)");
});

test("what would not end meets a limit", (t) => {
  const endless = [
    "[ a * b for a in range(1, 1000000) for b in range(1, 1000000) ]",
    "length([ 1 for a in range(1, 1000000) for b in range(1, 1000000) if false ])",
    "map(fn(a) map(fn(b) range(1, 1000), range(1, 1000)), range(1, 1000))",
    "let w = fn(f) f(f) in w(w)",
    "let y = fn(f, x) f(f, [x, x]) in y(y, 1)",
    "fold(fn(a, b) a * a, 3, range(1, 1000))",
    "fold(fn(a, b) a + 1 / b, 0, range(1, 100000))",
    `fold(fn(a, b) "\${a}\${a}", "ab", range(1, 100))`,
    'fold(fn(a, b) replace("a", "aa", a), "a", range(1, 100))',
    "fold(fn(a, b) [...a, ...a], [1], range(1, 100))",
    "fold(fn(a, b) concat(a, a), [1], range(1, 100))",
    "range(1, 10000000)",
    `1${many(20_000, "0")}`,
  ];
  for (const text of endless) {
    const start = process.cpuUsage();
    t.is(said(run(text)), "limit-exceeded", text.slice(0, 80));
    const { user } = process.cpuUsage(start);
    t.true(user < 10_000_000, `${text.slice(0, 80)} took ${user / 1000} ms`);
  }
});
