/** Programs from files: read, opened with what the command line says, and shown when they are wrong. */
import { readFileSync } from "node:fs";
import { availableParallelism, totalmem } from "node:os";
import { dirname, resolve } from "node:path";
import { type Either, isLeft, left, right } from "fp-ts/lib/Either.js";
import * as t from "io-ts";
import { type Diagnostic, hasErrors } from "../core/diagnostic.ts";
import { nearest } from "../core/nearest.ts";
import { defaultLimits, type Limits } from "../language/world.ts";
import { joinPath, type ResolveImport } from "../program/imports.ts";
import { Program } from "../program/program.ts";
import { settingOf } from "../program/setting.ts";
import type { Stats } from "../program/update.ts";
import { type Complaint, complain } from "./complain.ts";
import type { Sources } from "./render/excerpt.ts";
import { theme } from "./render/theme.ts";
import type { Terminal } from "./terminal.ts";
import { type Assignment, assignment, bound, optional, orElse, systemName } from "./words.ts";

export interface Source {
  /** As the user named it. */
  readonly file: string;
  readonly text: string;
}

const words: Readonly<Record<string, string>> = {
  ENOENT: "there is no such file",
  EISDIR: "it is a directory",
  EACCES: "it may not be read",
};

/** The text of a file; `-` is standard input. */
export const readSource = (file: string): Either<Complaint, Source> => {
  try {
    return right({ file, text: readFileSync(file === "-" ? 0 : file, "utf8") });
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    return left({ message: `cannot read ${file}: ${words[code ?? ""] ?? message}` });
  }
};

const limitNames = [
  "steps",
  "depth",
  "size",
  "digits",
  "states",
] as const satisfies readonly (keyof Limits)[];

/** What the options of a command say about the program it reads. */
export const programWords = {
  input: orElse(t.array(assignment), []),
  limit: orElse(t.array(bound(limitNames)), []),
} as const;

export const systemWords = { ...programWords, system: optional(systemName) } as const;

export interface Wishes {
  readonly input: readonly Assignment[];
  readonly limit: readonly (readonly [keyof Limits, number])[];
  readonly system?: string | null;
  /** See `Options` of the program. */
  readonly keepSystem?: boolean;
}

/** A program, and the texts of all files that it was read from. */
export interface Opened {
  readonly program: Program;
  /** The text of each file as the program has it now, or had it last. */
  readonly textOf: Sources;
  /** What ran to interpret it. */
  readonly stats: Pick<Stats, "passes">;
}

/** Opens a program with its imports, the facts of this machine, and the inputs that were asked for. */
export const open = (
  { file, text }: Source,
  { input, limit, system, keepSystem }: Wishes,
): Either<Complaint, Opened> => {
  const texts = new Map([[file, text]]);
  const resolveImport: ResolveImport = (path, from) => {
    const name = joinPath(path, from);
    const source = readSource(name);
    if (isLeft(source)) return null;
    texts.set(name, source.right.text);
    return source.right;
  };
  const program = new Program({
    file,
    text,
    resolveImport,
    directory: dirname(resolve(file)),
    keepSystem: keepSystem === true,
    limits: { ...defaultLimits, ...Object.fromEntries(limit) },
    host: { cpus: availableParallelism(), memory: totalmem() },
    ...(system === null || system === undefined ? {} : { system }),
  });
  const { stats } = program.start();
  for (const { name, text: value } of input) {
    const setting = settingOf(program, name, value);
    if (setting._tag === "Refused")
      return left({ message: setting.diagnostic.message, ...hintOf(setting.diagnostic) });
    if (setting._tag === "Input") program.setInput(name, setting.value);
    else program.observe([[setting.cell, setting.value]]);
  }
  const textOf: Sources = (name) =>
    program.workspace.modules.get(name)?.document.text ?? texts.get(name) ?? null;
  return right({ program, textOf, stats: { passes: stats.passes } });
};

const hintOf = ({ hints }: Diagnostic): { readonly hint?: string } =>
  hints[0] === undefined ? {} : { hint: hints[0].message };

/** Shows diagnostics. What shows them loads only when there are some. */
export const show = async (
  diagnostics: readonly Diagnostic[],
  sources: Sources,
  { err }: Terminal,
): Promise<void> => {
  if (diagnostics.length === 0) return;
  const { renderDiagnostics } = await import("./render/diagnostic.ts");
  // Other programs look for a message in one line.
  const room = err.live ? err.columns() : null;
  err.write(renderDiagnostics(diagnostics, { sources, theme: theme(err.colour), room }));
};

/** Shows what is wrong with a program, if anything is. Whether it may be used. */
export const report = async ({ program, textOf }: Opened, terminal: Terminal): Promise<boolean> => {
  await show(program.diagnostics, textOf, terminal);
  return !hasErrors(program.diagnostics);
};

export interface OpenedSystem extends Opened {
  readonly system: string;
}

const noSystem = ({ program }: Opened, file: string, wanted: string | null | undefined): Diagnostic => {
  const start = { line: 1, column: 1 };
  const { systems } = program;
  const message =
    wanted === null || wanted === undefined
      ? "this file has no system: it is a library"
      : `this file has no system ${wanted}`;
  const meant = nearest(wanted ?? "", systems);
  const hint =
    systems.length === 0
      ? "write `system NAME = …`"
      : meant === null
        ? `its systems are ${systems.join(", ")}`
        : `did you mean ${meant}?`;
  return {
    code: "no-system",
    severity: "error",
    message,
    file,
    range: { start, end: start },
    hints: [{ message: hint }],
  };
};

/** Opens a program that must be without errors and have a system; null after saying why it is not so. */
export const openSystem = async (
  source: Source,
  wishes: Wishes,
  terminal: Terminal,
): Promise<OpenedSystem | null> => {
  const opened = open(source, wishes);
  if (isLeft(opened)) {
    complain(terminal, opened.left);
    return null;
  }
  if (!(await report(opened.right, terminal))) return null;
  const { system, systems } = opened.right.program;
  if (system !== null) {
    if (systems.length > 1 && (wishes.system ?? null) === null) {
      const others = systems.filter((name) => name !== system).join(", ");
      const { err } = terminal;
      err.write(`${theme(err.colour).place("note:")} this is ${system}; --system chooses ${others}\n`);
    }
    return { ...opened.right, system };
  }
  const diagnostic = noSystem(opened.right, source.file, wishes.system);
  await show([diagnostic], opened.right.textOf, terminal);
  return null;
};
