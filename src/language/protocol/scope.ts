/** What reading a protocol may ask of the program around it, and how it reports. */
import type { Candidates } from "../../core/nearest.ts";
import type { Term } from "../../core/term.ts";
import { meant } from "../meant.ts";
import type { Problem, ProblemHint, Site } from "../problem.ts";
import type { Value } from "../value.ts";
import type { EvaluationResult } from "../world.ts";

export interface Scope {
  /** A local or global name, without recursion variables; undefined where there is none. */
  readonly lookup: (name: string) => Value | undefined;
  /** Names that `lookup` knows, for "did you mean". */
  readonly names: () => readonly Candidates[];
  /** An expression that stands where a session may: its value, and what is wrong in it. */
  readonly evaluate: (term: Term, site: Site) => EvaluationResult;
  /** The most states that a protocol may have. */
  readonly limit: number;
}

/** Collects what is wrong while a protocol is read. */
export class Report {
  readonly problems: Problem[] = [];
  /** Whether something failed, if only silently. */
  failed = false;

  add(code: Problem["code"], message: string, site: Site, hints: readonly ProblemHint[] = []): void {
    this.failed = true;
    this.problems.push({ code, message, site, hints });
  }

  /** For what was reported elsewhere. */
  poison(): void {
    this.failed = true;
  }

  take(outcome: EvaluationResult): Value {
    this.problems.push(...outcome.problems);
    return outcome.value;
  }
}

/** "Did you mean", with the fix for all of the place: what `rewritten` makes of the name. */
export const didYouMean = (
  name: string,
  candidates: readonly Candidates[],
  rewritten: (name: string) => string = (near) => near,
): readonly ProblemHint[] =>
  meant(name, ...candidates).map(({ message, fix }) =>
    fix === undefined ? { message } : { message, fix: rewritten(fix) },
  );

/** The place of something inside a term whose own place is `site`. */
export const inside = (site: Site, offset: number): Site => {
  const { focus: _, ...rest } = site;
  return { ...rest, at: site.at + offset };
};
