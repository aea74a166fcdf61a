/** `--help` from the table of commands. */
import { helpOption } from "./arguments.ts";
import type { Argument, Command, Example, Option } from "./command.ts";
import { wrap } from "./render/text.ts";
import { theme } from "./render/theme.ts";
import type { Stream } from "./terminal.ts";

const argument = ({ name, required, many }: Argument): string => {
  const word = many === true ? `${name}…` : name;
  return required ? word : `[${word}]`;
};

/** `architect exec AUTOMATON[.INDEX] [options] -- CMD…` */
export const usage = (command: Command): string =>
  [
    "architect",
    command.name,
    ...command.arguments.map(argument),
    ...(command.options.length === 0 ? [] : ["[options]"]),
    ...(command.rest === undefined ? [] : ["--", argument(command.rest)]),
  ].join(" ");

/** `-i, --input NAME=VALUE` */
export const signature = ({ name, short, value }: Option): string =>
  `${short === undefined ? "" : `-${short}, `}--${name}${value === undefined ? "" : ` ${value}`}`;

/** Two columns; where the terminal is too narrow for that, one below the other. */
const list = (
  rows: readonly (readonly [string, string])[],
  width: number,
  paint: (s: string) => string,
): string => {
  const left = Math.max(...rows.map(([name]) => name.length));
  const room = width - left - 4;
  return rows
    .map(([name, what]) => {
      if (room < 24)
        return `  ${paint(name)}\n${wrap(what, width - 6)
          .map((line) => `      ${line}\n`)
          .join("")}`;
      const [first, ...more] = wrap(what, room);
      const further = more.map((line) => `${" ".repeat(left + 4)}${line}\n`).join("");
      return `  ${paint(name)}${" ".repeat(left - name.length + 2)}${first}\n${further}`;
    })
    .join("");
};

const widthOf = (stream: Stream): number => Math.min(stream.columns() ?? 100, 100);

const examples = (of: readonly Example[], paint: ReturnType<typeof theme>): string =>
  of.map(({ command, what }) => `  ${paint.quiet(`# ${what}`)}\n  ${command}\n`).join("");

export const commandHelp = (command: Command, stream: Stream): string => {
  const paint = theme(stream.colour);
  const width = widthOf(stream);
  const places = [...command.arguments, ...(command.rest === undefined ? [] : [command.rest])];
  const sections: [string, string][] = [["Usage", `  ${usage(command)}\n`]];
  if (places.length > 0)
    sections.push([
      "Arguments",
      list(
        places.map(({ name, summary }) => [name, summary]),
        width,
        paint.name,
      ),
    ]);
  const options = [...command.options, helpOption];
  sections.push([
    "Options",
    list(
      options.map((o) => [signature(o), o.summary]),
      width,
      paint.name,
    ),
  ]);
  if (command.examples.length > 0) sections.push(["Examples", examples(command.examples, paint)]);
  const head = [command.summary, ...(command.description ?? [])]
    .map((paragraph) => `${wrap(paragraph, width).join("\n")}\n`)
    .join("\n");
  return `${head}\n${sections.map(([title, body]) => `${paint.heading(title)}\n${body}`).join("\n")}`;
};

export const overview = (commands: readonly Command[], stream: Stream): string => {
  const paint = theme(stream.colour);
  return [
    "Architect composes services by protocol, and keeps what it composed alive.\n",
    `\n${paint.heading("Usage")}\n  architect COMMAND …\n`,
    `\n${paint.heading("Commands")}\n`,
    list(
      commands.map(({ name, summary }) => [name, summary]),
      widthOf(stream),
      paint.name,
    ),
    `\n${paint.heading("Exit codes")}\n`,
    list(
      exitCodes.map(([code, meaning]) => [code, meaning]),
      widthOf(stream),
      paint.name,
    ),
    "\n`architect COMMAND --help` explains each.\n",
  ].join("");
};

export const exitCodes: readonly (readonly [code: string, meaning: string])[] = [
  ["0", "Done"],
  ["1", "The program has errors, or what was asked could not be done"],
  ["2", "plan --detailed-exitcode found changes"],
  ["3", "edit has several choices, and none was chosen"],
  ["64", "The command line was not understood"],
  ["141", "Whoever read the output went away"],
];
