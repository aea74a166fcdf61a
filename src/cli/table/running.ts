/** Commands on what runs. */
import type { Command } from "../command.ts";
import { input, json, limit, ofSystem, place, system } from "../vocabulary.ts";

export const runningCommands: readonly Command[] = [
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
    load: async () => (await import("../commands/status.ts")).status,
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
    load: async () => (await import("../commands/exec.ts")).exec,
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
    load: async () => (await import("../commands/logs.ts")).logs,
  },
  {
    name: "set",
    summary: "Change inputs of a running system",
    arguments: [{ name: "NAME=VALUE", required: true, many: true, summary: "An input and its new value" }],
    options: [ofSystem],
    examples: [{ command: "architect set cart.replicas=3", what: "Scale what reads the input" }],
    load: async () => (await import("../commands/set.ts")).set,
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
    load: async () => (await import("../commands/events.ts")).events,
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
    load: async () => (await import("../commands/explain.ts")).explain,
  },
];
