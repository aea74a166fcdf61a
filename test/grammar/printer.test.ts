import test from "ava";
import { Document } from "../../grammar/document.ts";
import { Lexer } from "../../grammar/lexer.ts";
import { format } from "../../grammar/printer.ts";
import { type Term, Terms } from "../../src/core/term.ts";
import { Random } from "../random.ts";
import { randomProgram } from "./arbitrary.ts";
import { sprinkle } from "./sprinkle.ts";

const RUNS = Number(process.env.FUZZ_RUNS ?? 150);

const termsOf = (text: string, terms: Terms): (Term | null)[] =>
  [...Document.parse(text, terms).declarations].filter(({ key }) => key !== "").map(({ term }) => term);

const commentsOf = (text: string): string[] => {
  const lexer = new Lexer(text);
  while (lexer.next() !== null);
  return lexer.comments.map(({ start, end }) => text.slice(start, end).replaceAll("\r", "")).sort();
};

const formatted = (text: string, terms: Terms): string => {
  const result = format(text, terms);
  if (result._tag === "Broken") throw new Error(`${result.problems[0]!.message}\n${text}`);
  return result.text;
};

test("what is printed is read as the same term", (t) => {
  let printed = 0;
  for (let seed = 0; seed < RUNS; seed++) {
    const terms = new Terms();
    const { text, declarations } = randomProgram(seed, terms);
    const read = termsOf(text, terms);
    printed += declarations.length;
    if (!declarations.every((term, i) => term === read[i]) || read.length !== declarations.length)
      return t.fail(`seed ${seed}:\n${text}`);
  }
  t.true(printed > RUNS, `${printed} declarations`);
});

test("white space and comments are no part of a term, and formatting changes neither terms nor comments", (t) => {
  let comments = 0;
  for (let seed = 0; seed < RUNS; seed++) {
    const terms = new Terms();
    const random = new Random(seed);
    const { text, declarations } = randomProgram(seed, terms, 30);
    const messy = sprinkle(text, random);
    const read = termsOf(messy, terms);
    const neat = formatted(messy, terms);
    const again = termsOf(neat, terms);
    comments += commentsOf(messy).length;
    const same = (other: readonly (Term | null)[]): boolean =>
      other.length === declarations.length && declarations.every((term, i) => term === other[i]);
    if (!same(read)) return t.fail(`seed ${seed} is read as something else:\n${messy}`);
    if (!same(again)) return t.fail(`seed ${seed} is changed:\n${messy}\n=>\n${neat}`);
    t.deepEqual(commentsOf(neat), commentsOf(messy), `seed ${seed}`);
    if (formatted(neat, terms) !== neat)
      return t.fail(`seed ${seed} is not stable:\n${neat}\n=>\n${formatted(neat, terms)}`);
  }
  t.true(comments > RUNS);
});
