import test from "ava";
import { architect, complaints, folder } from "../binary.ts";
import { shop, wrong } from "./programs.ts";

const memory = ["--base", "memory"];

test("in memory nothing exists, so everything is to create", async (t) => {
  const cwd = folder(t, { "shop.arch": shop });
  const { code, out, err } = await architect(["plan", "shop.arch", ...memory], { cwd });
  t.deepEqual([code, err], [0, ""]);
  t.regex(out, /^shop: 9 to create\n\n\+ hub {2}shop\.hub\n\n\+ front is new\n {4}\+ instance 0 +10\./);
  t.regex(out, /\n {4}\+ wire kv +=> store\.kv\n/);
  t.regex(out, /\n {4}\+ host tcp 18080 +to front\.web\n/);
});

test("the JSON form counts, lists and tells what each pass did", async (t) => {
  const cwd = folder(t, { "shop.arch": shop });
  const { out } = await architect(["plan", "shop.arch", "--json", ...memory], { cwd });
  const { summary, operations, stats } = JSON.parse(out) as {
    summary: unknown;
    operations: { op: string; kind: string; id: string; automaton: string | null }[];
    stats: { passes: Record<string, { folded: number; reused: number }> };
  };
  t.deepEqual(summary, { create: 9, update: 0, delete: 0 });
  t.is(operations.length, 9);
  t.like(operations[0], { op: "create", kind: "hub", id: "hub", automaton: null });
  t.deepEqual(
    operations.map(({ op }) => op),
    new Array(9).fill("create"),
  );
  t.true(Object.keys(stats.passes).length > 0);
  for (const { folded, reused } of Object.values(stats.passes)) t.true(folded >= 0 && reused >= 0);
  t.true(Object.values(stats.passes).some(({ folded }) => folded > 0));
});

test("--detailed-exitcode tells changes by 2", async (t) => {
  const cwd = folder(t, { "shop.arch": shop, "none.arch": "system s = []\n" });
  t.is((await architect(["plan", "shop.arch", "--detailed-exitcode", ...memory], { cwd })).code, 2);
  const none = await architect(["plan", "none.arch", "--detailed-exitcode", ...memory], { cwd });
  t.deepEqual([none.code, none.out], [0, "s: no changes\n"]);
});

test("a program with errors, or without a system, has no plan", async (t) => {
  const cwd = folder(t, { "wrong.arch": wrong, "lib.arch": "let x = 1\n" });
  const errors = await architect(["plan", "wrong.arch", ...memory], { cwd });
  t.deepEqual([errors.code, errors.out], [1, ""]);
  t.regex((await architect(["plan", "lib.arch", ...memory], { cwd })).err, /error\[no-system\]/);
});

test("of several systems it says which one it is about, unless one was chosen", async (t) => {
  const cwd = folder(t, { "two.arch": "automaton a {}\nsystem one = [a]\nsystem two = []\n" });
  const first = await architect(["plan", "two.arch", ...memory], { cwd });
  t.regex(first.out, /^one: 2 to create\n/);
  t.is(complaints(first), "note: this is one; --system chooses two\n");
  const chosen = await architect(["plan", "two.arch", "--system", "two", ...memory], { cwd });
  t.deepEqual([chosen.out, complaints(chosen)], ["two: no changes\n", ""]);
  const slip = await architect(["plan", "two.arch", "--system", "tow", ...memory], { cwd });
  t.is(slip.code, 1);
  t.regex(slip.err, /this file has no system tow[\s\S]*did you mean two\?/);
});

const counted = `
let a = input("a", 1)
automaton x { runs exec ["true"] instances if a < input("b", 2) then a else 0 - 1 }
system s = x
`;

for (const command of ["check", "plan", "apply", "run", "graph"])
  test(`an input with which the program is wrong is an error: ${command}`, async (t) => {
    const cwd = folder(t, { "main.arch": counted });
    const base = ["apply", "run"].includes(command) ? ["--base", "memory"] : [];
    const { code, out, err } = await architect([command, "main.arch", "-i", "a=5", ...base], { cwd });
    t.deepEqual([code, out], [1, ""]);
    t.regex(err, /^main\.arch:3:\d+: error\[type-mismatch\]: `instances` takes a whole number/);
  });

test("inputs that are right only together are right in any order", async (t) => {
  const cwd = folder(t, { "main.arch": counted });
  const env = { ARCHITECT_RUNTIME_DIR: `${cwd}/run` };
  for (const inputs of [
    ["a=5", "b=9"],
    ["b=9", "a=5"],
  ]) {
    const words = inputs.flatMap((one) => ["-i", one]);
    const ran = await architect(["plan", "main.arch", "--base", "memory", ...words, "--json"], { cwd, env });
    t.is(ran.code, 0, ran.err);
    t.is((JSON.parse(ran.out) as { summary: { create: number } }).summary.create, 11, "five instances");
  }
});
