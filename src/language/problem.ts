/** What evaluation finds wrong, before positions in text are known. */
import type { Code, Severity } from "../core/diagnostic.ts";
import type { Term } from "../core/term.ts";

/**
 * A place in a program that survives edits elsewhere: a declaration, and the pre-order
 * position of a term in it (0 is the declaration itself; see `Term.size`).
 */
export interface Site {
  /** The file, as the resolver names it. */
  readonly module: string;
  /** The declaration's identity in its file, see `Declaration.key`. */
  readonly declaration: string;
  readonly at: number;
  /**
   * Where the place is in a remembered chunk of a long list: the chunk, to which `at` is
   * then relative. So an edit in one chunk moves no place in another. Compared by identity.
   */
  readonly within?: Term;
  /** Underline only the term's own name or operator, not all of it. */
  readonly focus?: true;
}

export interface ProblemHint {
  readonly message: string;
  /** The other place involved. */
  readonly site?: Site;
  /** Text that, in place of the whole of `site` (or else of the problem's), is the exact fix. */
  readonly fix?: string;
}

export interface Problem {
  readonly code: Code;
  /** An error, unless it says otherwise. */
  readonly severity?: Severity;
  readonly message: string;
  readonly site: Site;
  readonly hints: readonly ProblemHint[];
}
