/** Hints with the name that was perhaps meant. */
import { type Candidates, nearest } from "../core/nearest.ts";
import type { ProblemHint } from "./problem.ts";

/**
 * "Did you mean", with the fix; the same in whatever order the candidates come. Names of
 * one letter are too near to one another.
 */
export const meant = (name: string, ...candidates: readonly Candidates[]): readonly ProblemHint[] => {
  if (name.length < 2) return [];
  const best = nearest(name, ...candidates);
  return best === null ? [] : [{ message: `did you mean \`${best}\`?`, fix: best }];
};
