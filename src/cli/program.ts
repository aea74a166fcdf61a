/** Programs from files: read, opened with what the command line says, and shown when they are wrong. */
import { availableParallelism, totalmem } from "node:os";
import { dirname, resolve } from "node:path";
import { type Either, isLeft, left, right } from "fp-ts/lib/Either.js";
import * as t from "io-ts";
import { missingProgram } from "../../runtime/process/find-program.ts";
import { missingDirectory } from "../../runtime/process/missing-directory.ts";
import { missingUser } from "../../runtime/process/missing-user.ts";
import { type Diagnostic, hasErrors } from "../core/diagnostic.ts";
import { nearest } from "../core/nearest.ts";
import type { Limits } from "../language/world.ts";
import { Program } from "../program/program.ts";
import { type Assignment, settingOf } from "../program/setting.ts";
import type { Stats } from "../program/update.ts";
import { assignment, bound, optional, orElse, systemName } from "./option-schema.ts";
import type { Sources } from "./render/excerpt.ts";
import { theme } from "./render/theme.ts";
import { type ReportedError, reportError } from "./report-error.ts";
import type { Provided, WantedSecrets } from "./secrets.ts";
import { ImportedFiles, limitsOf, type SourceText, type WantedLimits } from "./source.ts";
import type { Terminal } from "./terminal.ts";

const limitNames = [
  "steps",
  "total",
  "depth",
  "size",
  "digits",
  "states",
  "source",
] as const satisfies readonly (keyof Limits)[];

/** What the options of a command say about the program it reads. */
export const programWords = {
  input: orElse(t.array(assignment), []),
  limit: orElse(t.array(bound(limitNames)), []),
} as const;

export const systemWords = { ...programWords, system: optional(systemName) } as const;

export interface ProgramOptions {
  readonly input: readonly Assignment[];
  readonly limit: WantedLimits;
  readonly system?: string | null;
  /** See `Options` of the program. */
  readonly keepSystem?: boolean;
  /** Secrets with values for this program alone, or for good; without it nobody asks which secrets have one. */
  readonly secrets?: WantedSecrets;
}

/** A program, and the texts of all files that it was read from. */
export interface Opened {
  readonly program: Program;
  /** The text of each file as the program has it now, or had it last. */
  readonly textOf: Sources;
  /** What is wrong with it, or with the inputs that were asked for; warnings too. */
  readonly diagnostics: readonly Diagnostic[];
  /** What ran to interpret it. */
  readonly stats: Pick<Stats, "passes">;
}

/** Opens a program with its imports, the facts of this machine, and the inputs that were asked for. */
export const open = (
  { file, text }: SourceText,
  { input, limit, system, keepSystem }: ProgramOptions,
): Either<ReportedError, Opened> => {
  const limits = limitsOf(limit);
  const files = new ImportedFiles({ file, text }, limits.source);
  const program = new Program({
    file,
    text,
    resolveImport: files.find,
    checkCommand: (command, { path, directory, shares }) => missingProgram(command, path, directory, shares),
    checkUser: (user) => missingUser(user),
    checkDirectory: missingDirectory,
    directory: dirname(resolve(file)),
    keepSystem: keepSystem === true,
    limits,
    host: { cpus: availableParallelism(), memory: totalmem() },
    ...(system === null || system === undefined ? {} : { system }),
  });
  const { stats } = program.start();
  let wrong = false;
  for (const { name, text: value } of input) {
    const setting = settingOf(program, name, value);
    if (setting._tag === "Refused")
      return left({ message: setting.diagnostic.message, ...hintOf(setting.diagnostic) });
    const { diagnostics } =
      setting._tag === "Input"
        ? program.setInput(name, setting.value)
        : program.observe([[setting.cell, setting.value]]);
    wrong ||= hasErrors(diagnostics);
  }
  // One may be right only together with those behind it.
  const diagnostics = wrong ? program.assign(input).diagnostics : program.diagnostics;
  const textOf: Sources = (name) => program.workspace.modules.get(name)?.document.text ?? files.textOf(name);
  return right({ program, textOf, diagnostics, stats: { passes: stats.passes } });
};

const hintOf = ({ hints }: Diagnostic): { readonly hint?: string } =>
  hints[0] === undefined ? {} : { hint: hints[0].message };

/** What several errors come to in one line. */
const inShort = (errors: readonly Diagnostic[]): string =>
  errors.length === 1 ? errors[0]!.message : `${errors[0]!.message}, and ${errors.length - 1} more`;

/** Shows diagnostics; to a program only where there are errors. What shows them loads only when there are some. */
export const show = async (
  diagnostics: readonly Diagnostic[],
  sources: Sources,
  terminal: Terminal,
): Promise<void> => {
  if (diagnostics.length === 0) return;
  const { err, json } = terminal;
  if (json) {
    const errors = diagnostics.filter(({ severity }) => severity === "error");
    if (errors.length > 0) reportError(terminal, { message: inShort(errors), diagnostics });
    return;
  }
  const { renderDiagnostics } = await import("./render/diagnostic.ts");
  // Other programs look for a message in one line.
  const room = err.live ? err.columns() : null;
  err.write(renderDiagnostics(diagnostics, { sources, theme: theme(err.colour), room }));
};

/** Shows what is wrong with a program, if anything is. Whether it may be used. */
export const report = async (opened: Opened, terminal: Terminal): Promise<boolean> => {
  // What was found out since, of secrets, counts too.
  const diagnostics = hasErrors(opened.diagnostics) ? opened.diagnostics : opened.program.diagnostics;
  await show(diagnostics, opened.textOf, terminal);
  return !hasErrors(diagnostics);
};

export interface OpenedSystem extends Opened {
  readonly system: string;
  /** The versions of the secrets that the command line gave, by their names. */
  readonly secrets: ReadonlyMap<string, string>;
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

const nothingProvided: Provided = { versions: new Map(), keep: () => null };

/** Says in a program which of its secrets have a value, where that is asked for; null after saying why that cannot be. */
const providing = async (
  { program }: Opened,
  { secrets }: ProgramOptions,
  terminal: Terminal,
): Promise<Provided | null> => {
  if (secrets === undefined || program.system === null) return nothingProvided;
  const { provideSecrets } = await import("./secrets.ts");
  const provided = provideSecrets(program, program.system, secrets);
  if (!isLeft(provided)) return provided.right;
  reportError(terminal, provided.left);
  return null;
};

/** Opens a program that must be without errors and have a system; null after saying why it is not so. */
export const openSystem = async (
  source: SourceText,
  options: ProgramOptions,
  terminal: Terminal,
): Promise<OpenedSystem | null> => {
  const opened = open(source, options);
  if (isLeft(opened)) {
    reportError(terminal, opened.left);
    return null;
  }
  const provided = await providing(opened.right, options, terminal);
  if (provided === null || !(await report(opened.right, terminal))) return null;
  const notKept = provided.keep();
  if (notKept !== null) {
    reportError(terminal, notKept);
    return null;
  }
  const { system, systems } = opened.right.program;
  if (system !== null) {
    if (systems.length > 1 && (options.system ?? null) === null) {
      const others = systems.filter((name) => name !== system).join(", ");
      const { err } = terminal;
      err.write(`${theme(err.colour).place("note:")} this is ${system}; --system chooses ${others}\n`);
    }
    return { ...opened.right, system, secrets: provided.versions };
  }
  const diagnostic = noSystem(opened.right, source.file, options.system);
  await show([diagnostic], opened.right.textOf, terminal);
  return null;
};
