import { spawn } from "node:child_process";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import test from "ava";
import { commands } from "../../src/cli/commands.ts";
import { architect, binary, folder } from "./binary.ts";

const version = (
  JSON.parse(readFileSync(new URL("../../../package.json", import.meta.url), "utf8")) as { version: string }
).version;

test("--version", async (t) => {
  for (const flag of ["--version", "-V"])
    t.deepEqual(await architect([flag]), { code: 0, out: `architect ${version}\n`, err: "" });
});

test("help lists every command; without a command it is an error", async (t) => {
  const help = await architect(["--help"]);
  t.is(help.code, 0);
  for (const { name, summary } of commands)
    t.true(help.out.includes(`  ${name} `) && help.out.includes(summary));
  t.deepEqual(await architect(["help"]), help);
  t.deepEqual(await architect([]), { code: 64, out: "", err: help.out });
});

test("each command explains itself with its arguments, options and examples", async (t) => {
  for (const command of commands) {
    const { code, out, err } = await architect([command.name, "--help"]);
    t.deepEqual([code, err], [0, ""], command.name);
    for (const { name } of [...command.arguments, ...command.options])
      t.true(out.includes(name), command.name);
    for (const example of command.examples) t.true(out.includes(example.command), command.name);
  }
});

test("a slip in a command or an option is answered with what was meant", async (t) => {
  const wrong = await architect(["compltion"]);
  t.is(wrong.code, 64);
  t.is(wrong.out, "");
  t.is(
    wrong.err,
    'error: there is no command "compltion"\nhint: did you mean completion?\n`architect --help` tells more\n',
  );
  t.like(await architect(["completion", "fsh"]), {
    code: 64,
    out: "",
    err: 'error: SHELL must be one of bash, zsh, fish, not "fsh"\nusage: architect completion SHELL\n`architect completion --help` tells more\n',
  });
});

test("a word of other tools leads to the command that does it here", async (t) => {
  const stop = await architect(["stop"]);
  t.is(stop.code, 64);
  t.regex(stop.err, /^error: there is no command "stop"\nhint: did you mean down\?\n/);
});

test("colour is for terminals, unless it is forced", async (t) => {
  t.false((await architect(["--help"])).out.includes("\u001b"));
  t.true((await architect(["--help"], { env: { FORCE_COLOR: "1" } })).out.includes("\u001b"));
  t.false((await architect(["--help"], { env: { FORCE_COLOR: "1", NO_COLOR: "1" } })).out.includes("\u001b"));
});

test("a reader who goes away ends it quietly", async (t) => {
  const child = spawn("bash", ["-c", `set -o pipefail; "$0" "$1" --help | true`, process.execPath, binary]);
  let err = "";
  child.stderr.on("data", (text) => {
    err += String(text);
  });
  await new Promise((resolve) => child.once("close", resolve));
  t.is(err, "");
});

test("init writes a program to start from, and never over anything", async (t) => {
  const directory = folder(t);
  const first = await architect(["init", "new/hello"], { cwd: directory });
  t.is(first.code, 0);
  t.deepEqual(readdirSync(join(directory, "new/hello")), ["clock.mjs", "page.mjs", "system.arch"]);
  const again = await architect(["init", "new/hello"], { cwd: directory });
  t.is(again.code, 1);
  t.regex(again.err, /^error: new\/hello\/clock\.mjs, .* would be written over\n/);
  t.true(existsSync(join(directory, "new/hello/system.arch")));
});
