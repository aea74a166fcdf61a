/** Evaluates one definition, in a world whose every read the graph notes. */
import type { Read } from "../core/node.ts";
import type { TermF } from "../core/syntax.ts";
import type { Term } from "../core/term.ts";
import { conflicts } from "../language/composition/check.ts";
import { sizeOf } from "../language/composition/facts.ts";
import { evaluateDeclaration } from "../language/evaluate.ts";
import type { Problem } from "../language/problem.ts";
import type { Value } from "../language/value.ts";
import type { Limits, Outcome, World } from "../language/world.ts";
import { type Definition, siteOf } from "./definition.ts";
import { importedValue } from "./imported.ts";
import { type Module, offsetOf } from "./module.ts";
import type { Workspace } from "./workspace.ts";

const poison: Value = { _tag: "Poison" };

const none: readonly Problem[] = [];

/** The world of a definition: what is read through it is read by `read`'s node. */
class DefinitionWorld implements World {
  readonly #workspace: Workspace;
  readonly #module: Module;
  readonly #definition: Definition;
  readonly #read: Read;

  constructor(workspace: Workspace, module: Module, definition: Definition, read: Read) {
    this.#workspace = workspace;
    this.#module = module;
    this.#definition = definition;
    this.#read = read;
  }

  get module(): string {
    return this.#module.file;
  }

  get limits(): Limits {
    return this.#workspace.limits;
  }

  global(name: string): Value | undefined {
    return this.#workspace.readName(this.#module, name, this.#read);
  }

  *globals(): Iterable<string> {
    this.#read(this.#module.names);
    for (const [name, { declared }] of this.#module.bindings) if (declared.length > 0) yield name;
  }

  input(name: string, fallback: Value): Value {
    const { cells } = this.#workspace;
    cells.noteDefault(name, fallback);
    return this.#read(cells.input(name)) ?? fallback;
  }

  // What is observed of automata belongs to passes: here equations are only tried.
  observed(of: string | null, cell: string): number {
    return of === null ? this.#read(this.#workspace.cells.host(cell)) : 0;
  }

  remember(term: Term, compute: (world: World) => Outcome): Outcome {
    const [workspace, module, definition] = [this.#workspace, this.#module, this.#definition];
    definition.chunks ??= new Map();
    const { chunks } = definition;
    let chunk = chunks.get(term);
    if (chunk === undefined) {
      const run = (read: Read): Outcome =>
        workspace.handles.reading(read, () =>
          compute(new DefinitionWorld(workspace, module, definition, read)),
        );
      chunk = workspace.graph.computed(run, {
        equal: workspace.comparisons.identicalOutcomes,
        orphaned: () => void chunks.delete(term),
        label: definition,
      });
      chunks.set(term, chunk);
    }
    return this.#read(chunk);
  }
}

/** A cycle is told once, at the definition of it that comes first in the text. */
const cycleProblems = (
  module: Module,
  definition: Definition,
  cycle: readonly Definition[],
): readonly Problem[] => {
  const place = (one: Definition): number => offsetOf(module, one.declaration);
  const inText = [...cycle].sort((a, b) => place(a) - place(b));
  if (inText[0] !== definition) return [];
  const names = inText.map(({ name }) => name);
  const message =
    names.length === 1
      ? `${names[0]} is defined by itself`
      : `${names.slice(0, -1).join(", ")} and ${names.at(-1)} are defined by each other`;
  const hints = inText
    .slice(1)
    .map((other) => ({ message: `${other.name} is part of the cycle`, site: siteOf(other) }));
  return [{ code: "cyclic-definition", message, site: siteOf(definition), hints }];
};

const duplicateProblems = (definition: Definition): readonly Problem[] => {
  const first = definition.binding?.declared[0];
  if (first === definition || first === undefined) return none;
  return [
    {
      code: "duplicate-name",
      message: `${definition.name} is declared twice`,
      site: siteOf(definition),
      hints: [{ message: "it is declared here first", site: siteOf(first) }],
    },
  ];
};

/** Compositions with more facts than this are looked through where a system takes them in. */
const mostFacts = 1_000;

/** Conflicts in a composition that perhaps no system takes in, so that nobody else would tell. */
const conflictsIn = ({ _tag }: TermF<Term>, value: Value): readonly Problem[] =>
  _tag === "LetDecl" && value._tag === "Composition" && sizeOf(value.composition.facts) <= mostFacts
    ? conflicts(value.composition)
    : none;

/** All of them; nearly always there are none. */
const together = (...parts: readonly (readonly Problem[])[]): readonly Problem[] =>
  parts.every((problems) => problems.length === 0) ? none : parts.flat();

export const evaluate = (workspace: Workspace, module: Module, definition: Definition, read: Read): Value => {
  workspace.evaluated.add(definition);
  definition.isNew = definition.node.value === undefined;
  const { term } = definition;
  if (term === null) {
    // What is remembered of its long lists stays, for when it parses again.
    for (const chunk of definition.chunks?.values() ?? []) read(chunk);
    workspace.report(definition, []);
    return poison;
  }
  const duplicate = duplicateProblems(definition);
  if (definition.cycle !== null) {
    workspace.report(definition, [...duplicate, ...cycleProblems(module, definition, definition.cycle)]);
    return poison;
  }
  const { node } = term;
  const { value, problems } = workspace.handles.reading(read, () =>
    node._tag === "Import"
      ? importedValue(workspace, definition, node, read)
      : evaluateDeclaration(term, definition.key, new DefinitionWorld(workspace, module, definition, read)),
  );
  workspace.report(definition, together(duplicate, problems, conflictsIn(node, value)));
  return workspace.handles.take(definition, value);
};
