/** What is wrong with the inputs that the definitions of a program ask for; plainly. */
import { describe, kindOf } from "../../../src/language/describe.ts";
import type { Problem, Site } from "../../../src/language/problem.ts";
import { show } from "../../../src/language/show.ts";
import { positionIn } from "../../../src/language/site.ts";
import type { Use } from "./evaluating.ts";
import type { Module } from "./reading.ts";

const startOf = (modules: ReadonlyMap<string, Module>, site: Site): number => {
  const module = modules.get(site.module)!;
  const { declaration, term, offset } = module.definitions.find(({ key }) => key === site.declaration)!;
  return offset + declaration.spans[4 * positionIn(term!, site)!]!;
};

/** Of all that ask for an input, the first says what it takes: of the files that are imported, then of `main`. */
export const conflictingInputs = (
  uses: readonly Use[],
  main: string,
  modules: ReadonlyMap<string, Module>,
): readonly Problem[] => {
  const placed = uses
    .map((use) => ({ ...use, start: startOf(modules, use.site), value: show(use.fallback) }))
    .sort(
      (a, b) =>
        Number(a.site.module === main) - Number(b.site.module === main) ||
        (a.site.module < b.site.module ? -1 : a.site.module > b.site.module ? 1 : a.start - b.start) ||
        (a.value < b.value ? -1 : 1),
    );
  return placed.flatMap(({ name, fallback, site, start, value }): readonly Problem[] => {
    const first = placed.find((one) => one.name === name)!;
    if (value === first.value) return [];
    const [here, elsewhere] = [describe(fallback), describe(first.fallback)];
    const rule =
      kindOf(fallback) === kindOf(first.fallback)
        ? "an input has one default"
        : "an input takes one kind of value";
    const message =
      site.module === first.site.module && start === first.start
        ? `${rule}: calls of this give \`${name}\` ${elsewhere} and ${here}`
        : `${rule}: that of \`${name}\` is ${here} here and ${elsewhere} elsewhere`;
    return [{ code: "conflicting-input", message, site, hints: [] }];
  });
};
