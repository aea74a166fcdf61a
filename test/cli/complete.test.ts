import test from "ava";
import type { Command } from "../../src/cli/command.ts";
import { candidates, type Lookup } from "../../src/cli/complete/candidates.ts";
import { complete } from "../../src/cli/complete/complete.ts";
import { unquoted } from "../../src/cli/complete/words.ts";

const commands: readonly Command[] = [
  {
    name: "graph",
    summary: "Draw",
    arguments: [{ name: "FILE", required: true, summary: "A program", complete: "program" }],
    options: [
      { name: "format", short: "f", value: "FORMAT", summary: "How", complete: ["dot", "svg"] },
      { name: "json", summary: "JSON" },
      { name: "input", short: "i", value: "NAME=VALUE", many: true, summary: "Input", complete: "input" },
      { name: "system", value: "SYSTEM", summary: "Which", complete: "system" },
    ],
    examples: [],
    load: () => Promise.reject(new Error("completion loads nothing")),
  },
  {
    name: "edit",
    summary: "Edit",
    arguments: [
      { name: "FILE", required: true, summary: "A program", complete: "program" },
      { name: "GOAL", required: true, many: true, summary: "What", complete: "goal" },
    ],
    options: [],
    examples: [],
    load: () => Promise.reject(new Error("completion loads nothing")),
  },
  {
    name: "exec",
    summary: "Run",
    arguments: [{ name: "AUTOMATON", required: true, summary: "Where", complete: "automaton" }],
    rest: { name: "CMD", required: true, many: true, summary: "What" },
    options: [{ name: "system", short: "s", value: "SYSTEM", summary: "Which", complete: "system" }],
    examples: [],
    load: () => Promise.reject(new Error("completion loads nothing")),
  },
];

const lookup: Lookup = {
  files: (word, wanted) => [
    { text: `${word}x.${wanted}`, summary: "", kind: "file" },
    { text: `${word}y/`, summary: "", kind: "directory" },
  ],
  systems: async ({ file }) => [{ text: file === null ? "shop" : `of ${file}`, summary: "" }],
  automata: async ({ file, system }, ports) => [
    { text: `${file ?? system ?? "any"}.0`, summary: "" },
    ...(ports ? [{ text: "any.port", summary: "" }] : []),
  ],
  inputs: async ({ file, system }) => [{ text: `${file ?? system ?? "any"}=`, summary: "", kind: "open" }],
};

const offered = async (...words: readonly string[]): Promise<readonly string[]> =>
  (await candidates(commands, words, lookup)).map(({ text }) => text);

test("commands, and what help explains", async (t) => {
  t.deepEqual(await offered(""), ["graph", "edit", "exec", "help"]);
  t.deepEqual(await offered("g"), ["graph"]);
  t.deepEqual(await offered("help", "e"), ["edit", "exec"]);
  t.deepEqual(await offered("nothing", ""), []);
});

test("a goal begins with a verb, and goes on with what the program has", async (t) => {
  t.deepEqual(await offered("edit", "s.arch", "re"), ["rename", "rewire"]);
  t.deepEqual(await offered("edit", "s.arch", "scale", ""), ["s.arch.0", "any.port"]);
});

test("options and their values, in every way they are written", async (t) => {
  t.deepEqual(await offered("graph", "--"), ["--format", "--json", "--input", "--system", "--help"]);
  t.deepEqual(await offered("graph", "--format", ""), ["dot", "svg"]);
  t.deepEqual(await offered("graph", "-f", "s"), ["svg"]);
  t.deepEqual(await offered("graph", "--format=s"), ["--format=svg"]);
});

test("arguments by their kind, once each", async (t) => {
  t.deepEqual(await offered("graph", "dir/"), ["dir/x.program", "dir/y/"]);
  t.deepEqual(await offered("graph", "--json", "-f", "svg", ""), ["x.program", "y/"]);
  t.deepEqual(await offered("graph", "a.arch", ""), []);
});

test("automata of the system that was named, then the way to the command", async (t) => {
  t.deepEqual(await offered("exec", ""), ["any.0"]);
  t.deepEqual(await offered("exec", "--system", "shop", ""), ["shop.0"]);
  t.deepEqual(await offered("exec", "shop.0", ""), ["--"]);
  t.deepEqual(await offered("exec", "shop.0", "--", ""), []);
});

test("inputs and systems are those of the program that was named", async (t) => {
  t.deepEqual(await offered("graph", "a.arch", "-i", ""), ["a.arch="]);
  t.deepEqual(await offered("graph", "a.arch", "--input="), ["--input=a.arch="]);
  t.deepEqual(await offered("graph", "a.arch", "--system", ""), ["of a.arch"]);
  t.deepEqual(await offered("graph", "-i", ""), ["any="]);
});

const lines = async (shell: string, ...args: readonly string[]): Promise<string> =>
  complete(commands, [shell, ...args], lookup);

test("a shell is told what each candidate is", async (t) => {
  t.is(await lines("zsh", "graph", "-f", "s"), "wsvg\t\n");
  t.is(await lines("zsh", "graph", ""), "fx.program\t\ndy/\t\n");
  t.is(await lines("fish", "graph", "a.arch", "-i", ""), "oa.arch=\t\n");
});

test("quotes and backslashes are undone before anything is looked for", async (t) => {
  for (const word of ["my\\ sh", '"my sh', "'my sh", "my' 's\\h", '"my s"h'])
    t.is(await lines("zsh", "graph", word), "fmy shx.program\t\ndmy shy/\t\n", word);
  t.is(unquoted('"a\\$b\\c"'), "a$b\\c");
  t.is(unquoted("'a\\b'"), "a\\b");
  t.is(unquoted("a\\"), "a");
});

test("bash is told the rest of a word that it cuts", async (t) => {
  t.is(await lines("bash", "architect graph --format=s", "s"), "wsvg\t\n");
  t.is(await lines("bash", "architect graph --format=", "="), "wdot\t\nwsvg\t\n");
  t.is(await lines("bash", "architect graph my\\ di", "my\\ di"), "fmy dix.program\t\ndmy diy\t\n");
  t.is(await lines("bash", "architect graph b:c", "c"), "fcx.program\t\ndcy\t\n");
  t.is(await lines("bash", "architect graph -i x=1 -f d", "d"), "wdot\t\n");
  t.is(await lines("bash", "architect graph ", ""), "fx.program\t\ndy\t\n");
});
