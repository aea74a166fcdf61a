import test from "ava";
import { architect, folder } from "../binary.ts";
import { shop } from "./programs.ts";

test("an automaton of a program that does not run", async (t) => {
  const cwd = folder(t, { "shop.arch": shop });
  const { code, out, err } = await architect(["explain", "front", "--file", "shop.arch"], { cwd });
  t.deepEqual([code, err], [0, ""]);
  t.regex(out, /^front is written in \d places\n {2}shop\.arch:5:11 +its declaration\n/);
  t.regex(out, /\ninstances {2}it is new\n {2}count +2\n/);
  t.regex(out, /\npolicy .*\n(?:.*\n)*? {2}from its wiring, the addresses of store, /);
});

test("what each pass says is told in words", async (t) => {
  const cwd = folder(t, { "shop.arch": shop });
  const { out } = await architect(["explain", "front", "--file", "shop.arch"], { cwd });
  t.regex(
    out,
    /\nwiring .*\n {2}wire kv +=> store\.kv, tcp 6379\n {2}service front\.web +tcp 8080 of front\n/,
  );
  t.regex(out, /\n {2}settle {2}30s\n/);
  t.regex(out, /\naddresses .*\n {2}instance 0 +10\.[\d.]+ fc[\da-f:]+\n {2}instance 1 /);
  t.regex(
    out,
    /\npolicy .*\n {2}kv reaches +10\.[\d.]+ fd[\da-f:]+\n {2}front\.web asks +front\.0 at 8080, front\.1 at 8080\n/,
  );
  t.regex(out, /\nresources .*\n {2}instance 0 /);
  t.notRegex(out, /[{}"]/);
});

test("as JSON: passes with attributes, sources and causes", async (t) => {
  const cwd = folder(t, { "shop.arch": shop });
  const { out } = await architect(["explain", "front", "--file", "shop.arch", "--json"], { cwd });
  const { automaton, passes } = JSON.parse(out) as {
    automaton: string;
    passes: { pass: string; attribute: unknown; from: unknown[]; cause: string }[];
  };
  t.is(automaton, "front");
  t.true(passes.length > 3);
  for (const { pass, from, cause } of passes) t.true(pass !== "" && Array.isArray(from) && cause !== "");
});

test("a slip is answered with the name that was meant", async (t) => {
  const cwd = folder(t, { "shop.arch": shop });
  const { code, err } = await architect(["explain", "frnt", "--file", "shop.arch"], { cwd });
  t.is(code, 1);
  t.is(err, "error: shop has no automaton frnt\nhint: did you mean front?\n");
});
