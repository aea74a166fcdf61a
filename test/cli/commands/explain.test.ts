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

test("an instance: what passes say of it alone", async (t) => {
  const cwd = folder(t, { "shop.arch": shop });
  const { code, out } = await architect(["explain", "front.1", "--file", "shop.arch"], { cwd });
  t.is(code, 0);
  t.regex(out, /^front\.1 is an instance of front, which is written in \d places\n/);
  t.regex(out, /\naddresses .*\n {2}instance 1 +10\./);
  t.regex(out, /\n {2}front\.web asks +front\.1 at 8080\n/);
  t.notRegex(out, /instance 0|front\.0|kv reaches|host tcp/);
});

test("a port, provided or required: its service or wire, and nothing else", async (t) => {
  const cwd = folder(t, { "shop.arch": shop });
  const provided = await architect(["explain", "front.web", "--file", "shop.arch"], { cwd });
  t.regex(provided.out, /^front\.web is a port of front, which is written in 2 places\n/);
  t.regex(provided.out, /\n {2}service front\.web +10\./);
  t.regex(provided.out, /\n {2}host tcp 18080 +to front\.web\n/);
  t.notRegex(provided.out, /instance \d|wire kv|kv reaches/);
  const required = await architect(["explain", "front.kv", "--file", "shop.arch"], { cwd });
  t.regex(required.out, /\n {2}wire kv +=> store\.kv, tcp 6379\n/);
  t.regex(required.out, /\n {2}kv reaches +10\./);
  t.notRegex(required.out, /instance \d|front\.web|host tcp/);
  const { out } = await architect(["explain", "front.kv", "--file", "shop.arch", "--json"], { cwd });
  t.like(JSON.parse(out), { automaton: "front", part: { kind: "port", name: "kv" }, instances: [] });
});

test("a part that is not there is answered with those that are", async (t) => {
  const cwd = folder(t, { "shop.arch": shop });
  const wrong = async (name: string): Promise<string> =>
    (await architect(["explain", name, "--file", "shop.arch"], { cwd })).err;
  t.is(await wrong("front.2"), "error: front has no instance 2\nhint: it has 0 to 1\n");
  t.is(await wrong("front.wbe"), "error: front has no port wbe\nhint: did you mean front.web?\n");
  t.is(
    await wrong("front.zzzzzz"),
    "error: front has no port zzzzzz\nhint: its ports are front.web, front.kv\n",
  );
  t.is(await wrong("frnt.web"), "error: shop has no automaton frnt\nhint: did you mean front.web?\n");
  t.is(await wrong("zzzzzz"), "error: shop has no automaton zzzzzz\nhint: it has front, store\n");
});
