import test from "ava";
import { show } from "../../../src/language/show.ts";
import { Program, run } from "../program.ts";

const value = (expression: string, around = ""): string => {
  const { value: result, problems } = run(expression, around);
  return problems.length === 0
    ? show(result)
    : problems.map(({ code, message }) => `${code}: ${message}`).join("\n");
};
const wrong = (expression: string, around = ""): readonly string[] =>
  new Program(`${around}\nlet it_ = ${expression}`).underlined();

test("functions take what is given by place, by name and by default", (t) => {
  const around = "let f(a, b = a * 2, c = a + b) = [a, b, c]";
  t.is(value("f(1)", around), "[1, 2, 3]");
  t.is(value("f(1, 5)", around), "[1, 5, 6]");
  t.is(value("f(1, c = 0)", around), "[1, 2, 0]");
  t.is(value("f(c = 0, a = 1, b = 9)", around), "[1, 9, 0]");
  t.is(value("f(b = 1, 7)", around), "[7, 1, 8]");
});

test("what does not fit a function is an `arity`", (t) => {
  const around = "let f(a, b = 1) = a";
  t.deepEqual(wrong("f()", around), ['arity "f()"']);
  t.deepEqual(wrong("f(1, 2, 3)", around), ['arity "f(1, 2, 3)"']);
  t.deepEqual(wrong("f(1, x = 2)", around), ['arity "2"']);
  t.deepEqual(wrong("f(1, a = 2)", around), ['arity "2"']);
  t.deepEqual(wrong("max()"), ['arity "max()"']);
  t.is(run("f()", around).problems[0]?.message, "`f` takes 1 to 2 arguments, but is given 0: `a` is missing");
  t.is(run("clamp(1, hihg = 3, low = 0)").problems[0]?.message, "`clamp` has no parameter `hihg`");
  t.deepEqual(run("clamp(1, hihg = 3, low = 0)").problems[0]?.hints, [{ message: "did you mean `high`?" }]);
});

test("only functions can be called", (t) => {
  t.deepEqual(wrong("1(2)"), ['type-mismatch "1(2)"']);
  t.is(run("x(2)", "let x = [1]").problems[0]?.message, "a list ([1]) cannot be called");
});

test("functions see the names around them, not around their callers", (t) => {
  t.is(value("let x = 2 in f(10)", "let x = 1\nlet f(y) = x + y"), "11");
  t.is(value("map(fn(f) f(1), [fn(x) x + i for i in [10, 20]])"), "[11, 21]");
  t.is(value("let add(a) = fn(b) a + b in add(1)(2)"), "3");
});

test("a parameter stands once", (t) => {
  t.deepEqual(wrong("fn(a, a) a"), ['duplicate-name "a"']);
});

test("what is wrong in a function is reported there, once", (t) => {
  const program = new Program("let f(a) = a + 1s\nlet x = [f(1), f(2), f(3)]");
  t.deepEqual(program.underlined(), ['type-mismatch "a + 1s"']);
});

test("a function is the same value when nothing that it reads has changed", (t) => {
  const [one, two] = [run("fn(x) x + a", "let a = 1"), run("fn(x) x + a", "let a = 1")];
  t.is(show(one.value), show(two.value));
  t.is(
    value("[f == f, f == g, f == h]", "let f(x) = x + 1\nlet g(x) = x + 1\nlet h(x) = x + 2"),
    "[true, false, false]",
  );
});
