/** The commands, in the order of help. Their implementations load when they are called. */
import type { Command } from "./command.ts";

export const commands: readonly Command[] = [
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
