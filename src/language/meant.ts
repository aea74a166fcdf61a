/** Hints with the name that was perhaps meant. */
import { nearest } from "../core/nearest.ts";
import type { ProblemHint } from "./problem.ts";

/** Of so many near names none is the one that was meant. */
const maxCandidates = 10_000;

/**
 * "Did you mean", with the fix; the same in whatever order the candidates come. Names of
 * one letter are too near to one another.
 */
export const meant = (name: string, candidates: Iterable<string>): readonly ProblemHint[] => {
  if (name.length < 2) return [];
  const near: string[] = [];
  for (const candidate of candidates) {
    if (Math.abs(candidate.length - name.length) <= name.length / 3 + 1) near.push(candidate);
  }
  if (near.length > maxCandidates) return [];
  const best = nearest(name, near);
  return best === null ? [] : [{ message: `did you mean \`${best}\`?`, fix: best }];
};
