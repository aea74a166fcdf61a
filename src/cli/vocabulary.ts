/** Arguments and options that several commands have. */
import { baseKinds, defaultBase } from "../bases.ts";
import type { BaseKind } from "../core/base-kind.ts";
import type { Argument, Option } from "./command.ts";

export const file: Argument = {
  name: "FILE",
  required: true,
  summary: "A program (.arch), or - for standard input",
  complete: "program",
};
export const json: Option = { name: "json", summary: "Print JSON for programs" };
export const input: Option = {
  name: "input",
  short: "i",
  value: "NAME=VALUE",
  many: true,
  summary: "Set an input; may be repeated",
  complete: "input",
};
export const system: Argument = {
  name: "SYSTEM",
  required: false,
  summary: "A system; may be left out while only one runs",
  complete: "system",
};
export const limit: Option = {
  name: "limit",
  value: "NAME=N",
  many: true,
  summary:
    "Let a program build more: steps (of a definition), total (of all), depth (of calls), size (of lists and texts), digits, states (of protocols), source (bytes of a file)",
};
export const place: Argument = {
  name: "AUTOMATON[.INDEX]",
  required: true,
  summary: "An automaton, or one instance of it",
  complete: "automaton",
};
/** `netns, the kernel (default), or memory, a model that needs no rights` */
const inWords = (kinds: readonly BaseKind[]): string => {
  const each = kinds.map(
    ({ name, summary }) => `${name}, ${summary}${name === defaultBase ? " (default)" : ""}`,
  );
  return each.length < 2 ? each.join("") : `${each.slice(0, -1).join(", ")}, or ${each.at(-1)}`;
};

export const base: Option = {
  name: "base",
  value: "BASE",
  summary: `What interprets the program: ${inWords(baseKinds())}`,
  complete: baseKinds().map(({ name }) => name),
};
export const ofSystem: Option = {
  name: "system",
  short: "s",
  value: "SYSTEM",
  summary: "Which system, where there are several",
  complete: "system",
};

/** The option of the commands that start programs. */
export const secretOption: Option = {
  name: "secret",
  value: "NAME=@FILE",
  many: true,
  summary: "Give a secret the value in a file, or in a variable (NAME=env:VARIABLE); may be repeated",
};
