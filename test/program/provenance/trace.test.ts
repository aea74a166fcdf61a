/** Where things of a system come from, by the way that leads to them. */
import test from "ava";
import { Program } from "../../../src/program/program.ts";
import { placeOfStep, wordsOf } from "../../../src/program/provenance/step.ts";
import { Provenances, type Traceable, trace } from "../../../src/program/provenance/trace.ts";

const lib = `protocol P = ?Int
let made(label, n = 2) = automaton "\${label}" { instances n }
`;

const text = `import "lib.arch" as lib
import "lib.arch" { made }
protocol Q = ?Int . !Int
let three = 3
automaton plain { instances three }
automaton store { provides kv: Q on tcp 6379 }
let service(label, n = 4) = automaton "\${label}" {
  requires kv: Q
  runs exec ["x", label]
  env { MODE = "slow", SIZE = "\${n}" }
  instances n
}
let first = service("first", "\${"n"}" = three)
let second = service("second")
let shards = [service("shard_\${i}", i) for i in range(1, 4) if i != 2]
let other = if three > 2 then plain with { name "other"
  restart never } else plain
let busy = automaton "busy" { instances max(1, ceil(self.connections / 10)) }
let set = automaton "set" { instances input("set.count", 1) }
let counted = automaton "counted" { instances clamp(three, 1, 8) + 1 }
let ofRecord = automaton "record" { instances { a = 1, b = 5 }.b }
let ofList = automaton "list" { instances [7, 8][1] }
let ofLet = automaton "local" { instances let f(x) = x in f(9) }
automaton front {
  provides web: Q on tcp 8080
  provides "extra_\${i}": Q on tcp p for i in [1, 2] for p in [70 + i, 80 + i] if p != 71 && p != 82
  requires kv: Q
}
system s = [
  plain,
  [first, second, ...shards] => store,
  other,
  busy,
  set,
  counted,
  ofRecord,
  ofList,
  ofLet,
  lib.made("far"),
  made("near", 6),
  front("k\${"v"}" = store),
  publish(front.web, 9000),
]
`;

const program = new Program({
  file: "s.arch",
  text,
  resolveImport: (path) => (path === "lib.arch" ? { file: "lib.arch", text: lib } : null),
});
program.start();

const clause = (automaton: string, word = "instances", name: string | null = null): Traceable => ({
  _tag: "Clause",
  automaton,
  attribute: { word, name },
});

/** Each step with the beginning of what stands in its place. */
const wayOf = (of: Traceable, most = 99): readonly string[] =>
  trace(program, of)!
    .steps.slice(0, most)
    .map((step) => {
      const { file, range } = placeOfStep(program.workspace, step);
      const { document } = program.workspace.modules.get(file)!;
      const written = document.slice(document.offset(range.start), document.offset(range.end));
      return `${wordsOf(step)}: ${written.slice(0, 24).split("\n")[0]}`;
    });

test("the program is right", (t) => {
  t.deepEqual(program.diagnostics, []);
});

test("a literal behind a name", (t) => {
  t.deepEqual(wayOf(clause("plain")), [
    "literal: 3",
    "declaration three: three",
    "clause instances: instances",
    "declaration plain: plain",
    "item 0 of a list: plain",
    "declaration s: s",
  ]);
});

test("an argument at a call, a default of a parameter, an element of a comprehension", (t) => {
  t.deepEqual(wayOf(clause("first"), 4), [
    "literal: 3",
    "declaration three: three",
    "argument n of service: three",
    "clause instances: instances",
  ]);
  t.deepEqual(wayOf(clause("second")), [
    "literal: 4",
    "default of n: 4",
    "clause instances: instances",
    'automaton: "${label}"',
    'call of service: service("second")',
    "declaration second: second",
    "item 1 of a list: second",
    "operand 0 of =>: [first, second, ...shard",
    "item 1 of a list: [first, second, ...shard",
    "declaration s: s",
  ]);
  t.deepEqual(wayOf(clause("shard_3")), [
    "argument n of service: i",
    "clause instances: instances",
    'automaton: "${label}"',
    'call of service: service("shard_${i}", i)',
    'i of element 1 of a comprehension: [service("shard_${i}", i',
    "declaration shards: shards",
    "item 2 of a list: ...shards",
    "operand 0 of =>: [first, second, ...shard",
    "item 1 of a list: [first, second, ...shard",
    "declaration s: s",
  ]);
});

test("a port that a `for` makes says of which element it is", (t) => {
  t.deepEqual(wayOf(clause("front", "provides", "extra_2"), 5), [
    "operator: 70 + i",
    "item 0 of a list: 70 + i",
    'clause provides: "extra_${i}"',
    'p of element 1 of a comprehension: provides "extra_${i}": Q',
    "declaration front: front",
  ]);
  t.is(trace(program, clause("front", "provides", "extra_3")), null);
});

test("variables by name, and what a clause says in words alone", (t) => {
  t.deepEqual(wayOf(clause("first", "env", "MODE"), 2), ['literal: "slow"', "clause env: env"]);
  t.deepEqual(wayOf(clause("first", "env", "SIZE"), 2), ['literal: "${n}"', "clause env: env"]);
  t.deepEqual(wayOf(clause("first", "runs"), 2), ['literal: ["x", label]', "clause runs: runs"]);
  t.deepEqual(wayOf(clause("other", "restart"), 4), [
    "clause restart: restart",
    "with: with",
    'branch then: plain with { name "other',
    "declaration other: other",
  ]);
  t.is(trace(program, clause("first", "env", "NONE")), null);
  t.is(trace(program, clause("front")), null);
});

test("below a `with` is what it changes", (t) => {
  t.deepEqual(wayOf(clause("other"), 6), [
    "literal: 3",
    "declaration three: three",
    "clause instances: instances",
    "declaration plain: plain",
    "with: with",
    'branch then: plain with { name "other',
  ]);
});

test("equations, inputs, builtins, operators", (t) => {
  t.is(wayOf(clause("busy"))[0], "equation over self: max(1, ceil(self.connect");
  t.is(wayOf(clause("set"))[0], 'input set.count: input("set.count", 1)');
  t.is(wayOf(clause("counted"))[0], "operator: clamp(three, 1, 8) + 1");
  t.deepEqual(wayOf(clause("record"), 2), ["literal: 5", "clause instances: instances"]);
  t.deepEqual(wayOf(clause("list"), 3), ["literal: 8", "item 1 of a list: 8", "clause instances: instances"]);
  t.deepEqual(wayOf(clause("local"), 4), [
    "literal: 9",
    "argument x of f: 9",
    "call of f: f(9)",
    "clause instances: instances",
  ]);
});

test("through imports, as a whole and of names", (t) => {
  const far = trace(program, clause("far"))!;
  t.deepEqual(
    far.steps.map((step) => `${wordsOf(step)} ${step.thunk.definition.file}`),
    [
      "literal lib.arch",
      "default of n lib.arch",
      "clause instances lib.arch",
      "automaton lib.arch",
      "call of lib.made s.arch",
      "item 9 of a list s.arch",
      "declaration s s.arch",
    ],
  );
  t.deepEqual(wayOf(clause("near"), 3), [
    "literal: 6",
    "argument n of made: 6",
    "clause instances: instances",
  ]);
});

test("wires and publications", (t) => {
  t.deepEqual(wayOf({ _tag: "Wire", from: "shard_1", requirement: "kv" }), [
    "arrow: [first, second, ...shard",
    "item 1 of a list: [first, second, ...shard",
    "declaration s: s",
  ]);
  t.deepEqual(wayOf({ _tag: "Wire", from: "front", requirement: "kv" }), [
    'requirement: "k${"v"}" = store',
    'item 11 of a list: front("k${"v"}" = store)',
    "declaration s: s",
  ]);
  t.deepEqual(wayOf({ _tag: "Publication", hostPort: 9000, transport: "tcp" }), [
    "publication: publish(front.web, 9000)",
    "item 12 of a list: publish(front.web, 9000)",
    "declaration s: s",
  ]);
  t.is(trace(program, { _tag: "Wire", from: "front", requirement: "none" }), null);
});

test("every way that leads to something is found", (t) => {
  const ways = [...new Provenances(program).traces({ _tag: "Automaton", name: "front" })];
  t.deepEqual(
    ways.map(({ steps }) => steps.map(wordsOf).join(", ")),
    [
      "declaration front, what is called, item 11 of a list, declaration s",
      "declaration front, given to publish, item 12 of a list, declaration s",
    ],
  );
});

test("of thousands, one is found along its path: nothing is evaluated for the program, and nothing kept", (t) => {
  const wide = `automaton store { provides kv: ?Int on tcp 1 }
let all = [automaton "a\${i}" { requires kv: ?Int
  instances if i == 1500 then 2 else 1 } for i in range(1, 2000)]
system s = [
${Array.from({ length: 500 }, (_, i) => `  automaton "b${i}" { instances ${1 + (i % 2)} },`).join("\n")}
  all => store,
]
`;
  const big = new Program({ file: "s.arch", text: wide });
  t.deepEqual(big.start().diagnostics, []);
  const definitions = [...big.workspace.modules.get("s.arch")!.definitions.values()];
  const chunks = (): number =>
    definitions.reduce((sum, { chunks: of }) => sum + (of === null ? 0 : [...of.values()].length), 0);
  const before = chunks();
  const of = (name: string): readonly string[] => trace(big, clause(name))!.steps.map(wordsOf);
  t.deepEqual(of("a1500").slice(0, 3), ["literal", "branch then", "clause instances"]);
  t.is(of("b499")[0], "literal");
  t.is(chunks(), before);
  t.is(big.preview(wide).stats.evaluated, 0);
});
