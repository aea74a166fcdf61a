/** What is wrong with a program, as data; rendering is in `src/cli`. */

/** Every code that `check` can report. `docs/diagnostics.md` explains each. */
export const codes = [
  "syntax",
  "unknown-name",
  "unknown-field",
  "unknown-port",
  "type-mismatch",
  "arity",
  "division-by-zero",
  "limit-exceeded",
  "duplicate-name",
  "duplicate-clause",
  "cyclic-definition",
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
  "unsatisfied-requirement",
  "no-system",
] as const;

export type Code = (typeof codes)[number];
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

export interface Diagnostic {
  readonly code: Code;
  readonly severity: Severity;
  readonly message: string;
  readonly file: string;
  readonly range: Range;
  readonly hints: readonly Hint[];
}

export const hasErrors = (diagnostics: readonly Diagnostic[]): boolean =>
  diagnostics.some(({ severity }) => severity === "error");
