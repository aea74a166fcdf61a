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
    ...commands.map(section),
  ].join("\n\n")}\n`;
