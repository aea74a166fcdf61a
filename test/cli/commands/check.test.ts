import test from "ava";
import { architect, folder } from "../binary.ts";
import { shop, wrong } from "./programs.ts";

test("a program without errors is passed over in silence", async (t) => {
  const cwd = folder(t, { "shop.arch": shop });
  t.deepEqual(await architect(["check", "shop.arch"], { cwd }), { code: 0, out: "", err: "" });
  const { code, out } = await architect(["check", "shop.arch", "--json"], { cwd });
  t.is(code, 0);
  t.deepEqual(JSON.parse(out), { ok: true, diagnostics: [] });
});

test("a library is fine", async (t) => {
  const cwd = folder(t, { "lib.arch": "let x = 1\n" });
  t.is((await architect(["check", "lib.arch"], { cwd })).code, 0);
});

test("all errors are shown to people on standard error", async (t) => {
  const cwd = folder(t, { "wrong.arch": wrong });
  const { code, out, err } = await architect(["check", "wrong.arch"], { cwd });
  t.deepEqual([code, out], [1, ""]);
  t.regex(err, /^wrong\.arch:1:9: error\[unknown-name\]: .*\n {2}\|\n1 \| let a = stroe\n {2}\| {9}\^{5}\n/);
  t.regex(err, /\nwrong\.arch:3:28: error\[duplicate-clause\]/);
  t.regex(err, /\n2 errors\n$/);
  t.notRegex(err, /\n\s+at /, "never a stack trace");
});

test("the same for programs, 1-based and with hints", async (t) => {
  const cwd = folder(t, { "wrong.arch": wrong });
  const { code, out, err } = await architect(["check", "wrong.arch", "--json"], { cwd });
  t.deepEqual([code, err], [1, ""]);
  const { ok, diagnostics } = JSON.parse(out) as { ok: boolean; diagnostics: Record<string, unknown>[] };
  t.false(ok);
  t.deepEqual(
    diagnostics.map(({ code: of, severity, file, range }) => ({ of, severity, file, range })),
    [
      {
        of: "unknown-name",
        severity: "error",
        file: "wrong.arch",
        range: { start: { line: 1, column: 9 }, end: { line: 1, column: 14 } },
      },
      {
        of: "duplicate-clause",
        severity: "error",
        file: "wrong.arch",
        range: { start: { line: 3, column: 28 }, end: { line: 3, column: 37 } },
      },
    ],
  );
  t.like((diagnostics[0]!.hints as unknown[])[0], { fix: { text: "store" } });
});

test("a program from standard input", async (t) => {
  const { code, err } = await architect(["check", "-"], { input: "let a = b\n" });
  t.is(code, 1);
  t.true(err.startsWith("-:1:9: error[unknown-name]"), err);
});

test("imports are found beside the file, and errors in them are shown there", async (t) => {
  const cwd = folder(t, {
    "main.arch": 'import "./lib.arch" as lib\nlet y = lib.x\n',
    "lib.arch": "let x = 1 / 0\n",
  });
  const { code, err } = await architect(["check", "main.arch"], { cwd });
  t.is(code, 1);
  t.true(err.startsWith("lib.arch:1:9: error[division-by-zero]"), err);
  t.true(err.includes("1 | let x = 1 / 0\n"), err);
});

test("a file that is not there, or is none", async (t) => {
  const cwd = folder(t);
  t.deepEqual(await architect(["check", "gone.arch"], { cwd }), {
    code: 1,
    out: "",
    err: "error: cannot read gone.arch: there is no such file\n",
  });
  t.is((await architect(["check", "."], { cwd })).err, "error: cannot read .: it is a directory\n");
});

test("inputs are set, and must be of their kind", async (t) => {
  const cwd = folder(t, { "shop.arch": shop });
  const set = (...inputs: readonly string[]) =>
    architect(["check", "shop.arch", ...inputs.flatMap((input) => ["--input", input])], { cwd });
  t.is((await set("fronts=3", "region=us")).code, 0);
  const kind = await set("fronts=many");
  t.is(kind.code, 1);
  t.regex(kind.err, /^error: fronts takes .*"many"\n/);
  const slip = await set("front=3");
  t.regex(slip.err, /^error: the program has no input front\nhint: did you mean fronts\?\n$/);
  t.is((await set("fronts")).code, 64);
});

test("bounds can be raised", async (t) => {
  const cwd = folder(t, { "big.arch": "let x = range(1, 1500000)\n" });
  const bounded = await architect(["check", "big.arch"], { cwd });
  t.is(bounded.code, 1);
  t.regex(bounded.err, /^big\.arch:1:9: error\[limit-exceeded\]/);
  t.is(
    (await architect(["check", "big.arch", "--limit", "size=2000000", "--limit", "steps=9000000"], { cwd }))
      .code,
    0,
  );
  const wrong = await architect(["check", "big.arch", "--limit", "length=1"], { cwd });
  t.is(wrong.code, 64);
  t.regex(
    wrong.err,
    /^error: --limit must be one of steps, total, depth, size, digits, states, source, and a whole number/,
  );
});

test("a program that is not there is a warning: shown, and no failure", async (t) => {
  const cwd = folder(t, { "a.arch": 'automaton a {\n  runs exec ["no-such-program"]\n}\nsystem s = a\n' });
  const { code, out, err } = await architect(["check", "a.arch"], { cwd });
  t.deepEqual([code, out], [0, ""]);
  t.true(
    err.startsWith(
      'a.arch:2:14: warning[missing-program]: `runs exec` of `a` names "no-such-program": no such command in PATH\n',
    ),
    err,
  );
  t.true(err.endsWith("\n1 warning\n"), err);
  const json = await architect(["check", "a.arch", "--json"], { cwd });
  t.is(json.code, 0);
  const { ok, diagnostics } = JSON.parse(json.out) as { ok: boolean; diagnostics: { severity: string }[] };
  t.deepEqual([ok, diagnostics.map(({ severity }) => severity)], [true, ["warning"]]);
});
