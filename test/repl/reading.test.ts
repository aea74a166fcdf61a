import test from "ava";
import { reading, unfinished } from "../../src/repl/reading.ts";

for (const [text, tag] of [
  ["", "Nothing"],
  ["  -- only a comment", "Nothing"],
  [":type x", "Command"],
  ["  :q", "Command"],
  ["1 + 2", "Expression"],
  ["let x = 4 in x * x", "Expression"],
  ["let x = 4 in", "Expression"],
  ["let x = 4", "Declarations"],
  ["let f(a) = a", "Declarations"],
  ["let x =", "Declarations"],
  ["let x = 1\nlet y = 2", "Declarations"],
  ['automaton "x" { }', "Expression"],
  ["automaton x { }", "Declarations"],
  ["protocol P = end", "Declarations"],
  ['import "./a.arch" as a', "Declarations"],
  ["system s = []", "Declarations"],
  ["a => b", "Expression"],
  ["{ a = 1 }", "Expression"],
] as const) {
  test(`${JSON.stringify(text)} is ${tag}`, (t) => {
    t.is(reading(text)._tag, tag);
  });
}

test("a command is taken apart", (t) => {
  t.deepEqual(reading(":set region = eu \n"), { _tag: "Command", name: "set", rest: "region = eu" });
  t.deepEqual(reading(":"), { _tag: "Command", name: "", rest: "" });
});

for (const text of [
  "1 +",
  "(1",
  "[1,",
  "{ a =",
  "f(1",
  "if true",
  "if true then 1",
  "fn(x)",
  "let x = 4 in",
  "let x =",
  "a =>",
  "a.",
  '"""several',
  "{- a comment",
  "automaton x {",
  "automaton x",
  "automaton x {\n  provides p: P on",
  "protocol P =",
  "protocol P = &{ get: ?Int",
  "let a = 1\nlet b = [",
  `"a \${b}" +`,
  "import",
  "x with {",
]) {
  test(`${JSON.stringify(text)} is not finished`, (t) => {
    t.true(unfinished(text));
  });
}

for (const text of [
  "",
  "-- a comment",
  "1",
  "1 + + 2",
  ")",
  '"never closed',
  "let x = 4",
  "let x = 4 in x",
  "automaton x { provides }",
  "protocol P = ?Int",
  "1 2",
  "let a = 1\nlet b = 2",
  ":set (",
  "let 5 = (",
] as const) {
  test(`${JSON.stringify(text)} can be taken as it stands`, (t) => {
    t.false(unfinished(text));
  });
}
