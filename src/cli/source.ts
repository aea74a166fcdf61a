/** The texts of programs: from files, from standard input, and from the files that they import. */
import { dirname, isAbsolute, relative, resolve } from "node:path";
import { type Either, isLeft, left, right } from "fp-ts/lib/Either.js";
import type { Diagnostic } from "../core/diagnostic.ts";
import { readSourceFile, readStandardInput, realPath, type Unreadable } from "../files/read.ts";
import { defaultLimits, type Limits } from "../language/world.ts";
import { type ImportedFile, joinPath, type UnreadableImport } from "../program/imports.ts";
import type { ReportedError } from "./report-error.ts";

export interface SourceText {
  /** As the user named it. */
  readonly file: string;
  readonly text: string;
}

/** Bounds that are not the usual ones, as `--limit` says them. */
export type WantedLimits = readonly (readonly [keyof Limits, number])[];

export const limitsOf = (wanted: WantedLimits): Limits => ({
  ...defaultLimits,
  ...Object.fromEntries(wanted),
});

/** A program that cannot be read, as `check` reports it. */
const diagnosticOf = (file: string, message: string, { _tag }: Unreadable): Diagnostic => {
  const start = { line: 1, column: 1 };
  return {
    code: _tag === "TooLarge" ? "limit-exceeded" : "import-not-found",
    severity: "error",
    message,
    file,
    range: { start, end: start },
    hints: [],
  };
};

/** The text of a file; `-` is standard input. */
export const readSource = (file: string, limits: WantedLimits = []): Either<ReportedError, SourceText> => {
  const { source: most } = limitsOf(limits);
  const read = file === "-" ? readStandardInput(most) : readSourceFile(file, most);
  if (!isLeft(read)) return right({ file, text: read.right });
  const message = `cannot read ${file}: ${read.left.reason}`;
  const diagnostic = diagnosticOf(file, message, read.left);
  const more =
    read.left._tag === "TooLarge"
      ? { code: diagnostic.code, hint: "`--limit source=N` raises the bound" }
      : {};
  return left({ message, ...more, diagnostics: [diagnostic] });
};

/**
 * Finds the files of imports. A file is known by where it really is: what is reached by two
 * paths, through a link, is one file, and its own imports are relative to where it really is.
 */
export class ImportedFiles {
  readonly #main: string;
  readonly #most: number;
  /** The texts as they were read. */
  readonly #texts: Map<string, string>;

  constructor({ file, text }: SourceText, most: number) {
    this.#main = file;
    this.#most = most;
    this.#texts = new Map([[file, text]]);
  }

  /** The text of a file as it was when it was read. */
  textOf(file: string): string | null {
    return this.#texts.get(file) ?? null;
  }

  readonly find = (path: string, from: string): ImportedFile | UnreadableImport => {
    const place = realPath(resolve(dirname(this.#placeOf(from)), path));
    const file = this.#nameOf(place);
    const read = readSourceFile(place, this.#most);
    if (isLeft(read)) {
      return { file, ...read.left };
    }
    this.#texts.set(file, read.right);
    return { file, text: read.right };
  };

  /** Where a file really is: its name leads there. */
  #placeOf(file: string): string {
    return realPath(resolve(file));
  }

  /** How a file is told: from where the program is, or from where we are, if that leads there and is not longer. */
  #nameOf(place: string): string {
    const main = this.#placeOf(this.#main);
    if (place === main) return this.#main;
    const names = [joinPath(relative(dirname(main), place), this.#main)];
    if (!isAbsolute(this.#main)) names.push(relative("", place) || ".");
    const leads = (name: string): boolean => name.length <= place.length && realPath(resolve(name)) === place;
    return names.find(leads) ?? place;
  }
}
