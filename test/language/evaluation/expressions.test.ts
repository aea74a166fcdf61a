// biome-ignore-all lint/suspicious/noTemplateCurlyInString: they are of the language
import { existsSync, readFileSync } from "node:fs";
import test from "ava";
import { toJson } from "../../../src/language/json.ts";
import { show } from "../../../src/language/show.ts";
import { Program, run } from "../program.ts";

const value = (expression: string, around = ""): string => {
  const { value: result, problems } = run(expression, around);
  return problems.length === 0
    ? show(result)
    : problems.map(({ code, message }) => `${code}: ${message}`).join("\n");
};

/** What is wrong and what is underlined; the expression stands in `let it_`. */
const wrong = (expression: string, around = ""): readonly string[] =>
  new Program(`${around}\nlet it_ = ${expression}`).underlined();

const conformance = new URL("../../../../../shared/conformance/values.json", import.meta.url);
const shared = existsSync(conformance) ? test : test.skip;

shared("conformance: values (skipped where ../shared is not there)", (t) => {
  const cases: { expression: string; json: unknown }[] = JSON.parse(readFileSync(conformance, "utf8"));
  t.true(cases.length >= 10);
  for (const { expression, json } of cases) t.deepEqual(toJson(run(expression).value), json, expression);
});

test("numbers are exact, and have dimensions", (t) => {
  t.is(value("0.1 + 0.2 == 0.3"), "true");
  t.is(value("1 / 3 * 3 == 1"), "true");
  t.is(value("500ms + 2s"), "2.5s");
  t.is(value("2 * 3GiB / 4"), "1.5GiB");
  t.is(value("1h / 1s"), "3600");
  t.is(value("10Mbps * 50%"), "5Mbps");
  t.is(value("9007199254740993 + 1"), "9007199254740994");
  t.is(value("-2 - -3"), "1");
  t.is(value("-1s < 0s"), "true");
  t.is(value("10 - 2 - 3"), "5");
  t.is(value("2 + 3 * 4 - 6 / 2"), "11");
});

test("operators say which operand they cannot take", (t) => {
  t.deepEqual(wrong("1s + 1MiB"), ['type-mismatch "1s + 1MiB"']);
  t.deepEqual(wrong("1s + 2s + 1MiB"), ['type-mismatch "1MiB"']);
  t.deepEqual(wrong('1 + "a"'), ['type-mismatch "\\"a\\""']);
  t.deepEqual(wrong('"a" + 1'), ['type-mismatch "\\"a\\""']);
  t.deepEqual(wrong("1s * 1s"), ['type-mismatch "1s * 1s"']);
  t.deepEqual(wrong("1 / 1s"), ['type-mismatch "1 / 1s"']);
  t.deepEqual(wrong("1 / 0.0"), ['division-by-zero "1 / 0.0"']);
  t.deepEqual(wrong("-true"), ['type-mismatch "true"']);
  t.deepEqual(wrong("!1"), ['type-mismatch "1"']);
  t.deepEqual(wrong("1 < 2 < 3"), ['type-mismatch "3"']);
  t.deepEqual(wrong('1 < "a"'), ['type-mismatch "1 < \\"a\\""']);
  t.deepEqual(wrong("1 && true"), ['type-mismatch "1"']);
  t.deepEqual(wrong("true && 1"), ['type-mismatch "1"']);
});

test("a message says what was found and how to write it", (t) => {
  const [problem] = run('"a" + "b"').problems;
  t.is(problem?.message, '`+` adds numbers, not a string ("a")');
  t.deepEqual(problem?.hints, [{ message: 'to put strings together, write `"${a}${b}"`' }]);
  t.is(
    run("1s + 1MiB").problems[0]?.message,
    "`+` takes two numbers of one dimension, not a duration (1s) and a size (1MiB)",
  );
});

test("the logical operators and `if` evaluate what they need", (t) => {
  t.is(value("false && 1 / 0 == 1"), "false");
  t.is(value("true || 1 / 0 == 1"), "true");
  t.is(value("true && false || true"), "true");
  t.is(value("if 1 < 2 then 3 else 1 / 0"), "3");
  t.is(value("if false then 1 / 0 else 3"), "3");
  t.deepEqual(wrong("if 1 then 2 else 3"), ['type-mismatch "1"']);
});

test("a name that means nothing is found in what is not evaluated too", (t) => {
  t.deepEqual(wrong("if true then 1 else nope"), ['unknown-name "nope"']);
  t.deepEqual(wrong("false && nope"), ['unknown-name "nope"']);
  t.deepEqual(wrong("[ nope for x in [] ]"), ['unknown-name "nope"']);
  t.deepEqual(wrong("fn(a) a + nope"), ['unknown-name "nope"']);
  t.deepEqual(wrong("let f() = nope in 1"), ['unknown-name "nope"']);
  t.deepEqual(wrong("nope + nope"), ['unknown-name "nope"', 'unknown-name "nope"']);
});

test("a slip is met with the name that was meant", (t) => {
  const [problem] = run("catalog", "let catalogue = 1").problems;
  t.is(problem?.message, "nothing is called `catalog` here");
  t.deepEqual(problem?.hints, [{ message: "did you mean `catalogue`?", fix: "catalogue" }]);
  t.deepEqual(run("lenght([])").problems[0]?.hints[0]?.fix, "length");
});

test("what failed is reported once, and what is made of it not at all", (t) => {
  t.deepEqual(
    wrong('[broken, broken + 1, "${broken}", broken(1), broken.x, broken[0], -broken]', "let broken = nope"),
    ['unknown-name "nope"'],
  );
  t.deepEqual(wrong("if broken then 1 else 2", "let broken = nope"), ['unknown-name "nope"']);
  t.is(value("length([nope, 2])"), "unknown-name: nothing is called `nope` here");
});

test("strings hold strings, numbers and truth values", (t) => {
  t.is(value('"${1 + 1} ${true} ${"x"} ${2.5s}"'), '"2 true x 2.5s"');
  t.is(value('"tab\\t \\"quoted\\" \\u{1F600} \\$"'), '"tab\\t \\"quoted\\" 😀 $"');
  t.deepEqual(wrong('"a ${[1]} b"'), ['type-mismatch "[1]"']);
});

test("comparison and equality", (t) => {
  t.is(value('"a" < "b"'), "true");
  t.is(value('"\\u{FFFD}" < "\\u{1F600}"'), "true");
  t.is(value("[1, [2]] == [1, [2]]"), "true");
  t.is(value("{ a = 1, b = 2 } == { b = 2, a = 1 }"), "true");
  t.is(value("1 == 1s"), "false");
  t.is(value('1 != "1"'), "true");
  t.is(value("fn(x) x == 1"), "fn(x)");
  t.is(value("f == g", "let f = fn(x) x + a\nlet g = fn(x) x + a\nlet a = 1"), "true");
  t.is(value("map == map && map != filter"), "true");
});

test("`let … in` and shadowing", (t) => {
  t.is(value("let x = 4 in x * x"), "16");
  t.is(value("let x = 1 in let x = x + 1 in x"), "2");
  t.is(value("let f(a, b = a) = a + b in f(1) + f(1, b = 10)"), "13");
  t.is(value("let length = 3 in length"), "3");
  t.is(value("length", "let length = 7"), "7");
  t.is(value("let f(x) = x in f(f)(2)"), "2");
});
