/** Expressions that can be evaluated again, each with what the names around it are bound to. */
import type { Term } from "../../core/term.ts";
import { evaluateAmong, functionAmong } from "../../language/evaluate.ts";
import { hasValue } from "../../language/evaluation/rules.ts";
import { allFreeNames } from "../../language/names.ts";
import type { Site } from "../../language/problem.ts";
import { childAt, positionIn } from "../../language/site.ts";
import type { Value } from "../../language/value.ts";
import type { World } from "../../language/world.ts";
import type { Definition } from "../definition.ts";
import { isNamespace } from "../module.ts";
import type { Workspace } from "../workspace.ts";

/** An expression where it stands, with what the names around it are bound to. */
export interface Thunk {
  readonly definition: Definition;
  readonly term: Term;
  /** Its pre-order position in the definition. */
  readonly at: number;
  readonly environment: Environment | null;
}

/** What a name around an expression is bound to, and where that comes from. */
export interface Environment {
  readonly name: string;
  /** What it means now. */
  readonly value: Value;
  readonly from: Bound;
  readonly outer: Environment | null;
}

/** How a name came to mean what it does. */
export type Bound =
  /** A parameter, by what is written at the call. */
  | { readonly _tag: "Argument"; readonly written: Thunk; readonly call: Thunk }
  /** A parameter, by its default. */
  | { readonly _tag: "Default"; readonly written: Thunk; readonly call: Thunk; readonly position: number }
  /** The name of a comprehension, by an element of the list that it goes through. */
  | { readonly _tag: "Element"; readonly list: Thunk; readonly index: number }
  /** `let … in` */
  | { readonly _tag: "Local"; readonly written: Thunk }
  /** `let f(a) = … in`; `made` is the `let`. */
  | { readonly _tag: "Function"; readonly made: Thunk }
  /** `self`, `requires` or `provides`, which are known when the system runs. */
  | { readonly _tag: "Self" };

/** The part of an expression, among the same names. */
export const childOf = (thunk: Thunk, index: number, environment = thunk.environment): Thunk => ({
  definition: thunk.definition,
  term: (thunk.term.node.children as readonly Term[])[index]!,
  at: childAt(thunk.term, thunk.at, index),
  environment,
});

/** All parts, in the order of the text. */
export const childrenOf = (thunk: Thunk): readonly Thunk[] => {
  let at = thunk.at + 1;
  return (thunk.term.node.children as readonly Term[]).map((term) => {
    const child = { ...thunk, term, at };
    at += term.size;
    return child;
  });
};

/** Adds a name to an environment. */
export const bound = (name: string, value: Value, from: Bound, outer: Environment | null): Environment => ({
  name,
  value,
  from,
  outer,
});

/** The innermost binding of a name; undefined where the file's own counts. */
export const lookup = (name: string, environment: Environment | null): Environment | undefined => {
  for (let one = environment; one !== null; one = one.outer) if (one.name === name) return one;
  return undefined;
};

/** The whole of a definition; null where it does not parse. */
export const wholeOf = (definition: Definition): Thunk | null =>
  definition.term === null ? null : { definition, term: definition.term, at: 0, environment: null };

/** Evaluates expressions of a program that has been brought in line. */
export class Evaluator {
  readonly workspace: Workspace;

  constructor(workspace: Workspace) {
    this.workspace = workspace;
  }

  /** What the expression means now; poison where it fails. Nothing is kept, and nothing reported. */
  value(thunk: Thunk): Value {
    if (!hasValue(thunk.term)) return { _tag: "Poison" };
    return this.#among(thunk, (...given) => evaluateAmong(...given).value);
  }

  /** The world of a file as it is, where nothing is noted as read; a definition's chunks are those it remembers. */
  worldOf(file: string, chunks: Definition["chunks"] = null): World {
    const { workspace } = this;
    const module = workspace.modules.get(file)!;
    const world: World = {
      module: file,
      limits: workspace.limits,
      global: (name) => workspace.readName(module, name, (source) => source.value!),
      globals: () => [],
      input: (name, fallback) => workspace.cells.input(name).value ?? fallback,
      observed: (of, cell) => (of === null ? workspace.cells.host(cell).value : 0),
      remember: (term, binding, compute) => chunks?.get(term, binding)?.value ?? compute(world),
    };
    return world;
  }

  /** The function that a `let f(a) = … in` binds. */
  functionOf(thunk: Thunk): Value {
    return this.#among(thunk, functionAmong);
  }

  #among({ definition, term, at, environment }: Thunk, evaluate: typeof functionAmong): Value {
    const { workspace } = this;
    const module = workspace.modules.get(definition.file)!;
    const names = [...allFreeNames(term, (name) => isNamespace(module, name))].flatMap((name) => {
      const known = lookup(name, environment);
      return known === undefined ? [] : [[name, known.value] as const];
    });
    const site = { module: definition.file, declaration: definition.key, at };
    return workspace.handles.reading(
      (source) => source.value!,
      () => evaluate(term, site, names, this.worldOf(definition.file, definition.chunks)),
    );
  }

  /** The definition that a name of a file stands for, and where a name is taken from another file, the one there. */
  definitionOf(
    file: string,
    name: string,
  ): { readonly definition: Definition; readonly by: Definition | null } | null {
    const first = this.workspace.lookup(file, name);
    if (first === undefined) return null;
    if (first.term?.node._tag !== "Import" || first.term.node.as !== null)
      return { definition: first, by: null };
    const found = this.workspace.imports.get(first);
    const there = found === undefined ? undefined : this.workspace.lookup(found, name);
    return there === undefined ? null : { definition: there, by: first };
  }

  /** Where a site of a definition is, as an expression without names around it. */
  at(site: Site): Thunk | null {
    const definition = this.workspace.modules.get(site.module)?.definitions.get(site.declaration);
    if (definition === undefined || definition.term === null) return null;
    const position = positionIn(definition.term, site);
    if (position === null) return null;
    let thunk = wholeOf(definition)!;
    while (thunk.at !== position)
      thunk = childrenOf(thunk).find(({ at, term }) => position >= at && position < at + term.size)!;
    return thunk;
  }
}
