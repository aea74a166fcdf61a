/** Commands on programs. */
import { goalForms } from "../../edits/goal-forms.ts";
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
    name: "edit",
    summary: "Change a program by what it is to be",
    description: [
      "Finds the places in the text from which what is to change comes, tries each edit of them, and offers those that reach the goal without errors. One that is best and changes nothing else is written; where there are several, they are listed, and the exit code is 3.",
      `Goals: ${goalForms.map((form) => `\`${form}\``).join(", ")}. \`undo\` takes the last edit back, \`redo\` makes it again.`,
      "Comments and everything outside an edit stay as they are; what was formatted stays formatted. A goal that is reached already changes nothing. Files that are imported with their hash are never edited.",
    ],
    arguments: [
      file,
      {
        name: "GOAL",
        required: true,
        many: true,
        summary: "What is to be, in words; quote it where it has =>",
        complete: "goal",
      },
    ],
    options: [
      { name: "choose", value: "N", summary: "Apply the choice of this number" },
      { name: "dry-run", summary: "Write nothing; show what would be" },
      json,
      ofSystem,
      input,
      limit,
    ],
    examples: [
      { command: 'architect edit shop.arch "scale cart 5"', what: "Five instances of an automaton" },
      {
        command: 'architect edit shop.arch "wire cart => store" --dry-run',
        what: "See the text and the plan first",
      },
      {
        command: 'architect edit shop.arch "scale storefront 3" --choose 2',
        what: "The second of several ways",
      },
      { command: 'architect edit shop.arch "set cart.env.MODE fast"', what: "A variable of its processes" },
      { command: "architect edit shop.arch undo", what: "Take the last edit back" },
    ],
    load: async () => (await import("../commands/edit.ts")).editProgram,
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
