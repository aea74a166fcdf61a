/** Edits within long lists: that they come to the same as reading everything, and what they make anew. */
import test, { type ExecutionContext } from "ava";
import { Document, type DocumentUpdate } from "../../grammar/document.ts";
import { editElements } from "../../grammar/elements.ts";
import { Lexer } from "../../grammar/lexer.ts";
import { type Term, Terms } from "../../src/core/term.ts";
import { Random } from "../random.ts";
import { edited as torn } from "./edits.ts";

const runs = Number(process.env.FUZZ_RUNS ?? 60);

/** Everything that is known of each declaration, but where it was seen. */
const known = (document: Document): unknown[] =>
  [...document.declarations].map((one) => ({ ...one, term: null, seen: 0 }));
const termsOf = (document: Document): (Term | null)[] => [...document.declarations].map(({ term }) => term);

const same = (t: ExecutionContext, incremental: Document, why: string): boolean => {
  const { text, terms } = incremental;
  const scratch = Document.parse(text, terms);
  const [ours, theirs] = [termsOf(incremental), termsOf(scratch)];
  const alike = ours.length === theirs.length && ours.every((term, i) => term === theirs[i]);
  t.true(alike, why);
  t.deepEqual(known(incremental), known(scratch), why);
  return alike;
};

const elements = [
  ...[
    "a",
    "b",
    "a => b",
    "f(x, y = 2)",
    "...rest",
    "(a)",
    '"text"',
    "[1, 2]",
    "{ k = 1 }",
    "-1",
    "x.y",
    "1s",
  ],
  ...['automaton "x" { instances 2 }', "if a then b else c", "fn(x) x", "a(b = c)", "publish(a.p, 80)"],
];
const odd = [
  ...[
    "let x = 1 in x",
    "-- to the end",
    "{- inside -}",
    '"open',
    "a,",
    ",",
    "]",
    "[",
    "(",
    "type T = Int",
    "for x in y",
  ],
  ...[
    "",
    " ",
    "\n",
    "automaton y { }",
    "{- open",
    '"""',
    "system",
    "\nlet z = 1\n",
    "a b",
    "in",
    "\ufeff",
    "$",
  ],
];

const listOf = (random: Random, length: number): string[] => {
  const one = random.pick(elements);
  // Runs of equal elements have shapes of their own.
  return Array.from({ length }, (_, i) =>
    random.once(3) ? one : random.once(4) ? `e${i}` : random.pick(elements),
  );
};

const textOf = (random: Random, list: readonly string[]): string => {
  const separator = random.pick([",\n  ", ", ", " , ", ",", ", -- note\n", ",{- note -}"]);
  const inner = list.join(separator);
  const [open, close] = random.pick([
    ["[", "]"],
    ["[ ", " ]"],
    ["[\n  ", ",\n]"],
    ["(([", "]))"],
    ["[", ",-- x\n]"],
  ] as const);
  const whole = `${open}${inner}${close}`;
  const form = random.pick([
    (x: string) => `system s = ${x}\n`,
    (x: string) => `let l = f(1, ${x}) + 2 -- behind\n`,
    (x: string) => `let l(p) = { k = [${x}, 1], m = ${x} }\n`,
    (x: string) => `automaton a { env { X = ${x} } instances 2 }`,
  ]);
  return `let before = 1\n${form(whole)}let behind = 2\n`;
};

/** An edit such as people make in lists; offsets of the text. */
const change = (random: Random, text: string): readonly [start: number, end: number, replacement: string] => {
  const start = random.below(text.length + 1);
  const kind = random.below(6);
  if (kind === 0) return [start, Math.min(text.length, start + random.below(60)), ""];
  if (kind === 1) return [start, start, `${random.pick(elements)}, `];
  if (kind === 2) return [start, start, random.pick(odd)];
  if (kind === 3) return [start, Math.min(text.length, start + random.below(4)), random.pick(elements)];
  const comma = text.indexOf(",", start);
  const at = comma < 0 ? start : comma + 1;
  if (kind === 4) return [at, at, ` ${random.pick(elements)},`];
  const next = text.indexOf(",", at);
  return [at, next < 0 ? at : next + 1, random.once(2) ? "" : ` ${random.pick(elements)},`];
};

test("edits of long lists come to the same as reading all of the text", (t) => {
  for (let seed = 1; seed <= runs; seed++) {
    const random = new Random(seed);
    let document = Document.parse(textOf(random, listOf(random, 30 + random.below(200))), new Terms());
    let good = document.text;
    for (let step = 0; step < 12; step++) {
      const [start, end, replacement] = change(random, document.text);
      // What is broken is mostly mended where it was broken, or nearly.
      const mend = document.text !== good && random.once(2);
      const next = mend ? document.update(good).document : document.edit(start, end, replacement).document;
      if (!same(t, next, `seed ${seed} step ${step}: ${start}–${end} ${JSON.stringify(replacement)}`)) return;
      const isGood = [...next.declarations].every(({ errors }) => errors.length === 0);
      if (isGood) good = next.text;
      // Mostly from what can be read, so that lists stay lists.
      if (isGood || random.once(2)) document = next;
    }
  }
});

test("torn texts with long lists come to the same as reading all of them", (t) => {
  for (let seed = 1; seed <= runs; seed++) {
    const random = new Random(seed);
    let document = Document.parse(textOf(random, listOf(random, 40 + random.below(60))), new Terms());
    for (let step = 0; step < 6; step++) {
      document = document.update(torn(document.text, random)).document;
      if (!same(t, document, `seed ${seed} step ${step}`)) return;
    }
  }
});

test("what was broken and is mended is as it was, and reads the mended elements only", (t) => {
  const terms = new Terms();
  const text = wide(wires.slice(0, 1_000));
  const document = Document.parse(text, terms);
  for (const context of ["(", "[", "a b ", ", ,", '"', "=> ", "fn(", "}"]) {
    let typed = document;
    const at = text.indexOf("c500 ");
    for (const [i, letter] of [...context].entries()) typed = typed.edit(at + i, at + i, letter).document;
    t.is(termsOf(typed)[1], null, context);
    const held = terms.count;
    typed = typed.edit(at, at + context.length, "x => hub, ").document;
    t.true(terms.count - held < 20, context);
    const scratch = Document.parse(typed.text, terms);
    t.is(termsOf(typed)[1], termsOf(scratch)[1]!, context);
    t.deepEqual(known(typed), known(scratch), context);
  }
});

const size = 10_000;
const wires = Array.from({ length: size }, (_, i) => `  c${i} => hub`);
const wide = (list: readonly string[]): string =>
  `let a = 1\nsystem s = [\n${list.join(",\n")},\n]\nlet b = 2\n`;

/** What an edit takes: whether the touched elements are enough, and the terms made anew. */
const taken = (before: readonly string[], after: readonly string[]) => {
  const terms = new Terms();
  const document = Document.parse(wide(before), terms);
  const held = terms.count;
  const update: DocumentUpdate = document.update(wide(after));
  return { update, made: terms.count - held };
};

const cases: [what: string, after: string[]][] = [
  ["a change in the middle", wires.with(5_000, "  c5000 -> hub")],
  ["an element more at the beginning", ["  more => hub", ...wires]],
  ["an element more in the middle", wires.toSpliced(4_321, 0, "  more => hub")],
  ["an element more at the end", [...wires, "  more => hub"]],
  ["an element less at the beginning", wires.slice(1)],
  ["an element less in the middle", wires.toSpliced(7_000, 1)],
  ["an element less at the end", wires.slice(0, -1)],
  ["two elements exchanged", wires.with(100, wires[101]!).with(101, wires[100]!)],
];

for (const [what, after] of cases)
  test(`in a list of 10,000, ${what} makes a path of terms and reads no other element`, (t) => {
    const { update, made } = taken(wires, after);
    // Names, elements, chunks on four levels or so, the list and the declaration.
    t.true(made <= 30, `${made} terms`);
    t.deepEqual(
      update.removed.map(({ key }) => key),
      ["system s"],
    );
    t.is(termsOf(update.document)[1], termsOf(Document.parse(wide(after), update.document.terms))[1]!);
  });

/** How many tokens are read: what is interned does not tell that. */
const tokensOf = (act: () => void): number => {
  const { next } = Lexer.prototype;
  let tokens = 0;
  Lexer.prototype.next = function (this: Lexer) {
    tokens++;
    return next.call(this);
  };
  try {
    act();
  } finally {
    Lexer.prototype.next = next;
  }
  return tokens;
};

test("a comment typed behind the last element, before the bracket, takes the bracket along", (t) => {
  const list = Array.from({ length: 1_000 }, (_, i) => `c${i}`).join(", ");
  for (const [inner, end] of [
    [`${list}`, "]\nlet b = 2\n"],
    [`${list},`, "] -- behind\n"],
    [`${list} `, "\n]\n"],
  ] as const) {
    const whole = Document.parse(`system s = [${inner}${end}`, new Terms());
    const at = whole.text.lastIndexOf(end);
    for (const typed of ["-- x", " --", "-- x\n", "{- x -}"]) {
      let document = whole;
      const tokens = tokensOf(() => {
        document = whole.edit(at, at, typed).document;
      });
      same(t, document, JSON.stringify([end, typed]));
      // It ends before the bracket. Right behind an element it might belong to it.
      if (typed.startsWith("{-") && inner !== list) t.true(tokens < 60, `${tokens} tokens`);
    }
  }
});

test("what is mended where it was broken is read alone", (t) => {
  const text = wide(wires.slice(0, 1_000));
  const at = text.indexOf("c500 ");
  const whole = Document.parse(text, new Terms());
  const broken = whole.edit(at, at, "a b ").document;
  t.is(termsOf(broken)[1], null);
  const half = broken.edit(at, at + 2, "a => b, ").document;
  t.is(termsOf(half)[1], null);
  for (const [from, length] of [
    [broken, 4],
    [half, 10],
  ] as const) {
    let mended = from;
    const tokens = tokensOf(() => {
      mended = from.edit(at, at + length, "").document;
    });
    t.true(tokens < 60, `${tokens} tokens`);
    t.is(termsOf(mended)[1], termsOf(whole)[1]!);
    same(t, mended, "mended");
  }
});

test("what may reach beyond the elements is read as a whole", (t) => {
  const terms = new Terms();
  const text = wide(wires.slice(0, 100));
  const [, list] = [...Document.parse(text, terms).declarations];
  const base = text.indexOf("system");
  const at = text.indexOf("c50") - base;
  const edit = (replacement: string) => {
    const after = text.slice(0, base + at) + replacement + text.slice(base + at);
    const slice = (start: number, end: number) => after.slice(base + start, base + end);
    const extent = { start: at, oldEnd: at, newEnd: at + replacement.length };
    return editElements(list!, extent, slice, list!.newlines, terms);
  };
  t.not(edit("x, "), null);
  t.not(edit("{- note -} x, "), null);
  for (const odd of [
    "-- ",
    "{- ",
    '"',
    '"""',
    "let x = 1 in ",
    "] + [",
    "(",
    "a b ",
    ", ",
    "type T = Int ",
    "x for x in ",
  ])
    t.is(edit(odd), null, odd);
});

test("a line that ends within a list in a string ends the string", (t) => {
  const list = Array.from({ length: 200 }, (_, i) => `c${i}`).join(", ");
  for (const quotes of ['"', '"""']) {
    const whole = Document.parse(`let s = ${quotes}\${[${list}]}${quotes}\nlet b = 2\n`, new Terms());
    const at = whole.text.indexOf("c100");
    for (const typed of ["\n", "x, ", "x,\n"])
      same(t, whole.edit(at, at, typed).document, JSON.stringify([quotes, typed]));
  }
});
