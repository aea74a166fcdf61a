/** Arguments and options that several commands have. */
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
    "Let a program build more: steps, depth (of calls), size (of lists and texts), digits, states (of protocols)",
};
export const place: Argument = {
  name: "AUTOMATON[.INDEX]",
  required: true,
  summary: "An automaton, or one instance of it",
  complete: "automaton",
};
export const base: Option = {
  name: "base",
  value: "BASE",
  summary:
    "What interprets the program: netns, the kernel (default), or memory, a model that needs no rights",
  complete: ["netns", "memory"],
};
export const ofSystem: Option = {
  name: "system",
  short: "s",
  value: "SYSTEM",
  summary: "Which system, where there are several",
  complete: "system",
};
