/**
 * Whatever is typed: no exception, declarations that tile the text, and the same document
 * whether it was edited or read from the beginning. FUZZ_RUNS sets the number of edits.
 */
import test from "ava";
import type { Declaration } from "../../grammar/declaration.ts";
import { Document } from "../../grammar/document.ts";
import { parseExpression } from "../../grammar/expression.ts";
import { format } from "../../grammar/printer.ts";
import { Terms } from "../../src/core/term.ts";
import { Random } from "../random.ts";
import { randomProgram } from "./arbitrary.ts";
import { edited, noise } from "./edits.ts";

const RUNS = Number(process.env.FUZZ_RUNS ?? 1500);
const SEED = Number(process.env.FUZZ_SEED ?? 0);
/** Edits of one text before the next is begun. */
const SESSION = 150;

const sameDeclaration = (a: Declaration, b: Declaration): boolean =>
  a.key === b.key &&
  a.term === b.term &&
  a.length === b.length &&
  a.newlines === b.newlines &&
  a.soft === b.soft &&
  a.open === b.open &&
  a.spans.length === b.spans.length &&
  a.spans.every((offset, i) => offset === b.spans[i]) &&
  JSON.stringify([a.names, a.errors]) === JSON.stringify([b.names, b.errors]);

/** What is wrong with a document, told by one read from the beginning. */
const flaw = (document: Document): string | null => {
  const fresh = [...Document.parse(document.text, document.terms).declarations];
  const all = [...document.declarations];
  if (all.reduce((sum, { length }) => sum + length, 0) !== document.text.length)
    return "they do not tile the text";
  if (all.length !== fresh.length) return `${all.length} declarations instead of ${fresh.length}`;
  const odd = all.findIndex((declaration, i) => !sameDeclaration(declaration, fresh[i]!));
  if (odd >= 0) return `declaration ${odd} differs`;
  for (const { errors, length, term, spans } of all) {
    if (term !== null && (errors.length > 0 || spans.length !== 4 * term.size)) return "a term beside errors";
    for (const { start, end } of errors)
      if (start < 0 || start >= end || end > length) return "a problem outside";
  }
  return null;
};

test("an edited document is the one that is read from its text", (t) => {
  let [kept, all] = [0, 0];
  let document = Document.parse("", new Terms());
  for (let run = 0; run < RUNS; run++) {
    const random = new Random(SEED + run);
    if (run % SESSION === 0) {
      const terms = new Terms();
      const text = random.once(5) ? noise(random) : randomProgram(SEED + run, terms, 40).text;
      document = Document.parse(text, terms);
    }
    const before = [...document.declarations];
    const text = edited(document.text, random);
    const update = document.update(text);
    const wrong = flaw(update.document);
    if (wrong !== null) {
      return t.fail(`run ${run}: ${wrong}\n${JSON.stringify(document.text)}\n${JSON.stringify(text)}`);
    }
    const spliced = before.toSpliced(update.at, update.removed.length, ...update.inserted);
    const after = [...update.document.declarations];
    t.true(spliced.length === after.length && spliced.every((declaration, i) => declaration === after[i]));
    t.true(update.removed.every((declaration, i) => declaration === before[update.at + i]));
    kept += after.length - update.inserted.length;
    all += after.length;
    document = update.document;
  }
  // The point of it: most declarations are not read again.
  t.true(kept > all / 2, `${kept} of ${all} kept`);
});

test("a string that is closed far behind begins no declaration any more", (t) => {
  // Whether `import` begins one is told by what follows it: a plain string, or one with an expression in it.
  const before = 'import "./a" as a\n 1 import """ \nsystem s = a\n${ x }\n';
  const { document } = Document.parse(before, new Terms()).update(`${before}"""\n`);
  t.is(flaw(document), null);
});

test("what is wrong with a quote that is left open is told by what stands behind it, as that changes", (t) => {
  const before = `"\n"""\ufeff\ufeff\ntype=""""""""""\n$`;
  const { document } = Document.parse(before, new Terms()).update(`${before}$`);
  t.is(flaw(document), null);
});

test("edits told by their places are the edits found by comparing", (t) => {
  let [read, all] = [0, 0];
  for (let run = 0; run < RUNS / 10; run++) {
    const random = new Random(SEED + run);
    const { text } = randomProgram(SEED + run, new Terms(), 20);
    let document = Document.parse(text, new Terms());
    for (let step = 0; step < 5; step++) {
      const start = random.below(document.length + 1);
      const end = Math.min(document.length, start + random.below(30));
      const words = random.once(3)
        ? random.pick(['"""', "{-", "-}", "let ", "\n", "import "])
        : noise(random);
      const { document: after, inserted } = document.edit(start, end, words);
      const wrong = flaw(after);
      if (wrong !== null)
        return t.fail(`run ${run}: ${wrong}\n${JSON.stringify([document.text, start, end, words])}`);
      document = after;
      read += inserted.length;
      all += document.declarations.length;
    }
  }
  t.true(read < all / 2, `${read} of ${all} read again`);
});

test("no text makes the readers fail", (t) => {
  let formatted = 0;
  for (let run = 0; run < RUNS; run++) {
    const random = new Random(SEED + run);
    const text = random.once(2)
      ? noise(random)
      : String.fromCharCode(...random.several(0, 80, () => random.below(random.once(9) ? 65536 : 128)));
    const terms = new Terms();
    t.is(flaw(Document.parse(text, terms)), null, JSON.stringify(text));
    const { term, errors } = parseExpression(text, terms);
    t.is(term === null, errors.length > 0, JSON.stringify(text));
    const once = format(text, terms);
    if (once._tag !== "Formatted") continue;
    formatted++;
    t.deepEqual(format(once.text, terms), once, JSON.stringify(text));
  }
  t.true(formatted > 0, "no text could be formatted");
});
