/** One input has one kind of value and one default, wherever a program asks for it. */
import { createHash } from "node:crypto";
import test from "ava";
import { defaultLimits } from "../../src/language/world.ts";
import type { Program } from "../../src/program/program.ts";
import { Random } from "../random.ts";
import { fromScratch } from "./oracle.ts";
import { sameWrong } from "./random/agreement.ts";
import { main } from "./random/file.ts";
import { opened } from "./random/opening.ts";

const noCells = { inputs: new Map(), cells: new Map() };

const open = (texts: ReadonlyMap<string, string>): Program => {
  const limits = defaultLimits;
  const program = opened({
    texts: () => texts,
    cells: noCells,
    limits,
    system: undefined,
    keepSystem: false,
  });
  program.start();
  return program;
};

const told = (text: string, lib = ""): readonly string[] =>
  open(
    new Map([
      [main, text],
      ["lib.arch", lib],
    ]),
  ).diagnostics.map(({ code, file, range, hints }) => {
    const first = hints[0]?.place;
    const other = first === undefined ? "" : ` as of ${first.file}:${first.range.start.line}`;
    return `${code} ${file === main ? "" : file}:${range.start.line}${other}`;
  });

test("what an input is asked for as first holds in all the program; others are told once a place", (t) => {
  t.deepEqual(told('let a = input("n", 2)\nlet b = input("n", 1 + 1)'), []);
  t.deepEqual(told('let a = input("n", 2)\nlet b = input("n", "a")'), [
    `conflicting-input :2 as of ${main}:1`,
  ]);
  t.deepEqual(told('let a = input("n", 2)\nlet b = input("n", 2s)\nlet c = [a, b, b]\nlet d = b'), [
    `conflicting-input :2 as of ${main}:1`,
  ]);
  t.deepEqual(told('let a = input("n", 2)\nlet b = input("n", 3)'), [`conflicting-input :2 as of ${main}:1`]);
});

test("so it does across systems, lists, equations and files", (t) => {
  const automata = `automaton a { instances max(input("n", 1), self.connections) }
automaton b { env { N = input("n", "x") } }
system one = a
system two = b`;
  t.deepEqual(told(automata), [`conflicting-input :2 as of ${main}:1`]);
  const lists = 'let all = [input("n", i) for i in range(1, 40)]\nlet many = [1, 2, input("n", "x")]';
  t.deepEqual(told(lists), ["conflicting-input :1", `conflicting-input :2 as of ${main}:1`]);
  // Whoever imports a file cannot know better than the file itself.
  const importing = 'let mine = input("n", "x")\nimport "./lib.arch" { own }\nlet x = own';
  t.deepEqual(told(importing, 'let own = input("n", 1)'), ["conflicting-input :1 as of lib.arch:1"]);
  t.deepEqual(told('import "./lib.arch" { f }\nlet x = f(1)\nlet y = f("a")', 'let f(x) = input("n", x)'), [
    "conflicting-input lib.arch:1",
  ]);
});

test("what a file asks for that is read no more, as its hash is another, is no matter", (t) => {
  const lib = 'let n = input("n", 1)';
  const hash = createHash("sha256").update(lib).digest("hex");
  const text = `import "./lib.arch" sha256:${hash} as lib\nlet m = input("n", 1)`;
  const live = open(
    new Map([
      [main, text],
      ["lib.arch", lib],
    ]),
  );
  t.deepEqual(live.diagnostics, []);
  const { diagnostics } = live.updateAll([
    [main, text.replace('"n", 1', '"n", 2')],
    ["lib.arch", `${lib} -- another`],
  ]);
  t.deepEqual(
    diagnostics.map(({ code }) => code),
    ["import-integrity"],
  );
});

const sayings = ['input("n", 1)', 'input("n", 2)', 'input("n", "a")', 'input("m", 1s)', "0", "f(1)", "f(2)"];
const libraries = ['let own = input("n", 1)', 'let own = input("n", true)', "let own = 0"];

const element = (random: Random, i: number): string => (random.once(20) ? random.pick(sayings) : String(i));

/** A program that asks for inputs directly, in lists, in equations and by calls. */
const written = (random: Random): ReadonlyMap<string, string> => {
  const lines = [
    'import "./lib.arch" { own }',
    random.pick(['let f(x) = input("n", x)', "let f(x) = x"]),
    ...[1, 2, 3].map((i) => `let a${i} = ${random.pick([...sayings, "own"])}`),
    `let many = [${Array.from({ length: 40 }, (_, i) => element(random, i)).join(", ")}]`,
    `let calls = [f(i - i + ${random.below(2)}) for i in range(1, ${random.below(30)})]`,
    `automaton x { instances if self.connections > 5 then 1 else ${random.pick(["1", 'input("n", 1)'])} }`,
    "system s = x",
  ];
  return new Map([
    [main, lines.join("\n")],
    ["lib.arch", random.pick(libraries)],
  ]);
};

test("whatever was edited, a program tells what one tells that is opened anew, and the oracle", (t) => {
  const random = new Random(13);
  const texts = new Map(written(random));
  const live = open(texts);
  let [conflicts, accepted] = [0, 0];
  for (let step = 0; step < 150; step++) {
    const [file, text] = random.pick([...written(random)]);
    texts.set(file, text);
    const { diagnostics } = live.updateAll(texts);
    t.deepEqual(diagnostics, open(texts).diagnostics, `step ${step}`);
    const given = { main, files: texts, inputs: new Map(), system: undefined, isKept: false };
    const { wrong } = fromScratch({ ...given, cells: new Map(), limits: defaultLimits });
    sameWrong(diagnostics, wrong);
    if (diagnostics.length === 0) accepted++;
    else conflicts += diagnostics.length;
  }
  t.true(conflicts > 50 && accepted > 5, `${conflicts} ${accepted}`);
});
