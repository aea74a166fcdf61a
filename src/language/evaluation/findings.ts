/** The problems of one evaluation, each once. */
import type { Problem } from "../problem.ts";
import { sameSite } from "../site.ts";

export class Findings {
  readonly #all: Problem[] = [];
  readonly #byPlace = new Map<string, readonly Problem[]>();

  get all(): readonly Problem[] {
    return this.#all;
  }

  /**
   * Adds what one step of evaluation found. Where a name means nothing, nothing else is
   * said of the place; and however often a place is evaluated, one code is said of it in
   * one step only.
   */
  add(problems: readonly Problem[]): void {
    const news = problems.filter((problem) => !this.#at(problem).some((known) => tells(known, problem)));
    for (const problem of news) {
      const before = this.#at(problem);
      if (before.some((known) => known.message === problem.message && sameSite(known.site, problem.site)))
        continue;
      this.#byPlace.set(keyOf(problem), [...before, problem]);
      this.#all.push(problem);
    }
  }

  #at(problem: Problem): readonly Problem[] {
    return this.#byPlace.get(keyOf(problem)) ?? [];
  }
}

const keyOf = ({ site }: Problem): string => `${site.at} ${site.declaration} ${site.module}`;

const tells = (known: Problem, problem: Problem): boolean =>
  sameSite(known.site, problem.site) && (known.code === "unknown-name" || known.code === problem.code);
