import test from "ava";
import { Document } from "../../grammar/document.ts";
import { Lexer } from "../../grammar/lexer.ts";
import { levels } from "../../grammar/parser/operators.ts";
import { Parser } from "../../grammar/parser.ts";
import * as T from "../../grammar/tokens.ts";
import { keywords, punctuation, type Token } from "../../grammar/tokens.ts";
import { unitNames } from "../../src/core/syntax/expressions.ts";
import { Terms } from "../../src/core/term.ts";
import { Random } from "../random.ts";
import { randomProgram } from "./arbitrary.ts";
import { derive, derives, type Ebnf, isProduction, readGrammar, shortest } from "./ebnf.ts";

const RUNS = Number(process.env.FUZZ_RUNS ?? 300);
const grammar = readGrammar();
const lengths = shortest(grammar);

const symbolsOf = (part: Ebnf): string[] => {
  switch (part._tag) {
    case "Symbol":
      return [part.quoted ? `"${part.name}"` : part.name];
    case "Sequence":
    case "Choice":
      return part.parts.flatMap(symbolsOf);
    case "Optional":
    case "Repeated":
      return symbolsOf(part.part);
  }
};
const alternatives = (production: string): string[] =>
  symbolsOf(grammar.get(production)!).map((name) => name.slice(1, -1));

test("the parser's rules and the grammar's productions have the same names, and Chevrotain finds no ambiguity", (t) => {
  const rules = Object.keys(new Parser({ validate: true }).getGAstProductions());
  t.deepEqual(rules.sort(), [...grammar.keys()].filter(isProduction).sort());
});

test("the grammar names each word and sign of the lexer, and each production and token that it uses is defined", (t) => {
  const used = [...grammar].flatMap(([name, part]) => (isProduction(name) ? symbolsOf(part) : []));
  for (const name of used) if (!name.startsWith('"')) t.true(grammar.has(name), name);
  const quoted = new Set([...used, ...symbolsOf(grammar.get("OPERATOR")!)]);
  for (const image of [...keywords.keys(), ...punctuation.keys()]) t.true(quoted.has(`"${image}"`), image);
  t.deepEqual(new Set(alternatives("UNIT")), new Set(unitNames));
  t.deepEqual(new Set(alternatives("OPERATOR")), new Set(levels.flat()));
});

const samples: Record<string, readonly string[]> = {
  NAME: ["a", "b", "Store", "self", "_", "x1", "every", "on", "for", "name", "instances"],
  NUMBER: ["0", "1_000", "2.5", "30s", "1MiB", "50%"],
  TEXT: ['"a"', '""', '"\\n\\u{e4}"', '"""\na "quoted" $\n"""'],
  OPERATOR: levels.flat(),
  SHA256: ["sha256:0aF9"],
};

const written = (symbols: readonly { name: string; quoted: boolean }[], random: Random): string => {
  let text = "";
  let strings = 0;
  for (const { name, quoted } of symbols) {
    if (name === "TEXT_START") text += '"a${';
    else if (name === "TEXT_MIDDLE") text += "}b${";
    else if (name === "TEXT_END") text += '}"';
    else if (quoted) text += name;
    else {
      // A string of one line has none of several in it.
      const choices =
        strings > 0 ? samples[name]!.filter((sample) => !sample.includes("\n")) : samples[name]!;
      text += random.pick(choices);
    }
    if (name === "TEXT_START") strings++;
    if (name === "TEXT_END") strings--;
    text += strings === 0 && random.once(5) ? "\n  " : " ";
  }
  return text;
};

test("what the grammar derives, the parser reads", (t) => {
  const used = new Set<string>();
  for (let seed = 0; seed < RUNS; seed++) {
    const random = new Random(seed);
    const text = written(derive(grammar, lengths, "program", random, 10 + random.below(80), used), random);
    for (const { errors } of Document.parse(text, new Terms()).declarations) {
      if (errors.length > 0) return t.fail(`seed ${seed}: ${errors[0]!.message}\n${text}`);
    }
  }
  t.deepEqual([...used].sort(), [...grammar.keys()].filter(isProduction).sort());
});

const tokensOf = (text: string): Token[] => {
  const lexer = new Lexer(text);
  const tokens: Token[] = [];
  for (let token = lexer.next(); token !== null; token = lexer.next()) tokens.push(token);
  return tokens;
};

const classOf = (token: Token): string => {
  switch (token.tokenType) {
    case T.NumberLiteral:
      return "NUMBER";
    case T.Text:
      return "TEXT";
    case T.TextStart:
      return "TEXT_START";
    case T.TextMiddle:
      return "TEXT_MIDDLE";
    case T.TextEnd:
      return "TEXT_END";
    case T.Sha256:
      return "SHA256";
    default:
      return T.isName(token) ? "NAME" : T.isOperator(token) ? "OPERATOR" : "";
  }
};

const inGrammar = (text: string): boolean => {
  const tokens = tokensOf(text);
  const classes = tokens.map(classOf);
  return derives(grammar, "program", tokens.length, ({ name, quoted }, at) =>
    quoted ? tokens[at]!.image === name : classes[at] === name,
  );
};

test("what the parser reads, the grammar derives", (t) => {
  for (let seed = 0; seed < RUNS / 3; seed++) {
    const { text } = randomProgram(seed, new Terms(), 12);
    if (!inGrammar(text)) return t.fail(`seed ${seed}:\n${text}`);
  }
  t.false(inGrammar("let a = 1 +"));
  t.false(inGrammar('automaton x { name "y" }'));
});

test("a token more or less is an error in the grammar iff it is one in the parser", (t) => {
  let [good, bad] = [0, 0];
  for (let seed = 0; seed < RUNS; seed++) {
    const random = new Random(seed);
    const tokens = tokensOf(randomProgram(seed, new Terms(), 5).text).filter(
      ({ tokenType }) => !isPiece(tokenType),
    );
    if (tokens.length === 0) continue;
    const at = random.below(tokens.length);
    const images = tokens.map(({ image }) => image);
    if (random.once(2)) images.splice(at, 1);
    else images.splice(at, 0, random.pick(images));
    const text = images.join(" ");
    const declarations = [...Document.parse(text, new Terms()).declarations];
    const reads = declarations.every(({ errors }) => errors.length === 0);
    if (reads !== inGrammar(text)) return t.fail(`seed ${seed}, read: ${reads}\n${text}`);
    if (reads) good++;
    else bad++;
  }
  t.true(good > RUNS / 150 && bad > RUNS / 60, `${good} good, ${bad} bad`);
});

const isPiece = (type: Token["tokenType"]): boolean =>
  type === T.TextStart || type === T.TextMiddle || type === T.TextEnd;
