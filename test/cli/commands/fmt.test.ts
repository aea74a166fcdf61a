import { readFileSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import test from "ava";
import { architect, folder } from "../binary.ts";

const ugly = "let a=1+2 -- sum\nlet  b = [a,a ]\n";
const pretty = "let a = 1 + 2 -- sum\nlet b = [a, a]\n";

test("files are formatted in place, and said so", async (t) => {
  const cwd = folder(t, { "a.arch": ugly, "b.arch": pretty });
  t.deepEqual(await architect(["fmt", "a.arch", "b.arch"], { cwd }), {
    code: 0,
    out: "",
    err: "formatted a.arch\n",
  });
  t.is(readFileSync(join(cwd, "a.arch"), "utf8"), pretty);
  t.deepEqual(await architect(["fmt", "a.arch", "b.arch"], { cwd }), { code: 0, out: "", err: "" });
});

test("--check changes nothing and names what is not formatted", async (t) => {
  const cwd = folder(t, { "a.arch": ugly, "b.arch": pretty });
  t.deepEqual(await architect(["fmt", "--check", "a.arch", "b.arch"], { cwd }), {
    code: 1,
    out: "a.arch\n",
    err: "",
  });
  t.is(readFileSync(join(cwd, "a.arch"), "utf8"), ugly);
  t.is((await architect(["fmt", "--check", "b.arch"], { cwd })).code, 0);
});

test("- is from standard input to standard output", async (t) => {
  t.deepEqual(await architect(["fmt", "-"], { input: ugly }), { code: 0, out: pretty, err: "" });
});

test("what does not parse is left as it is, and the others are formatted", async (t) => {
  const cwd = folder(t, { "bad.arch": "let a = (1 +\n", "a.arch": ugly });
  const { code, err } = await architect(["fmt", "bad.arch", "gone.arch", "a.arch"], { cwd });
  t.is(code, 1);
  t.regex(err, /^bad\.arch:1:\d+: error\[syntax\]/);
  t.regex(err, /\nerror: cannot read gone\.arch: there is no such file\nformatted a\.arch\n$/);
  t.is(readFileSync(join(cwd, "bad.arch"), "utf8"), "let a = (1 +\n");
});

test("a link stays a link", async (t) => {
  const cwd = folder(t, { "a.arch": ugly });
  symlinkSync("a.arch", join(cwd, "link.arch"));
  t.is((await architect(["fmt", "link.arch"], { cwd })).code, 0);
  t.is(readFileSync(join(cwd, "a.arch"), "utf8"), pretty);
});

test("what is no UTF-8 is refused with its place, and left as it is", async (t) => {
  const cwd = folder(t);
  const file = join(cwd, "a.arch");
  const bytes = Buffer.from("let  a = 1\n-- \u00e9 ", "latin1");
  writeFileSync(file, bytes);
  for (const args of [
    ["fmt", "a.arch"],
    ["fmt", "--check", "a.arch"],
  ]) {
    const { code, out, err } = await architect(args, { cwd });
    t.deepEqual([code, out], [1, ""]);
    t.true(
      err.startsWith(
        "a.arch:2:4: error[syntax]: This is not UTF-8: the byte 0xe9 is part of no character.\n",
      ),
      err,
    );
    t.deepEqual(readFileSync(file), bytes);
  }
});

test("a byte order mark is left out", async (t) => {
  const cwd = folder(t, { "a.arch": "\ufefflet a = 1\n" });
  t.is((await architect(["fmt", "a.arch"], { cwd })).code, 0);
  t.is(readFileSync(join(cwd, "a.arch"), "utf8"), "let a = 1\n");
});
