/** The commands, in the order of help. Their implementations load when they are called. */
import type { Argument, Command, Option } from "./command.ts";

const place: Argument = {
  name: "AUTOMATON[.INDEX]",
  required: true,
  summary: "An automaton, or one instance of it",
  complete: "automaton",
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
