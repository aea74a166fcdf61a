/** Commands for beginners, and for editors and shells. */
import type { Command } from "../command.ts";

export const toolCommands: readonly Command[] = [
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
    load: async () => (await import("../commands/init.ts")).init,
  },
  {
    name: "lsp",
    summary: "Serve an editor by the language server protocol",
    description: ["Speaks over standard input and output. Editors start it; see docs/editors.md for how."],
    arguments: [],
    options: [{ name: "stdio", summary: "Speak over standard input and output, as it does anyway" }],
    examples: [{ command: "architect lsp", what: "As an editor starts it" }],
    load: async () => (await import("../commands/lsp.ts")).lsp,
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
    load: async () => (await import("../commands/completion.ts")).completion,
  },
];
