/** Commands on programs. */
import type { Command } from "../command.ts";
import { file, input, json, limit, ofSystem } from "../vocabulary.ts";

export const programCommands: readonly Command[] = [
  {
    name: "check",
    summary: "Report everything that is wrong with a program",
    description: [
      "Reads the program and all that it imports, evaluates every declaration, and reports all independent errors at once. A file without a system is a library, and fine.",
    ],
    arguments: [file],
    options: [json, input, limit],
    examples: [
      { command: "architect check shop.arch", what: "Check a program" },
      { command: "architect check shop.arch --json | jq .diagnostics", what: "The same for an editor or CI" },
    ],
    load: async () => (await import("../commands/check.ts")).check,
  },
  {
    name: "eval",
    summary: "Print the value of an expression",
    arguments: [{ ...file, required: false, summary: "A program whose names the expression may use" }],
    options: [
      { name: "expression", short: "e", value: "EXPR", summary: "The expression" },
      json,
      input,
      limit,
    ],
    examples: [
      { command: "architect eval -e '500ms + 2s'", what: "Calculate" },
      { command: "architect eval shop.arch -e storefront", what: "See what an automaton came out as" },
    ],
    load: async () => (await import("../commands/eval.ts")).evaluate,
  },
  {
    name: "repl",
    summary: "Try expressions and declarations, and change what runs",
    description: [
      "With the file of a system that runs and is supervised it attaches to it: what is entered is applied. Else only `:apply` changes anything. From a pipe it reads entry by entry, and ends with 1 if anything was wrong. `:help` lists its commands.",
    ],
    arguments: [{ ...file, required: false, summary: "A program to begin with" }],
    options: [input, limit, ofSystem],
    examples: [
      { command: "architect repl", what: "Begin with nothing" },
      { command: "architect repl shop.arch", what: "Look around in a program, or change it while it runs" },
      { command: "echo '1 + 2' | architect repl", what: "Run a script of entries" },
    ],
    load: async () => (await import("../commands/repl.ts")).repl,
  },
  {
    name: "fmt",
    summary: "Format programs in place",
    arguments: [{ ...file, many: true, summary: "Programs (.arch), or - from standard input to output" }],
    options: [{ name: "check", summary: "Change nothing; exit with 1 if a file is not formatted" }],
    examples: [
      { command: "architect fmt *.arch", what: "Format all programs of a directory" },
      { command: "architect fmt --check shop.arch", what: "Only ask whether it is formatted" },
    ],
    load: async () => (await import("../commands/fmt.ts")).fmt,
  },
  {
    name: "graph",
    summary: "Draw a system",
    arguments: [file],
    options: [
      {
        name: "format",
        short: "f",
        value: "FORMAT",
        summary: "dot (default), mermaid, json or svg",
        complete: ["dot", "mermaid", "json", "svg"],
      },
      ofSystem,
      input,
      limit,
    ],
    examples: [
      {
        command: "architect graph shop.arch --format svg > shop.svg",
        what: "A picture, made without other tools",
      },
      { command: "architect graph shop.arch | dot -Tpng > shop.png", what: "The same through Graphviz" },
    ],
    load: async () => (await import("../commands/graph.ts")).graph,
  },
];
