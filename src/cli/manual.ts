/** `docs/cli.md` from the table of commands. */
import { helpOption } from "./arguments.ts";
import type { Command } from "./command.ts";
import { commands } from "./commands.ts";
import { exitCodes, signature, usage } from "./help.ts";

const section = (command: Command): string => {
  const places = [...command.arguments, ...(command.rest === undefined ? [] : [command.rest])];
  const rows = [
    ...places.map(({ name, summary }) => `| \`${name}\` | ${summary} |`),
    ...[...command.options, helpOption].map((option) => `| \`${signature(option)}\` | ${option.summary} |`),
  ];
  return [
    `## ${command.name}`,
    `${command.summary}.`,
    ...(command.description ?? []),
    `\`\`\`sh\n${usage(command)}\n\`\`\``,
    ["| | |", "| --- | --- |", ...rows].join("\n"),
    `\`\`\`sh\n${command.examples.map(({ command: line, what }) => `# ${what}\n${line}`).join("\n")}\n\`\`\``,
  ].join("\n\n");
};

export const manual = (): string =>
  `${[
    "# The command line",
    "`architect COMMAND --help` says the same as this page: both are made from one table (`src/cli/table`).",
    commands.map(({ name, summary }) => `- [\`${name}\`](#${name}): ${summary}`).join("\n"),
    "## Exit codes",
    ["| | |", "| --- | --- |", ...exitCodes.map(([code, meaning]) => `| ${code} | ${meaning} |`)].join("\n"),
    "`exec` passes on the exit code of its command. Results go to standard output, everything about them to standard error. Colours are for terminals; `NO_COLOR` turns them off, `FORCE_COLOR` on. Tables are as wide as the terminal, or as `COLUMNS` says where there is none.",
    "## Output",
    "All of it arrives, however slowly it is read. A reader that goes away (`| head -1`) ends a command quietly with 141, as a signal would; what the command was changing is finished before. Where output cannot be written (a full disk), the command says so and fails. `run`, `events`, `logs -f` and `status --watch` never hold up what runs: what a reader is too slow for is left out, and counted.",
    "With `--json` (and `graph --format json`) standard output is one JSON document, of `events`, `logs` and of what is watched one a line; so are errors, of every command in one form:",
    '```json\n{"ok":false,"error":{"message":"there is no system shp here","hint":"did you mean shop?"},"diagnostics":[]}\n```',
    "`hint` is null where there is none. `diagnostics` are as in `check --json`, where it is the program that is wrong; what `check` finds in a program it prints without `error`.",
    ...commands.map(section),
  ].join("\n\n")}\n`;
