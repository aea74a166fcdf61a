/** With `--json` standard output is JSON for every command, whatever goes wrong, and in one form. */
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import test, { type ExecutionContext } from "ava";
import type { Command } from "../../../src/cli/command.ts";
import { commands } from "../../../src/cli/commands.ts";
import { architect, folder, type Ran } from "../binary.ts";

/** The words by which a command is asked for JSON; null where it cannot be. */
const jsonWords = ({ options }: Command): readonly string[] | null => {
  if (options.some(({ name }) => name === "json")) return ["--json"];
  const format = options.find(({ name }) => name === "format");
  return Array.isArray(format?.complete) && format.complete.includes("json") ? ["--format", "json"] : null;
};

interface Case {
  readonly name: string;
  readonly words: readonly string[];
  readonly code: number;
  /** Whether diagnostics say what is wrong. */
  readonly isDiagnosed?: boolean;
}

const words: Readonly<Record<string, readonly string[]>> = {
  "NAME=VALUE": ["x=1"],
  NAME: ["a"],
  AUTOMATON: ["a"],
  "AUTOMATON[.INDEX]": ["a.0"],
  GOAL: ["scale a 3"],
  ACTION: ["rm"],
};

const wordsOf = (argument: string): readonly string[] => {
  const found = words[argument];
  if (found === undefined) throw new Error(`say above what a test gives as ${argument}`);
  return found;
};

/** What a command needs beside a program or a system. */
const needed = (command: Command): readonly string[] => [
  ...command.arguments.flatMap(({ name, required, complete }) =>
    required && complete !== "program" ? wordsOf(name) : [],
  ),
  ...(command.options.some(({ name }) => name === "expression") ? ["-e", "1"] : []),
];

const casesOf = (command: Command): readonly Case[] => {
  const needs = needed(command);
  const file = command.arguments.find(({ complete }) => complete === "program");
  const fileOption = command.options.find(({ complete }) => complete === "program");
  const withFile = (name: string): readonly string[] =>
    fileOption === undefined ? [name, ...needs] : [...needs, "--file", name];
  const ofSystem = command.options.some(({ name }) => name === "system");
  const cases: Case[] = [{ name: "an unknown option", words: [...needs, "--zzz"], code: 64 }];
  const isNeedy = command.arguments.some(({ required }) => required);
  if (isNeedy) cases.push({ name: "nothing else", words: [], code: 64 });
  if (file !== undefined || fileOption !== undefined) {
    cases.push(
      { name: "a file that is not there", words: withFile("gone.arch"), code: 1, isDiagnosed: true },
      { name: "a directory", words: withFile("."), code: 1, isDiagnosed: true },
      { name: "a broken program", words: withFile("wrong.arch"), code: 1, isDiagnosed: true },
      { name: "an input that is not there", words: [...withFile("fine.arch"), "-i", "zzz=1"], code: 1 },
      { name: "an input without value", words: [...withFile("fine.arch"), "-i", "zzz"], code: 64 },
    );
    if (ofSystem)
      cases.push({ name: "a library", words: withFile("library.arch"), code: 1, isDiagnosed: true });
  }
  if (command.arguments.some(({ complete }) => complete === "system"))
    cases.push(
      { name: "a system that is not there", words: ["zzz"], code: 1 },
      { name: "what is no name of a system", words: ["a b"], code: 64 },
      { name: "a system too many", words: ["one", "two"], code: 64 },
    );
  if (ofSystem && file === undefined)
    cases.push({ name: "a system that is not there", words: [...needs, "--system", "zzz"], code: 1 });
  return cases;
};

const files = {
  "wrong.arch": "let a = stroe\nlet b = 1 / 0\n",
  "library.arch": "let a = 1\n",
  "fine.arch": "automaton a {}\nsystem fine = [a]\n",
};

const isError = (t: ExecutionContext, { code, out, err }: Ran, expected: Omit<Case, "words">): void => {
  t.is(code, expected.code, expected.name);
  t.is(err, "", expected.name);
  t.regex(out, /^.*\n$/, `${expected.name}: one line`);
  const told = JSON.parse(out) as {
    ok: boolean;
    error?: { message: string; hint: string | null };
    diagnostics: { message: string; code: string; severity: string }[];
  };
  t.false(told.ok);
  t.true(Array.isArray(told.diagnostics));
  t.is(told.diagnostics.length > 0, expected.isDiagnosed === true, expected.name);
  for (const { message, code: of, severity } of told.diagnostics)
    t.true(message !== "" && of !== "" && severity === "error");
  // What is wrong with a program is the very result of `check`.
  if (told.error === undefined) t.true(told.diagnostics.length > 0);
  else {
    t.true(told.error.message.length > 5);
    t.true(told.error.hint === null || told.error.hint.length > 5);
  }
};

for (const command of commands) {
  const json = jsonWords(command);
  if (json === null) continue;
  test(`${command.name}: errors are JSON`, async (t) => {
    const cwd = folder(t, files);
    const env = { ARCHITECT_RUNTIME_DIR: join(cwd, "runtime") };
    for (const one of casesOf(command))
      isError(t, await architect([command.name, ...json, ...one.words], { cwd, env }), one);
    // A directory of systems that is none is nothing that a command expects.
    writeFileSync(join(cwd, "file"), "");
    const { out } = await architect(
      [command.name, ...json, ...needed(command), ...(command.name === "check" ? ["fine.arch"] : [])],
      { cwd, env: { ARCHITECT_RUNTIME_DIR: join(cwd, "file") } },
    );
    t.notThrows(() => JSON.parse(out), out);
  });
}

test("a command that is not there", async (t) => {
  isError(t, await architect(["chekc", "--json", "x"]), { name: "chekc", code: 64 });
});

test("behind -- it is a word of another program's", async (t) => {
  const { code, out, err } = await architect(["exec", "a.0", "--", "ls", "--json"], {
    env: { ARCHITECT_RUNTIME_DIR: join(folder(t), "none") },
  });
  t.not(code, 0);
  t.is(out, "");
  t.regex(err, /^error: /);
});

test("without it errors are for people, on standard error", async (t) => {
  const { code, out, err } = await architect(["eval", "gone.arch", "-e", "1"], { cwd: folder(t) });
  t.deepEqual([code, out, err], [1, "", "error: cannot read gone.arch: there is no such file\n"]);
});
