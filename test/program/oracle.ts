/**
 * From texts to resources, plainly: everything from scratch, each step by its definition.
 * Slow, short and independent of the engine: the measure of it. Of the project it takes
 * the parser, the evaluator of one declaration, the checks of one composition and the
 * algebras of the passes. With one `memory` for several programs it does nothing twice.
 */
import type { Diagnostic } from "../../src/core/diagnostic.ts";
import type { Resource } from "../../src/core/resource.ts";
import type { Problem, Site } from "../../src/language/problem.ts";
import { positionIn } from "../../src/language/site.ts";
import type { Value } from "../../src/language/value.ts";
import { augment } from "./oracle/augmenting.ts";
import { Evaluation, type Given } from "./oracle/evaluating.ts";
import { membersOf } from "./oracle/members.ts";
import { Memory } from "./oracle/memory.ts";
import type { Module } from "./oracle/reading.ts";

/** What is wrong somewhere, without what would help. */
export type Wrong = Pick<Diagnostic, "code" | "message" | "file" | "range">;

export interface Result {
  /** By file, then by name. */
  readonly values: ReadonlyMap<string, ReadonlyMap<string, Value>>;
  /** In no order, and as often as it was met. */
  readonly wrong: readonly Wrong[];
  /** Nothing where something is wrong. */
  readonly desired: Readonly<Record<string, Resource>>;
}

const wrongOf = (modules: ReadonlyMap<string, Module>, { code, message, site }: Problem): Wrong => {
  const module = modules.get(site.module)!;
  const { declaration, term, offset } = module.definitions.find(({ key }) => key === site.declaration)!;
  const from = 4 * positionIn(term!, site)! + (site.focus === true ? 2 : 0);
  const { spans } = declaration;
  const range = module.rangeOf(offset + spans[from]!, offset + spans[from + 1]!);
  return { code, message, file: site.module, range };
};

export const fromScratch = (given: Given, memory = new Memory()): Result => {
  const evaluation = new Evaluation(given, memory);
  const { modules, problems, main } = evaluation;
  const wrong: Wrong[] = [];
  for (const module of modules.values()) {
    for (const { declaration, offset } of module.definitions)
      for (const { code, message, start, end } of declaration.errors) {
        const range = module.rangeOf(offset + start, offset + end);
        wrong.push({ code, message, file: module.file, range });
      }
  }
  const values = new Map(
    [...modules].map(([file, { names }]) => [
      file,
      new Map([...names].map(([name, one]) => [name, evaluation.valueOf(one)])),
    ]),
  );
  const toldOf = (all: readonly Problem[]): readonly Wrong[] => all.map((one) => wrongOf(modules, one));
  wrong.push(...toldOf(problems));
  const systems = main.definitions.filter(({ term }) => term?.node._tag === "SystemDecl");
  const chosen = systems.find(({ name }) => given.system === undefined || name === given.system);
  if (given.isKept && wrong.length === 0 && chosen === undefined) {
    const { length } = main.text;
    const message = `the file has no system ${given.system} any more`;
    wrong.push({ code: "no-system", message, file: main.file, range: main.rangeOf(length, length) });
  }
  const value = chosen && evaluation.valueOf(chosen);
  if (wrong.length > 0 || value?._tag !== "Composition") return { values, wrong, desired: {} };
  const { composition } = value;
  const siteOf = ({ key }: { readonly key: string }): Site => ({
    module: main.file,
    declaration: key,
    at: 0,
    focus: true,
  });
  const ingredients = { ...given, system: chosen!.name!, composition };
  const augmented = memory.augmented(ingredients, () =>
    augment({ system: chosen!.name!, site: siteOf(chosen!) }, membersOf(composition), given),
  );
  const isWrong = augmented.problems.length > 0;
  return { values, wrong: toldOf(augmented.problems), desired: isWrong ? {} : augmented.desired };
};
