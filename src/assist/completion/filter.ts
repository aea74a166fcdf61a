/** Which candidates are shown for what is typed. */
import type { Candidate } from "./candidate.ts";

/** More than these is no help to anyone. */
export const mostCandidates = 1000;

/** Those that begin as what is typed does come first, then those that have its letters in order. */
export const filtered = (all: Iterable<Candidate>, typed: string): readonly Candidate[] => {
  const lower = typed.toLowerCase();
  const found = new Map<string, { readonly candidate: Candidate; readonly far: number }>();
  for (const candidate of all) {
    const text = candidate.text.toLowerCase();
    const far = candidate.text.startsWith(typed)
      ? 0
      : text.startsWith(lower)
        ? 1
        : text.includes(lower)
          ? 2
          : -1;
    if (far >= 0 && !found.has(candidate.text)) found.set(candidate.text, { candidate, far });
    if (found.size >= mostCandidates) break;
  }
  return [...found.values()]
    .sort(
      (a, b) =>
        a.far - b.far ||
        a.candidate.rank - b.candidate.rank ||
        (a.candidate.text < b.candidate.text ? -1 : a.candidate.text > b.candidate.text ? 1 : 0),
    )
    .map(({ candidate }) => candidate);
};
