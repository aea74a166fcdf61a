/** What is never closed is told where it begins, and spoils nothing else. */
import test from "ava";
import { Document } from "../../grammar/document.ts";
import { type Term, Terms } from "../../src/core/term.ts";
import { Random } from "../random.ts";

const problems = (text: string, document = Document.parse(text, new Terms())): readonly string[] => {
  let index = 0;
  return [...document.declarations].flatMap((declaration) => {
    const offset = document.offsetOf(index++);
    return declaration.errors.map(({ start, message }) => {
      const { line, column } = document.position(offset + start);
      return `${line}:${column} ${message}`;
    });
  });
};

const never = (line: number, column: number): string => `${line}:${column} This \`"""\` is never closed.`;

/** What people put into texts. */
const contents: readonly string[] = [
  "  it's a message of the day,\n  of two lines: don't panic!\n",
  '{ "a": [1, 2], "b": null }\n',
  "server {\n  listen 80;\n  location / { return 200 'ok'; }\n}\n",
  '#!/bin/sh\nset -e; echo "it\'s $1" # comment\n',
  "let me know\nthe system works\nimport os, sys\n",
  "\n\n",
  'name: x\non: [push]\n  - run: echo "${1 + 1}"\n',
  "-- no comment {- nor here\n'",
];

/** Declarations with a text in it. */
const forms: readonly ((name: string, text: string) => string)[] = [
  (name, text) => `let ${name} = ${text}\n`,
  (name, text) => `let ${name} = [\n  1,\n  ${text},\n]\n`,
  (name, text) => `automaton ${name} {\n  runs exec ["sh", "-c", ${text}]\n  env { A = 1 }\n}\n`,
  (name, text) => `automaton ${name} {\n  env {\n    A = 1,\n    B = ${text},\n  }\n}\n`,
  (name, text) => `let ${name} = join(${text}, [\n  "a", "b'"\n])\n`,
];
const others = [
  'let s1 = "it\'s"\n',
  "-- it's a comment\n",
  "protocol P1 = ?Int\n",
  "automaton bare {}\n",
  '{- no " -}\n',
];

interface Sample {
  readonly text: string;
  /** Where each text opens and closes. */
  readonly texts: readonly { readonly open: number; readonly close: number }[];
}

const sampleOf = (random: Random): Sample => {
  let text = "";
  const texts: { open: number; close: number }[] = [];
  for (let i = 0; i < 12; i++) {
    if (random.below(3) === 0)
      text += others[random.below(others.length)]!.replace(/([sPb])(1|are)/, `$1x${i}`);
    const content = `\n${contents[random.below(contents.length)]}`;
    const form = forms[random.below(forms.length)]!(`x${i}`, "\u0001");
    const open = text.length + form.indexOf("\u0001");
    texts.push({ open, close: open + 3 + content.length });
    text += form.replace("\u0001", () => `"""${content}"""`);
  }
  return { text, texts };
};

const samples = Array.from({ length: Number(process.env.FUZZ_RUNS ?? 40) }, (_, seed) =>
  sampleOf(new Random(seed + 1)),
);

test("the samples are right", (t) => {
  for (const { text } of samples) t.deepEqual(problems(text), [], text);
});

test("a text that is never closed is told at its opening quotes, and nothing else is wrong", (t) => {
  for (const { text, texts } of samples)
    for (const { open, close } of texts) {
      const broken = text.slice(0, close) + text.slice(close + 3);
      const { line, column } = Document.parse(broken, new Terms()).position(open);
      t.deepEqual(problems(broken), [never(line, column)], broken);
    }
});

test("declarations around it are what they were", (t) => {
  const declared = (text: string): readonly (Term | null)[] => {
    const terms = new Terms();
    return [...Document.parse(text, terms).declarations].map(({ term }) => term);
  };
  for (const { text, texts } of samples) {
    const { close } = texts[5]!;
    const whole = declared(text).length;
    const kept = declared(text.slice(0, close) + text.slice(close + 3)).filter(
      (term) => term !== null,
    ).length;
    t.true(kept >= whole - 3, `${kept} of ${whole}`);
  }
});

test("an edit finds what reading all of it anew finds", (t) => {
  for (const { text, texts } of samples) {
    const terms = new Terms();
    let document = Document.parse(text, terms);
    const random = new Random(text.length);
    for (let round = 0; round < 8; round++) {
      const { open, close } = texts[random.below(texts.length)]!;
      const at = random.below(2) === 0 ? open : close;
      const gone = document.text.slice(at, at + 3) === '"""';
      document = document.edit(at, at + (gone ? 3 : 0), gone ? "" : '"""').document;
      t.deepEqual(problems("", document), problems(document.text), document.text);
    }
  }
});

test("a quote too few at the beginning of a text is told there", (t) => {
  for (const content of contents.slice(0, 4)) {
    for (const quotes of ['"', '""']) {
      const text = `let a = """\n${content}"""\nlet b = ${quotes}\n${content}"""\nlet c = """\n${content}"""\nlet d = "it's"\n`;
      const line = content.split("\n").length + 2;
      t.deepEqual(problems(text), [`${line}:9 A text of several lines begins with \`"""\`.`], text);
    }
  }
});

test("a quote too few at its end is told at its beginning", (t) => {
  for (const content of contents) {
    const text = `let a = """\n${content}""\nlet b = """\n${content}"""\nlet c = """\n${content}"""\n`;
    t.deepEqual(problems(text), [never(1, 9)], text);
  }
});

test("the last text of a file, a comment, a string and brackets are told alone", (t) => {
  t.deepEqual(problems('let a = 1\nlet b = """\n it\'s {\n'), [never(2, 9)]);
  t.deepEqual(problems('let a = """\n it\'s {\nlet b = 2\nlet c = b +\n'), [
    never(1, 9),
    "4:11 This ends too soon: an expression should follow `+`.",
  ]);
  t.deepEqual(problems("let a = 1\n{- it's\n ] {- x -}\nlet b = 2\n"), ["2:1 This comment is never closed."]);
  t.deepEqual(problems('let a = "it\nlet b = 2\n'), ["1:9 This string is never closed."]);
  for (const count of [2, 47, 48, 49, 50, 60, 5_000]) {
    const [one, ...more] = problems(`let a = ${"[".repeat(count)}\nlet b = 2\n`);
    t.deepEqual([one, more], [`1:${8 + count} This \`[\` is never closed.`, []]);
  }
});

test("what only looks doubtful is left as it is", (t) => {
  const right = [
    'let a = """\nlet b = 1\n"""\nlet c = 2\n',
    'let a = """\nautomaton x {\n"""\nlet b = """\nimport "y"\n"""\n',
    'let a = """\n  key = """\nlet b = 1\n',
    'let a = ""\nlet b = """\n it\'s\n"""\n',
    'let a = [\n  "",\n  ""\n]\nlet b = """\n it\'s\n"""\n',
    'let a = f(""\n  , """\n it\'s\n""")\n',
  ];
  for (const text of right) t.deepEqual(problems(text), [], text);
});

test("many texts that look doubtful are read in time about linear in their number", (t) => {
  const time = (count: number): number => {
    const text = `${'let a = """\nlet b = 1\n"""\n'.repeat(count)}let c = '`;
    const begun = performance.now();
    t.is(problems(text).length, 1);
    return performance.now() - begun;
  };
  time(500);
  const [few, many] = [time(1_000), time(16_000)];
  t.true(many < 160 * Math.max(1, few), `${few} ms, ${many} ms`);
});
