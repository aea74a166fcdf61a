import test from "ava";
import { type Term, Terms } from "../../../src/core/term.ts";
import { equal } from "../../../src/language/equality.ts";
import { elements, toArray } from "../../../src/language/rope.ts";
import { show } from "../../../src/language/show.ts";
import type { ListValue, Value } from "../../../src/language/value.ts";
import type { Remembered } from "../../../src/language/world.ts";
import { Program, run } from "../program.ts";

const value = (expression: string, around = ""): string => {
  const { value: result, problems } = run(expression, around);
  return problems.length === 0
    ? show(result)
    : problems.map(({ code, message }) => `${code}: ${message}`).join("\n");
};
const wrong = (expression: string, around = ""): readonly string[] =>
  new Program(`${around}\nlet it_ = ${expression}`).underlined();

const isList = (of: Value): of is ListValue => of._tag === "List";

test("lists, spreads and indices", (t) => {
  t.is(value("[1, ...[2, 3], ...[], 4]"), "[1, 2, 3, 4]");
  t.is(value("[]"), "[]");
  t.is(value("[10, 20, 30][2]"), "30");
  t.is(value("range(1, 1000)[998]"), "999");
  t.deepEqual(wrong("[1, ...2]"), ['type-mismatch "2"']);
  t.deepEqual(wrong("[1][1]"), ['unknown-field "1"']);
  t.deepEqual(wrong("[1][-1]"), ['unknown-field "-1"']);
  t.deepEqual(wrong("[1][0.5]"), ['type-mismatch "0.5"']);
  t.deepEqual(wrong('[1]["a"]'), ['type-mismatch "\\"a\\""']);
  t.deepEqual(wrong("1[0]"), ['type-mismatch "1"']);
  t.is(run("[1, 2][7]").problems[0]?.message, "the list has no element 7; its indices are 0 to 1");
});

test("a comprehension loops from left to right", (t) => {
  t.is(value("[ [a, b] for a in [1, 2] for b in range(1, a) if a + b > 2 ]"), "[[2, 1], [2, 2]]");
  t.is(value("[ x for x in [1, 2, 3] if x != 2 if x != 3 ]"), "[1]");
  t.is(value("[ x for x in [] ]"), "[]");
  t.deepEqual(wrong("[ x for x in 3 ]"), ['type-mismatch "3"']);
  t.deepEqual(wrong("[ x for x in [1, 2] if x ]"), ['type-mismatch "x"']);
});

test("a failed element leaves the others", (t) => {
  t.is(show(run("[1, nope][0]").value), "1");
  t.is(run("[1, ...nope]").value._tag, "Poison");
});

const names = (count: number): string[] => Array.from({ length: count }, (_, i) => `a${i}`);
const definitions = (count: number): string =>
  names(count)
    .map((name, i) => `let ${name} = ${i}`)
    .join("\n");

test("a long list is remembered chunk by chunk, and one change costs its path", (t) => {
  const count = 3_000;
  const terms = new Terms();
  const remembered = new Map<Term, Map<string | null, Remembered>>();
  const list = (changed: readonly string[]): string =>
    `${definitions(count)}\nlet extra = -1\nlet all = [${changed.join(", ")}]`;
  const before = new Program(list(names(count)), {}, terms, remembered);
  const old = before.outcome("all").value;
  t.true(isList(old) && old.length === count);
  t.true(before.computed.length > count / 32);
  const middle = names(count).toSpliced(count / 2, 0, "extra");
  const after = new Program(list(middle), {}, terms, remembered);
  const now = after.outcome("all").value;
  t.true(after.computed.length <= 8, `${after.computed.length} chunks were computed`);
  t.true(after.read.size < 200, `${after.read.size} names were read`);
  t.true(isList(now) && isList(old));
  if (!isList(now) || !isList(old)) return;
  t.is(show(toArray(now)[count / 2]!), "-1");
  t.is(now.length, count + 1);
  t.true(nodes(now).filter((node) => !nodes(old).includes(node)).length <= 8);
});

const nodes = (list: ListValue): ListValue[] =>
  list.level === 0 ? [list] : [list, ...list.children.flatMap((child) => nodes(child as ListValue))];

test("a list in chunks is the list that it would be without", (t) => {
  const items = Array.from({ length: 500 }, (_, i) =>
    i % 7 === 0 ? `...[${i}, [${i}]]` : i % 5 === 0 ? `f(${i})` : `${i}`,
  );
  const parts = [...batches(items, 20)].map((batch) => `[${batch.join(", ")}]`);
  const program = new Program(
    `let f(x) = { x = x }\nlet flat = concat(${parts.join(", ")})\nlet long = [${items.join(", ")}]`,
  );
  const [one, other] = [program.outcome("flat"), program.outcome("long")];
  t.deepEqual([...one.problems, ...other.problems], []);
  t.true(program.computed.length > 5);
  t.is(equal(one.value, other.value), true);
});

function* batches<T>(items: readonly T[], size: number): Generator<T[]> {
  for (let i = 0; i < items.length; i += size) yield items.slice(i, i + size);
}

test("a chunk where a local name is in scope is evaluated in place", (t) => {
  const items = Array.from({ length: 200 }, (_, i) => `x + ${i}`).join(", ");
  const program = new Program(
    `let all = [ length([${items}]) for x in [1, 2] ]\nlet f(x) = [${items}]\nlet g = f(1)[199]`,
  );
  t.is(show(program.outcome("all").value), "[200, 200]");
  t.is(show(program.outcome("g").value), "200");
  t.is(program.computed.length, 0);
});

test("what is wrong in a chunk is placed relative to the chunk", (t) => {
  const items = names(200).toSpliced(150, 1, "nope");
  const program = new Program(`${definitions(200)}\nlet all = [${items.join(", ")}]`);
  const { value: list, problems } = program.outcome("all");
  t.is(problems.length, 1);
  const { site } = problems[0]!;
  t.not(site.within, undefined);
  t.true(isList(list) && [...elements(list)].filter(({ _tag }) => _tag === "Poison").length === 1);
  t.is(program.textAt(site), "nope");
});
