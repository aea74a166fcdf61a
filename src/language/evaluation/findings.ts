/** The problems of one evaluation, each once. */
import type { Code } from "../../core/diagnostic.ts";
import type { Problem } from "../problem.ts";
import { samePlace } from "../site.ts";

/** Of one arrow or union several pairs of ports may be wrong. */
const plural: ReadonlySet<Code> = new Set([
  "protocol-mismatch",
  "ambiguous-connection",
  "ambiguous-union",
  "unknown-port",
  "requirement-already-wired",
  "not-one-way",
]);

export class Findings {
  readonly #all: Problem[] = [];
  readonly #byPlace = new Map<string, readonly Problem[]>();

  get all(): readonly Problem[] {
    return this.#all;
  }

  /**
   * Adds a problem, unless it is told already. Where a name means nothing, nothing else is
   * said of the place; and one code is said once a place, however often it is evaluated,
   * but of compositions.
   */
  add(problem: Problem): void {
    const { site } = problem;
    const key = `${site.at} ${site.declaration} ${site.module}`;
    const before = this.#byPlace.get(key) ?? [];
    if (before.some((known) => tells(known, problem))) return;
    this.#byPlace.set(key, [...before, problem]);
    this.#all.push(problem);
  }
}

const tells = (known: Problem, problem: Problem): boolean =>
  samePlace(known.site, problem.site) &&
  (known.code === "unknown-name" ||
    (known.code === problem.code && (known.message === problem.message || !plural.has(known.code))));
