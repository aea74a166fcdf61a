import test from "ava";
import { isLeft } from "fp-ts/lib/Either.js";
import { builtins } from "../../../src/language/builtins/builtins.ts";
import { parseVariables } from "../../../src/language/builtins/dotenv.ts";
import { show } from "../../../src/language/show.ts";
import { text, truth } from "../../../src/language/value.ts";
import { type Options, Program, run } from "../program.ts";

/** The value as shown, or the codes of what is wrong. */
const value = (expression: string, options: Options = {}): string => {
  const { value: result, problems } = run(expression, "", options);
  return problems.length === 0 ? show(result) : problems.map(({ code }) => code).join(" ");
};

const table = (
  t: { is: (a: string, b: string, m: string) => boolean },
  rows: readonly (readonly [string, string])[],
): void => {
  for (const [expression, expected] of rows) t.is(value(expression), expected, expression);
};

test("numbers", (t) => {
  table(t, [
    ["abs(-2.5s)", "2.5s"],
    ["[ceil(1.2), ceil(-1.2), ceil(3)]", "[2, -1, 3]"],
    ["[floor(1.8), floor(-1.2)]", "[1, -2]"],
    ["[round(2.5), round(-2.5), round(2.4)]", "[3, -3, 2]"],
    ["ceil(1s)", "type-mismatch"],
    ["[clamp(5, 1, 3), clamp(0, 1, 3), clamp(2, 1, 3)]", "[3, 1, 2]"],
    ["[clamp(5, 3, 3), clamp(1, 3, 3), clamp(3, 3, 3)]", "[3, 3, 3]"],
    ["clamp(5s, 1s, 1m)", "5s"],
    ["clamp(1, 3, 1)", "type-mismatch"],
    ["clamp(1, 3s, 1)", "type-mismatch"],
    ["[max(1, 3, 2), max(7), max([4, 5]), min(1s, 500ms)]", "[3, 7, 5, 500ms]"],
    ["max()", "arity"],
    ["max([])", "type-mismatch"],
    ["min(1, 1s)", "type-mismatch"],
    ['min(1, "a")', "type-mismatch"],
    ["[mod(7, 3), mod(-7, 3), mod(7, -3), mod(7.5, 2)]", "[1, 2, -2, 1.5]"],
    ["mod(7s, 2s)", "1s"],
    ["mod(1, 0)", "division-by-zero"],
    ["mod(1, 1s)", "type-mismatch"],
    ["range(1, 4)", "[1, 2, 3, 4]"],
    ["range(-1, 1)", "[-1, 0, 1]"],
    ["range(2, 1)", "[]"],
    ["range(1, 2.5)", "type-mismatch"],
    ["range(1, 1000001)", "limit-exceeded"],
    ["[sum([1, 2.5, 3]), sum([]), sum([1s, 500ms])]", "[6.5, 0, 1.5s]"],
    ["sum([1, 1s])", "type-mismatch"],
  ]);
});

test("strings", (t) => {
  table(t, [
    ['[upper("aßc"), lower("ABC"), trim("  a b\\n")]', '["ASSC", "abc", "a b"]'],
    ['split(",", "a,b,,c")', '["a", "b", "", "c"]'],
    ['split("", "aé😀")', '["a", "é", "😀"]'],
    ['join(", ", ["a", 1, true, 2.5s])', '"a, 1, true, 2.5s"'],
    ['join(["a", "b"], "-")', '"a-b"'],
    ['join(",", [])', '""'],
    ['join(",", [[1]])', "type-mismatch"],
    ['join(1, ["a"])', "type-mismatch"],
    ['replace("a", "bb", "banana")', '"bbbnbbnbb"'],
    ['replace("", "x", "a")', "type-mismatch"],
    ['[toString(1.5), toString(true), toString("x"), toString(90s)]', '["1.5", "true", "x", "90s"]'],
    ["toString([1])", "type-mismatch"],
    ["upper(1)", "type-mismatch"],
  ]);
});

test("lists and records", (t) => {
  table(t, [
    ['[length([1, 2]), length("aé😀"), length({ a = 1 }), length([])]', "[2, 3, 1, 0]"],
    ["length(1)", "type-mismatch"],
    ["map(fn(x) x * 2, [1, 2])", "[2, 4]"],
    ["map(abs, [-1, 2])", "[1, 2]"],
    ["map(list = [1], function = fn(x) [x])", "[[1]]"],
    ["map(1, [1])", "type-mismatch"],
    ["map(fn(x) x, 1)", "type-mismatch"],
    ["map(fn(x, y) x, [1, 2, 3])", "arity"],
    ["filter(fn(x) x > 1, [1, 2, 3])", "[2, 3]"],
    ["filter(fn(x) x, [1])", "type-mismatch"],
    ["fold(fn(a, b) a - b, 10, [1, 2])", "7"],
    ["fold(max, 0, [3, 9, 4])", "9"],
    ["concat([1], [], [2, 3])", "[1, 2, 3]"],
    ["concat([1])", "[1]"],
    ["concat([1], 2)", "type-mismatch"],
    ["keys({ b = 1, a = 2 })", '["a", "b"]'],
    ["values({ b = 1, a = 2 })", "[2, 1]"],
    ["keys([1])", "type-mismatch"],
    ["[contains([1, [2]], [2]), contains([1], 2)]", "[true, false]"],
    ['[contains("abc", "bc"), contains({ a = 1 }, "a"), contains({ a = 1 }, "b")]', "[true, true, false]"],
    ["contains(1, 1)", "type-mismatch"],
    ["[sort([3, 1, 2]), sort([]), sort([1s, 1ms])]", "[[1, 2, 3], [], [1ms, 1s]]"],
    ['sort(["b", "a", "B"])', '["B", "a", "b"]'],
    ['sort([1, "a"])', "type-mismatch"],
    ["sort([1, 1s])", "type-mismatch"],
    ["sort([[1], [2]])", "type-mismatch"],
    ["sort([true])", "type-mismatch"],
    ["reverse(range(1, 3))", "[3, 2, 1]"],
    ['zip([1, 2, 3], ["a", "b"])', '[[1, "a"], [2, "b"]]'],
  ]);
});

test("inputs are live cells with a default", (t) => {
  t.is(value('input("region", "local")'), '"local"');
  t.is(value('input("region", "local")', { inputs: { region: text("eu") } }), '"eu"');
  t.is(value('input(default = false, name = "on")', { inputs: { on: truth(true) } }), "true");
  const computed = `input("a\${1}", 1)`;
  t.is(value(computed), "type-mismatch");
  t.is(value('let n = "a" in input(n, 1)'), "type-mismatch");
  t.is(value('map(fn(n) input(n, 1), ["a"])'), "type-mismatch");
  t.is(value('input("a", fn(x) x)'), "type-mismatch");
  t.is(value('input("a")'), "arity");
});

test("the machine that the system runs on can be asked", (t) => {
  const options: Options = { observed: { cpus: 4, memory: 1.5 * 2 ** 30 } };
  t.is(value("[host.cpus, host.memory]", options), "[4, 1.5GiB]");
  t.is(value("host.cpu"), "unknown-field");
  t.is(value("let host = { cpus = 9 } in host.cpus", options), "9");
});

test("a definition hides what is built in", (t) => {
  t.is(show(new Program("let length(x) = 7\nlet it = length([])").outcome("it").value), "7");
  t.is(show(new Program("let host = 3\nlet it = host").outcome("it").value), "3");
});

test("every built-in function says what it does, and refuses wrong numbers of arguments", (t) => {
  t.true(builtins.size >= 30);
  for (const [name, { doc, parameters }] of builtins) {
    t.regex(doc, /^[a-z(].{10,}[^.]$/, name);
    t.true(parameters.length > 0);
    t.deepEqual(
      run(`${name}()`).problems.map(({ code }) => code),
      ["arity"],
      name,
    );
  }
});

test("variables of a text", (t) => {
  const parsed = (content: string): unknown => {
    const result = parseVariables(content);
    return isLeft(result) ? Object.values(result.left) : Object.fromEntries(result.right);
  };
  for (const [content, expected] of [
    ["", {}],
    ["\n  # only a comment\n\n", {}],
    ["A=1", { A: "1" }],
    ["B=2\r\nA=1\r\n", { A: "1", B: "2" }],
    ["\ufeffA=1", { A: "1" }],
    ["export A = 1 \n\texport  B=2", { A: "1", B: "2" }],
    ["A=", { A: "" }],
    ["A= # nothing\nB=2", { A: "", B: "2" }],
    ["A=a#b # c", { A: "a#b" }],
    ["A=a b = c", { A: "a b = c" }],
    ["A=1\nA=2", { A: "2" }],
    ["A='a # $B \\n' # c", { A: "a # $B \\n" }],
    ['A="a # \\"b\\" \\n$C"', { A: 'a # "b" \n$C' }],
    ['A="one\ntwo"\nB=2', { A: "one\ntwo", B: "2" }],
    ["A", [1, '"A" is no `NAME=value`']],
    ["A=1\n\n2=3", [3, '"2" is no `NAME=value`']],
    ["A-B=3", [1, '"A-B" is no `NAME=value`']],
    ["A=1\nB='2", [2, "the quote of B is never closed"]],
    ['A="2\\"', [1, "the quote of A is never closed"]],
    ["A='1' 2", [1, "something stands behind the quote of A"]],
  ] as const)
    t.deepEqual(parsed(content), expected, JSON.stringify(content));
  const large = { A: '"'.repeat(300_000), B: " ".repeat(300_000) };
  t.deepEqual(parsed(`A="${'\\"'.repeat(300_000)}"\nB='${large.B}'${large.B}`), large);
  table(t, [
    ['dotenv("B=1\\nA=2")', '{ A = "2", B = "1" }'],
    ['dotenv("A")', "type-mismatch"],
    ["dotenv(7)", "type-mismatch"],
    ["dotenv()", "arity"],
    ['dotenv("A=${secret("x")}")', "secret-leak"],
  ]);
});
