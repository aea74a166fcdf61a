/** Long comprehensions: an edit costs the elements it touches, and comes to what a program opened anew has. */
import test from "ava";
import { openProgram, type Program } from "../../src/library.ts";
import { Random } from "../random.ts";

const prelude = `
protocol P = ?Int . !Int
automaton hub { provides p: P on tcp 1 instances 2 }
let c(i, n = 1) = automaton "c_\${i}" { requires up?: P instances n env { I = toString(i) } }
`;

const textOf = (list: string, system = "list => hub"): string =>
  `${prelude}let list = ${list}\nsystem s = [hub, ${system}]\n`;

const open = (text: string): Program => {
  const program = openProgram({ file: "c.arch", text });
  if (program.diagnostics.length > 0) throw new Error(program.diagnostics[0]!.message);
  return program;
};

const size = 2_000;
const whole = textOf(`[c(i) for i in range(1, ${size})]`);

for (const [what, list, operations] of [
  ["one more", `[c(i) for i in range(1, ${size + 1})]`, ["create"]],
  ["one less", `[c(i) for i in range(1, ${size - 1})]`, ["delete"]],
  ["one less in the middle", `[c(i) for i in concat(range(1, 999), range(1_001, ${size}))]`, ["delete"]],
] as const)
  test(`${what} of many computed elements evaluates its chunk alone`, (t) => {
    const program = open(whole);
    const { operations: all, stats, diagnostics } = program.update(textOf(list));
    t.deepEqual(diagnostics, []);
    t.true(stats.evaluated <= 6, `${stats.evaluated} evaluated`);
    const instances = all.filter(({ kind }) => kind === "instance");
    t.deepEqual(
      instances.map(({ op }) => op),
      [...operations],
    );
    for (const [pass, { folded }] of Object.entries(stats.passes))
      t.true(folded <= 12, `${pass}: ${folded} folded`);
    t.deepEqual(program.desired(), open(textOf(list)).desired());
  });

for (const [what, list] of [
  ["a filter", `[c(i) for i in range(1, ${size}) if i != 1_000]`],
  ["a conditional argument", `[c(i, if i == 1_000 then 3 else 1) for i in range(1, ${size})]`],
])
  test(`${what} that changes one of many computed elements folds no other`, (t) => {
    const program = open(whole);
    const { stats, operations } = program.update(textOf(list!));
    t.true(operations.length > 0);
    for (const [pass, { folded }] of Object.entries(stats.passes))
      t.true(folded <= 12, `${pass}: ${folded} folded`);
    t.deepEqual(program.desired(), open(textOf(list!)).desired());
  });

test("an element follows the input that its call reads", (t) => {
  const list = `[c(i, if i == 70 then input("n", 1) else 1) for i in range(1, 200)]`;
  const live = open(textOf(list));
  t.true(
    live.set("n", 4).operations.filter(({ kind, op }) => kind === "instance" && op === "create").length === 3,
  );
  t.deepEqual(
    live.desired(),
    openProgram({ file: "c.arch", text: textOf(list), inputs: { n: 4 } }).desired(),
  );
});

test("an element follows the automaton whose body its call reads", (t) => {
  const text = (n: number): string => `${prelude}
automaton base { instances ${n} }
let of(i) = base with { name "b_\${i}" }
system s = [of(i) for i in range(1, 100)]
`;
  const live = open(text(1));
  t.is(live.update(text(2)).operations.filter(({ kind }) => kind === "instance").length, 100);
  t.deepEqual(live.desired(), open(text(2)).desired());
});

test("a comprehension that asks for itself through an argument meets a limit", (t) => {
  const text = `let f(g, xs) = [g(g, xs) for x in xs]\nlet list = f(f, range(1, 100))\nsystem s = []\n`;
  t.deepEqual(
    openProgram({ file: "c.arch", text }).diagnostics.map(({ code }) => code),
    ["limit-exceeded"],
  );
});

test("what is wrong in an element is told where it stands, after edits before it too", (t) => {
  const wrong = (before: string): string =>
    `${before}let list = [[0], [1 / (i - 500) for i in range(1, 1_000)],\n  [if i == 70 then [1][i] else 0 for i in range(1, 100) for j in range(1, 2)]]\nsystem s = []\n`;
  const live = openProgram({ file: "c.arch", text: wrong("") });
  const places = () =>
    live.diagnostics.map(({ code, range }) => [code, range.start.line, range.start.column]);
  t.deepEqual(places(), [
    ["division-by-zero", 1, 19],
    ["unknown-field", 2, 24],
  ]);
  live.update(wrong("let more = 1\n"));
  t.deepEqual(
    places(),
    openProgram({ file: "c.arch", text: wrong("let more = 1\n") }).diagnostics.map(({ code, range }) => [
      code,
      range.start.line,
      range.start.column,
    ]),
  );
});

const runs = Number(process.env.FUZZ_RUNS ?? 8);

test("random edits of comprehensions come to what a program opened anew has", (t) => {
  for (let seed = 1; seed <= runs; seed++) {
    const random = new Random(seed);
    const list = (): string => {
      const n = random.pick([3, 63, 64, 65, 100, 150]);
      const body = random.pick([
        "c(i)",
        "c(i, 2)",
        "c(i, k)",
        "c(i) with { instances 3 }",
        "c(i, if i == 40 then 2 else 1)",
        "c(i) => hub",
        "x",
      ]);
      const source = random.pick([
        ...[`range(1, ${n})`, `concat(range(1, ${n}), [${n}, ${n}])`, `[j + 1 for j in range(0, ${n - 1})]`],
        ...[`filter(range(1, ${n}), fn(a) a != 7)`, `range(1, k + ${n})`, "[1, 2, 3]", "1"],
      ]);
      const filters = random.pick([
        "",
        " if i != 5",
        " if mod(i, 3) == 0",
        " if i > 70",
        " if i",
        " if i < 1",
        " for z in [1] if i != z",
      ]);
      return `[${body} for i in ${source}${filters}]`;
    };
    const text = (): string =>
      `${prelude}let k = ${random.pick(["1", "2", 'input("k", 1)'])}\nlet x = ${random.pick(["hub", "c(5)", "1 / 0"])}\n` +
      `let made(n) = [c(i, n) for i in range(200, ${random.pick([230, 290])})]\nlet list = ${list()}\n` +
      `system s = [hub, list, ${random.pick(["made(1)", "made(k)", "list", `...${list()}`])}]\n`;
    let good = text();
    const live = openProgram({ file: "c.arch", text: good });
    for (let step = 0; step < 12; step++) {
      const next = text();
      const { diagnostics } = live.update(next);
      const anew = openProgram({ file: "c.arch", text: next });
      t.deepEqual(diagnostics, anew.diagnostics, `seed ${seed} step ${step}\n${next}`);
      if (diagnostics.length === 0) good = next;
      if (diagnostics.length === 0)
        t.deepEqual(live.desired(), anew.desired(), `seed ${seed} step ${step}\n${next}`);
    }
  }
});
