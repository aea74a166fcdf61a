/** The commands, in the order of help. Their implementations load when they are called. */
import type { Argument, Command, Option } from "./command.ts";

const file: Argument = {
  name: "FILE",
  required: true,
  summary: "A program (.arch), or - for standard input",
  complete: "program",
};
const json: Option = { name: "json", summary: "Print JSON for programs" };
const input: Option = {
  name: "input",
  short: "i",
  value: "NAME=VALUE",
  many: true,
  summary: "Set an input; may be repeated",
};
const system: Argument = {
  name: "SYSTEM",
  required: false,
  summary: "A system; may be left out while only one runs",
  complete: "system",
};
const limit: Option = {
  name: "limit",
  value: "NAME=N",
  many: true,
  summary:
    "Let a program build more: steps, depth (of calls), size (of lists and texts), digits, states (of protocols)",
};
const place: Argument = {
  name: "AUTOMATON[.INDEX]",
  required: true,
  summary: "An automaton, or one instance of it",
  complete: "automaton",
};
const base: Option = {
  name: "base",
  value: "BASE",
  summary:
    "What interprets the program: netns, the kernel (default), or memory, a model that needs no rights",
  complete: ["netns", "memory"],
};
const ofSystem: Option = {
  name: "system",
  short: "s",
  value: "SYSTEM",
  summary: "Which system, where there are several",
  complete: "system",
};

export const commands: readonly Command[] = [
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
    load: async () => (await import("./commands/check.ts")).check,
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
    load: async () => (await import("./commands/eval.ts")).evaluate,
  },
  {
    name: "repl",
    summary: "Try expressions and declarations, and change what runs",
    description: [
      "With the file of a system that runs and is supervised it attaches to it: what is entered is applied. From a pipe it reads entry by entry, and ends with 1 if anything was wrong. `:help` lists its commands.",
    ],
    arguments: [{ ...file, required: false, summary: "A program to begin with" }],
    options: [input, limit, ofSystem],
    examples: [
      { command: "architect repl", what: "Begin with nothing" },
      { command: "architect repl shop.arch", what: "Look around in a program, or change it while it runs" },
      { command: "echo '1 + 2' | architect repl", what: "Run a script of entries" },
    ],
    load: async () => (await import("./commands/repl.ts")).repl,
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
    load: async () => (await import("./commands/fmt.ts")).fmt,
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
    load: async () => (await import("./commands/graph.ts")).graph,
  },
  {
    name: "plan",
    summary: "Show what apply would change",
    description: ["Compares the program with what exists now, and changes nothing."],
    arguments: [file],
    options: [
      json,
      { name: "detailed-exitcode", summary: "Exit with 2 if there is something to change" },
      base,
      ofSystem,
      input,
      limit,
    ],
    examples: [
      { command: "architect plan shop.arch", what: "Look before you apply" },
      {
        command: "architect plan shop.arch --detailed-exitcode",
        what: "Ask for drift in a script: 0 none, 2 some",
      },
    ],
    load: async () => (await import("./commands/plan.ts")).plan,
  },
  {
    name: "apply",
    summary: "Make a system what its program says, then exit",
    description: [
      "Changes what differs and nothing else, and leaves everything running. Nobody supervises it afterwards; run does. If an orchestrator already runs the system, it takes the program over.",
    ],
    arguments: [file],
    options: [json, base, ofSystem, input, limit],
    examples: [{ command: "architect apply shop.arch", what: "Converge once" }],
    load: async () => (await import("./commands/apply.ts")).apply,
  },
  {
    name: "run",
    summary: "Make a system what its program says, and keep it so",
    description: [
      "Converges, stays, supervises and heals. Ctrl-C or SIGTERM stops and removes everything. If it is killed, the system goes on without it, and the next run adopts it.",
    ],
    arguments: [file],
    options: [
      { name: "watch", short: "w", summary: "Interpret again whenever the program or an import is saved" },
      base,
      ofSystem,
      input,
      limit,
    ],
    examples: [
      { command: "architect run shop.arch", what: "Run in the foreground" },
      { command: "architect run shop.arch --watch", what: "Follow the file as you edit it" },
      { command: "architect run shop.arch --base memory", what: "Try it without any rights" },
    ],
    load: async () => (await import("./commands/run.ts")).run,
  },
  {
    name: "down",
    summary: "Stop and remove a system",
    description: ["Needs neither the program nor an orchestrator: what exists is read from the kernel."],
    arguments: [system],
    options: [],
    examples: [{ command: "architect down shop", what: "Remove every trace of a system" }],
    load: async () => (await import("./commands/down.ts")).down,
  },
  {
    name: "status",
    summary: "Show automata, instances and wires as they are now",
    arguments: [system],
    options: [
      json,
      { name: "all", short: "a", summary: "Show every instance, also where many are alike" },
      { name: "watch", short: "w", summary: "Draw again as things change, until Ctrl-C" },
    ],
    examples: [
      { command: "architect status", what: "The system that runs" },
      { command: "architect status shop --json", what: "The same for programs" },
    ],
    load: async () => (await import("./commands/status.ts")).status,
  },
  {
    name: "exec",
    summary: "Run a command inside an instance",
    description: [
      "The command sees the network, the names and the environment of the instance, and the files of the host. Its exit code is passed on.",
    ],
    arguments: [place],
    rest: { name: "CMD", required: true, many: true, summary: "The command and its arguments" },
    options: [ofSystem],
    examples: [
      {
        command: "architect exec storefront -- curl -s http://catalogue:9000/",
        what: "Ask a service as a client would",
      },
      { command: "architect exec cart.0 -- ip address", what: "Look around in the first instance" },
    ],
    load: async () => (await import("./commands/exec.ts")).exec,
  },
  {
    name: "logs",
    summary: "Show what instances print",
    arguments: [place],
    options: [
      { name: "follow", short: "f", summary: "Go on as more is printed, until Ctrl-C" },
      { name: "since", value: "DURATION", summary: "Only what is younger: 90s, 5m, 1h" },
      { name: "tail", short: "n", value: "N", summary: "Only the last N lines of each instance" },
      ofSystem,
    ],
    examples: [
      { command: "architect logs catalogue -f", what: "Follow all instances of an automaton" },
      { command: "architect logs cart.0 --since 5m --tail 100", what: "One instance, lately" },
    ],
    load: async () => (await import("./commands/logs.ts")).logs,
  },
  {
    name: "set",
    summary: "Change inputs of a running system",
    arguments: [{ name: "NAME=VALUE", required: true, many: true, summary: "An input and its new value" }],
    options: [ofSystem],
    examples: [{ command: "architect set cart.replicas=3", what: "Scale what reads the input" }],
    load: async () => (await import("./commands/set.ts")).set,
  },
  {
    name: "events",
    summary: "Show what happens in a running system, as it happens",
    arguments: [system],
    options: [json],
    examples: [
      { command: "architect events", what: "Watch it heal and scale" },
      { command: "architect events --json | jq .", what: "One JSON object a line" },
    ],
    load: async () => (await import("./commands/events.ts")).events,
  },
  {
    name: "explain",
    summary: "Say why an automaton is what it is",
    description: [
      "For each pass: what it found out about the automaton, what that was computed from, and why it was last computed again. Asks the running system, or reads a program with --file.",
    ],
    arguments: [{ name: "NAME", required: true, summary: "The name of an automaton", complete: "automaton" }],
    options: [
      { name: "file", value: "FILE", summary: "Explain a program that does not run", complete: "program" },
      json,
      ofSystem,
      input,
      limit,
    ],
    examples: [
      { command: "architect explain storefront", what: "Why as many instances as there are" },
      { command: "architect explain storefront --file shop.arch", what: "The same before it runs" },
    ],
    load: async () => (await import("./commands/explain.ts")).explain,
  },
  {
    name: "init",
    summary: "Write a small program to start from",
    arguments: [
      { name: "DIRECTORY", required: false, summary: "Where to (default: here)", complete: "directory" },
    ],
    options: [],
    examples: [
      {
        command: "architect init hello && architect run hello/system.arch",
        what: "From nothing to a running system",
      },
    ],
    load: async () => (await import("./commands/init.ts")).init,
  },
  {
    name: "lsp",
    summary: "Serve an editor by the language server protocol",
    description: ["Speaks over standard input and output. Editors start it; see docs/editors.md for how."],
    arguments: [],
    options: [{ name: "stdio", summary: "Speak over standard input and output, as it does anyway" }],
    examples: [{ command: "architect lsp", what: "As an editor starts it" }],
    load: async () => (await import("./commands/lsp.ts")).lsp,
  },
  {
    name: "completion",
    summary: "Print a completion script for a shell",
    arguments: [
      { name: "SHELL", required: true, summary: "bash, zsh or fish", complete: ["bash", "zsh", "fish"] },
    ],
    options: [],
    examples: [
      { command: 'eval "$(architect completion bash)"', what: "In ~/.bashrc" },
      { command: 'eval "$(architect completion zsh)"', what: "In ~/.zshrc" },
      { command: "architect completion fish | source", what: "In ~/.config/fish/config.fish" },
    ],
    load: async () => (await import("./commands/completion.ts")).completion,
  },
];
