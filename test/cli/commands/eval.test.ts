import test from "ava";
import { architect, folder } from "../binary.ts";
import { shop, wrong } from "./programs.ts";

const evaluated = async (expression: string, ...more: readonly string[]): Promise<string> => {
  const { code, out, err } = await architect(["eval", ...more, "-e", expression]);
  return code === 0 ? out : `${code}: ${err}`;
};

test("values are printed as one would write them", async (t) => {
  t.is(await evaluated("500ms + 2s"), "2.5s\n");
  t.is(await evaluated('{ a = [1, "x"] }'), '{ a = [1, "x"] }\n');
  t.is(await evaluated("0.1 + 0.2"), "0.3\n");
});

test("and as JSON", async (t) => {
  t.is(await evaluated('[ "a${i}" for i in range(1, 3) ]', "--json"), '["a1","a2","a3"]\n');
  t.is(await evaluated("2.5s", "--json"), '"2.5s"\n');
  const numbers = "[0.1, -0, 1.50, 9007199254740993, 1000000000000000000000, 0.0000001]";
  t.is(await evaluated(numbers, "--json"), "[0.1,0,1.5,9007199254740993,1000000000000000000000,0.0000001]\n");
});

test("an expression may use the names and inputs of a program", async (t) => {
  const cwd = folder(t, { "shop.arch": shop });
  const { out } = await architect(["eval", "shop.arch", "-e", '"in ${region}"', "-i", "region=us"], { cwd });
  t.is(out, '"in us"\n');
});

test("what is wrong with the expression is shown in it", async (t) => {
  const { code, out, err } = await architect(["eval", "-e", "1 + nope"]);
  t.deepEqual([code, out], [1, ""]);
  t.regex(err, /^<expression>:1:5: error\[unknown-name\]: .*\n {2}\|\n1 \| 1 \+ nope\n {2}\| {5}\^{4}\n/);
  const unfinished = await architect(["eval", "-e", "(1 +"]);
  t.is(unfinished.code, 1);
  t.regex(unfinished.err, /^<expression>:1:\d+: error\[syntax\]/);
});

test("a program with errors has no values", async (t) => {
  const cwd = folder(t, { "wrong.arch": wrong });
  const { code, out, err } = await architect(["eval", "wrong.arch", "-e", "1"], { cwd });
  t.deepEqual([code, out], [1, ""]);
  t.true(err.startsWith("wrong.arch:1:9: error"));
});

test("without an expression it is bad usage", async (t) => {
  const { code, err } = await architect(["eval"]);
  t.is(code, 64);
  t.true(err.startsWith("error: --expression is missing\n"), err);
});
