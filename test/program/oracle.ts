/**
 * From texts to resources, plainly: everything from scratch, each step by its definition,
 * nothing remembered. Slow, short and independent of the engine: the measure of it. Of
 * the project it takes the parser, the evaluator of one declaration, the checks of one
 * composition and the algebras of the passes.
 */
import type { Diagnostic, Range } from "../../src/core/diagnostic.ts";
import type { Resource } from "../../src/core/resource.ts";
import { check } from "../../src/language/composition/check.ts";
import type { Problem } from "../../src/language/problem.ts";
import { positionIn } from "../../src/language/site.ts";
import type { Value } from "../../src/language/value.ts";
import { augment } from "./oracle/augmenting.ts";
import { Evaluation, type Given } from "./oracle/evaluating.ts";
import { membersOf } from "./oracle/members.ts";
import type { Definition, Module } from "./oracle/reading.ts";

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

const rangeOf = ({ document }: Module, { index }: Definition, start: number, end: number): Range => {
  const offset = document.offsetOf(index);
  return { start: document.position(offset + start), end: document.position(offset + end) };
};

const wrongOf = (modules: ReadonlyMap<string, Module>, { code, message, site }: Problem): Wrong => {
  const module = modules.get(site.module)!;
  const definition = module.definitions.find(({ key }) => key === site.declaration)!;
  const from = 4 * positionIn(definition.term!, site)! + (site.focus === true ? 2 : 0);
  const { spans } = definition.declaration;
  const range = rangeOf(module, definition, spans[from]!, spans[from + 1]!);
  return { code, message, file: site.module, range };
};

/** Interprets a program whose files do not import each other in a circle. */
export const fromScratch = (given: Given): Result => {
  const evaluation = new Evaluation(given);
  const { modules, values, problems, main } = evaluation;
  const wrong: Wrong[] = [];
  for (const module of modules.values()) {
    for (const one of module.definitions)
      for (const { code, message, start, end } of one.declaration.errors)
        wrong.push({ code, message, file: module.file, range: rangeOf(module, one, start, end) });
  }
  const systems = main.definitions.filter(({ term }) => term?.node._tag === "SystemDecl");
  for (const system of systems) {
    const value = values.get(system)!;
    const site = { module: main.file, declaration: system.key, at: 0, focus: true } as const;
    if (value._tag === "Composition") problems.push(...check(value.composition, site));
  }
  const named = new Map(
    [...modules].map(([file, { names }]) => [
      file,
      new Map([...names].map(([name, one]) => [name, values.get(one)!])),
    ]),
  );
  const toldOf = (all: readonly Problem[]): readonly Wrong[] => all.map((one) => wrongOf(modules, one));
  wrong.push(...toldOf(problems));
  const chosen = systems.find(({ name }) => given.system === undefined || name === given.system);
  if (given.isKept && wrong.length === 0 && chosen === undefined) {
    const { length } = main.text;
    const end = main.document.position(length);
    const message = `the file has no system ${given.system} any more`;
    wrong.push({ code: "no-system", message, file: main.file, range: { start: end, end } });
  }
  const value = chosen && values.get(chosen)!;
  if (wrong.length > 0 || value?._tag !== "Composition") return { values: named, wrong, desired: {} };
  const augmented = augment(chosen!.name!, membersOf(value.composition), given);
  const { length } = augmented.problems;
  return { values: named, wrong: toldOf(augmented.problems), desired: length > 0 ? {} : augmented.desired };
};
