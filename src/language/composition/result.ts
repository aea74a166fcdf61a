/** What operations come out with, within limits, and remembered. */
import type { Problem, Site } from "../problem.ts";
import { sameSite } from "../site.ts";
import type { EvaluationResult } from "../world.ts";
import { failed } from "./coerce.ts";
import type { Composition, Facts } from "./composition.ts";
import { join, poisoned } from "./facts.ts";
import { memoOn, Recent } from "./memo.ts";
import { tooLarge } from "./refusal.ts";

/** The most facts that a composition may have, and pairs that an arrow may try. */
export const defaultLimit = 4_000_000;

export const result = (composition: Composition, problems: readonly Problem[]): EvaluationResult => ({
  value: { _tag: "Composition", composition },
  problems,
});

/** A composition of all these facts, within the limit; poisoned if there are problems. */
export const composed = (
  parts: readonly Facts[],
  faces: Pick<Composition, "front" | "back">,
  problems: readonly Problem[],
  site: Site,
  limit: number,
): EvaluationResult => {
  // A list that has grown has room for more: what stays is a copy without.
  const facts = join(problems.length > 0 ? [...parts, poisoned] : parts.slice(), site);
  if (facts.size > limit) return result(failed, [...problems, tooLarge(limit, site)]);
  return result({ facts, front: faces.front, back: faces.back, pick: null }, problems);
};

interface Remembered {
  readonly operation: string;
  readonly operands: readonly unknown[];
  readonly site: Site;
  readonly outcome: EvaluationResult;
}

const memos = memoOn(() => new Recent<Remembered>(8));

/**
 * The outcome of an operation, remembered with its first operand if nothing was wrong.
 * `given`: what was wrong with the operands. All that fail are one composition, so then
 * nothing may be remembered, nor what is remembered be told.
 */
export const remembered = (
  operation: string,
  first: Composition,
  operands: readonly unknown[],
  given: readonly Problem[],
  site: Site,
  compute: () => EvaluationResult,
): EvaluationResult => {
  if (given.length > 0) return compute();
  const memo = memos(first);
  const known = memo.find(
    (one) =>
      one.operation === operation &&
      one.operands.length === operands.length &&
      one.operands.every((operand, i) => operand === operands[i]) &&
      sameSite(one.site, site),
  );
  if (known !== undefined) return known.outcome;
  const outcome = compute();
  if (outcome.problems.length === 0) memo.add({ operation, operands, site, outcome });
  return outcome;
};
