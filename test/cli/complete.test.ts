import test from "ava";
import type { Command } from "../../src/cli/command.ts";
import { candidates, type Lookup } from "../../src/cli/complete/candidates.ts";

const commands: readonly Command[] = [
  {
    name: "graph",
    summary: "Draw",
    arguments: [{ name: "FILE", required: true, summary: "A program", complete: "program" }],
    options: [
      { name: "format", short: "f", value: "FORMAT", summary: "How", complete: ["dot", "svg"] },
      { name: "json", summary: "JSON" },
    ],
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
  files: (word, wanted) => [{ text: `${word}x.${wanted}`, summary: "" }],
  systems: () => [{ text: "shop", summary: "" }],
  automata: async (system) => [{ text: `${system ?? "any"}.0`, summary: "" }],
};

const offered = async (...words: readonly string[]): Promise<readonly string[]> =>
  (await candidates(commands, words, lookup)).map(({ text }) => text);

test("commands, and what help explains", async (t) => {
  t.deepEqual(await offered(""), ["graph", "exec", "help"]);
  t.deepEqual(await offered("g"), ["graph"]);
  t.deepEqual(await offered("help", "e"), ["exec"]);
  t.deepEqual(await offered("nothing", ""), []);
});

test("options and their values, in every way they are written", async (t) => {
  t.deepEqual(await offered("graph", "--"), ["--format", "--json", "--help"]);
  t.deepEqual(await offered("graph", "--format", ""), ["dot", "svg"]);
  t.deepEqual(await offered("graph", "-f", "s"), ["svg"]);
  t.deepEqual(await offered("graph", "--format=s"), ["--format=svg"]);
  t.deepEqual(await offered("graph", "--format", "=", "s"), ["svg"]);
  t.deepEqual(await offered("graph", "--format", "="), ["dot", "svg"]);
});

test("arguments by their kind, once each", async (t) => {
  t.deepEqual(await offered("graph", "dir/"), ["dir/x.program"]);
  t.deepEqual(await offered("graph", "--json", "-f", "svg", ""), ["x.program"]);
  t.deepEqual(await offered("graph", "a.arch", ""), []);
});

test("automata of the system that was named, then the way to the command", async (t) => {
  t.deepEqual(await offered("exec", ""), ["any.0"]);
  t.deepEqual(await offered("exec", "--system", "shop", ""), ["shop.0"]);
  t.deepEqual(await offered("exec", "shop.0", ""), ["--"]);
  t.deepEqual(await offered("exec", "shop.0", "--", ""), []);
});
