/** What the ways to the parts of an automaton have in common is told once. */
import type { ReportedProvenance } from "./report.ts";

const isSame = (a: unknown, b: unknown): boolean => JSON.stringify(a) === JSON.stringify(b);

/** The steps that lead to it from where the automaton itself, `whole`, is told. */
export const ownSteps = (
  { steps }: ReportedProvenance,
  whole: ReportedProvenance | undefined,
): ReportedProvenance["steps"] => {
  const rest = whole?.steps ?? [];
  let shared = 0;
  while (
    shared < Math.min(rest.length, steps.length - 1) &&
    isSame(rest.at(-1 - shared), steps.at(-1 - shared))
  )
    shared++;
  return shared < rest.length ? steps : steps.slice(0, steps.length - shared);
};
