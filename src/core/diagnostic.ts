/** What is wrong with a program, as data; rendering is in `src/cli`. */

/** Every code that `check` can report. `docs/diagnostics.md` explains each. */
export const codes = [
  "syntax",
  "unknown-name",
  "unknown-field",
  "unknown-port",
  "type-mismatch",
  "secret-leak",
  "arity",
  "division-by-zero",
  "limit-exceeded",
  "duplicate-name",
  "duplicate-clause",
  "cyclic-definition",
  "cyclic-dependency",
  "import-not-found",
  "import-integrity",
  "import-cycle",
  "invalid-protocol",
  "protocol-mismatch",
  "ambiguous-connection",
  "ambiguous-union",
  "requirement-already-wired",
  "not-one-way",
  "port-conflict",
  "conflicting-input",
  "unsatisfied-requirement",
  "no-system",
  "missing-program",
  "missing-user",
  "missing-secret",
  "missing-directory",
  "port-taken",
] as const;

/** The code of a diagnostic: what kind of mistake it is. */
export type Code = (typeof codes)[number];
/** A warning never changes what is done with a program, nor an exit code. */
export type Severity = "error" | "warning";

/** 1-based; columns count UTF-16 code units. */
export interface Position {
  readonly line: number;
  readonly column: number;
}

/** The end is exclusive. */
export interface Range {
  readonly start: Position;
  readonly end: Position;
}

/** Another place that has to do with it, or a change that mends it. */
export interface Hint {
  readonly message: string;
  readonly place?: { readonly file: string; readonly range: Range };
  /** Text that, put in place of `range`, is the exact fix. */
  readonly fix?: { readonly file: string; readonly range: Range; readonly text: string };
}

/** One thing that is wrong, or doubtful, with a program, and where. */
export interface Diagnostic {
  readonly code: Code;
  readonly severity: Severity;
  readonly message: string;
  readonly file: string;
  readonly range: Range;
  readonly hints: readonly Hint[];
}

/** Whether anything is wrong: warnings do not count. */
export const hasErrors = (diagnostics: readonly Diagnostic[]): boolean =>
  diagnostics.some(({ severity }) => severity === "error");

/** Without the warnings. */
export const errorsOf = (diagnostics: readonly Diagnostic[]): readonly Diagnostic[] =>
  diagnostics.filter(({ severity }) => severity === "error");
