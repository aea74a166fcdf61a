import test from "ava";
import fc from "fast-check";
import { jsonText } from "../../src/core/json-text.ts";
import { describe } from "../../src/language/describe.ts";
import { toJson } from "../../src/language/json.ts";
import { quote } from "../../src/language/quote.ts";
import { show } from "../../src/language/show.ts";
import type { Value } from "../../src/language/value.ts";
import { Program, run } from "./program.ts";

const value = (expression: string, around = ""): Value => run(expression, around).value;
const shown = (expression: string, around = ""): string => show(value(expression, around));

test("values read as one would write them", (t) => {
  t.is(shown('{ b = [1, 2.5s], a = { c = "x", d = true } }'), '{ a = { c = "x", d = true }, b = [1, 2.5s] }');
  t.is(shown("[[], {}]"), "[[], {}]");
  t.is(shown("fn(a, b = 1) a"), "fn(a, b = …)");
  t.is(shown("[max, host]"), "[max, host]");
  t.is(shown("T", "type T = { a: [Int] }"), "{ a: [Int] }");
  t.is(shown("[1, nope]"), "[1, <error>]");
});

test("what is shown of plain data evaluates to it", (t) => {
  const texts = [
    '{ a = [1, 2.5, "q\\"\\n\\t\\u{7}\\\\"], b = -3 }',
    "[1KiB, 90s, 10Mbps, 1 / 8]",
    `"\\\${x} $ {"`,
  ];
  for (const text of texts) t.is(shown(shown(text)), shown(text));
});

test("wide values are broken into lines, long and deep ones elided", (t) => {
  const wide = show(value("[ { name = i, twice = 2 * i } for i in range(1, 3) ]"), { width: 30 });
  t.is(wide, "[\n  { name = 1, twice = 2 },\n  { name = 2, twice = 4 },\n  { name = 3, twice = 6 }\n]");
  t.is(show(value("range(1, 1000)"), { elements: 3 }), "[1, 2, 3, … 997 more]");
  t.is(show(value("[[[[1]]]]"), { depth: 2 }), "[[[…]]]");
  t.is(show(value('"abcdef"'), { characters: 3 }), '"abc…"');
});

test("a value of shared parts is shown within bounds", (t) => {
  const doubled = value("fold(fn(x, i) [x, x], 1, range(1, 100))");
  t.true(show(doubled).length < 2_000_000);
  t.true(show(doubled, { depth: 1_000 }).length < 4_000_000);
  t.true(JSON.stringify(toJson(value("fold(fn(x, i) [x], 1, range(1, 100000))"))).length < 10_000);
});

test("an automaton is shown with its clauses", (t) => {
  const around = `protocol P = ?Int . !Int
automaton x {
  provides p: P on tcp 80  requires q?: !Int
  runs exec ["node", "a b"]  env { B = 1, A = self.cpu }
  instances 2 settle 90s  health exec ["t"] every 500ms  restart never
}
automaton y {}`;
  t.is(
    shown("x", around),
    `automaton "x" {
  provides p: P on tcp 80
  requires q?: !Int
  runs exec ["node", "a b"]
  env { A = …, B = "1" }
  instances 2 settle 90s
  health exec ["t"] every 500ms
  restart never
}`,
  );
  t.is(shown("[x, y]", around), "[<automaton x>, <automaton y>]");
  t.is(shown("y", around), 'automaton "y" {}');
});

test("a composition is shown with its wires", (t) => {
  const around = `protocol P = ?Int
automaton a { requires p: P }
automaton b { provides p: P on tcp 1 }
automaton c { provides p: P on tcp 1 }`;
  const system = (expression: string): Value =>
    new Program(`${around}\nsystem s = ${expression}`).outcome("s").value;
  t.is(show(system("a => (b | c)")), "[\n  a, b, c,\n  a.p => b.p | c.p,\n]");
  t.is(show(system("[a => b, publish(b.p, 80)]")), "[\n  a, b,\n  a.p => b.p,\n  publish(b.p, 80),\n]");
  t.is(show(system("a -> b")), "[\n  a, b,\n  a.p -> b.p,\n]");
  t.is(show(system("[]")), "[]");
  t.is(show(system("[b, c]"), { elements: 1 }), "[b, … 1 more]");
  t.deepEqual(toJson(system("[a => b, publish(b.p, 80)]")), {
    automata: ["a", "b"],
    wires: [{ from: "a.p", to: "b.p", kind: "request" }],
    publications: [{ hostPort: 80, to: "b.p" }],
  });
});

test("as JSON numbers with a dimension are texts, and numbers are numbers", (t) => {
  t.deepEqual(toJson(value('{ a = [1, 0.1 + 0.2, 1 / 3, 2.5s, 1KiB], b = true, c = "x", d = {} }')), {
    a: [1, 0.3, 0.333333333333333, "2.5s", "1KiB"],
    b: true,
    c: "x",
    d: {},
  });
  t.is(jsonText(toJson(value("[12345678901234567890]"))), "[12345678901234567890]");
  t.is(toJson(value("fold(fn(a, b) a * 10, 1, range(1, 400))")), `1${"0".repeat(400)}`);
  t.is(toJson(value("fn(x) x")), "fn(x)");
  t.is(toJson(value("P", "protocol P = mu t. ?Int . t")), "mu t. ?Int . t");
});

test("as JSON an automaton has what each clause gives", (t) => {
  const clauses = `provides web: ?Int on tcp 80 from 8080 requires kv?: !Int env { A = self.cpu }
    instances 2 settle 1m health http "/up" every 2s restart never`;
  t.deepEqual(toJson(value(`automaton "a" { ${clauses} }`)), {
    name: "a",
    provides: [{ port: "web", protocol: "?Int", transport: "tcp", number: 80, listens: 8080 }],
    requires: [{ port: "kv", protocol: "!Int", optional: true, each: false }],
    runs: null,
    once: false,
    env: { A: "…" },
    files: {},
    instances: 2,
    settle: "1m",
    health: {
      ...{ how: "http", path: "/up", service: null, argv: null, every: "2s", timeout: null },
      ...{ failures: null, successes: null },
    },
    restart: "never",
    schedule: null,
    update: null,
    reload: null,
    scratch: {},
    hostname: null,
    resolves: null,
    user: null,
    directory: null,
    state: [],
    secrets: {},
    limits: {},
    grants: [],
    readOnly: false,
    shares: [],
    stop: null,
    start: null,
    after: [],
  });
  t.like(toJson(value('automaton "a" { user 33 directory "/srv" stop SIGINT within 90s start within 2m }')), {
    user: "33",
    directory: "/srv",
    stop: { signal: "SIGINT", within: "90s" },
    start: "2m",
  });
});

test("in JSON a number has the digits that are shown", (t) => {
  const digits = fc.stringMatching(/^[1-9]\d{0,40}$/);
  fc.assert(
    fc.property(digits, digits, fc.boolean(), (n, d, isNegative) => {
      const number = value(`${isNegative ? "-" : ""}${n} / ${d}`);
      t.is(jsonText(toJson(number)), show(number));
    }),
    { numRuns: Number(process.env.FUZZ_RUNS ?? 300) },
  );
  for (const text of ["0.1", "1.50", "-0", "9007199254740993", `1${"0".repeat(21)}`, "0.0000001"]) {
    const number = value(text);
    t.is(jsonText(toJson(number)), show(number), text);
  }
});

test("in a sentence a value has its kind", (t) => {
  t.is(describe(value("2500ms")), "a duration (2.5s)");
  t.is(describe(value("3")), "a number (3)");
  t.is(
    describe(value('"a long string, of which only the beginning is told"')),
    'a string ("a long string, of which only t…")',
  );
  t.is(describe(value("[]")), "the empty list");
  t.is(describe(value("range(1, 10)")), "a list ([1, 2, 3, … 7 more])");
  t.is(describe(new Program("let f(x) = x").outcome("f").value), "the function `f`");
  t.is(describe(value("x", "automaton x {}")), "the automaton `x`");
});

test("a quoted string can be read again", (t) => {
  t.is(quote('a"b\\\n\u0000$\ud800'), '"a\\"b\\\\\\n\\u{0}$\\u{d800}"');
  t.is(quote(`\${x}`), `"\\\${x}"`);
});
