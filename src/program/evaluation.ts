/** Evaluates one definition, in a world whose every read the graph notes. */
import type { Candidates } from "../core/nearest.ts";
import type { AnyComputed, Cell, Computed, Read, Source } from "../core/node.ts";
import type { SharedFiles } from "../core/resource.ts";
import type { TermF } from "../core/syntax.ts";
import type { Term } from "../core/term.ts";
import { conflicts } from "../language/composition/check.ts";
import { sizeOf } from "../language/composition/facts.ts";
import { evaluateDeclaration } from "../language/evaluate.ts";
import type { Problem, Site } from "../language/problem.ts";
import type { Value } from "../language/value.ts";
import type { FileRead, Limits, Remembered, Seen, World } from "../language/world.ts";
import { Chunks } from "./chunks.ts";
import { cycleProblems } from "./cycles.ts";
import { type Definition, siteOf } from "./definition.ts";
import { importedValue } from "./imported.ts";
import { joinPath } from "./imports.ts";
import { declaredNames, type Module } from "./module.ts";
import type { Workspace } from "./workspace.ts";

const poison: Value = { _tag: "Poison" };

const none: readonly Problem[] = [];

/** Of a chunk for which a program has no steps left. */
const leftOut: Remembered = { value: poison, problems: none, steps: 0 };

/** The world of a definition: what is read through it is read by `read`'s node. */
class DefinitionWorld implements World {
  readonly #workspace: Workspace;
  readonly #module: Module;
  readonly #definition: Definition;
  /** The node that runs. */
  readonly #node: AnyComputed;
  /** Reads for the node that runs, and notes that. */
  readonly read: Read;
  #noted: (readonly [Source, unknown])[] | null = null;

  constructor(
    workspace: Workspace,
    module: Module,
    definition: Definition,
    { read, node }: { readonly read: Read; readonly node: AnyComputed },
  ) {
    this.#node = node;
    this.#workspace = workspace;
    this.#module = module;
    this.#definition = definition;
    this.read = (source) => {
      const value = read(source);
      this.#noted?.push([source, value]);
      return value;
    };
  }

  get module(): string {
    return this.#module.file;
  }

  get limits(): Limits {
    return this.#workspace.limits;
  }

  global(name: string): Value | undefined {
    return this.#workspace.readName(this.#module, name, this.read);
  }

  globals(): Candidates {
    this.read(this.#module.names);
    return declaredNames(this.#module);
  }

  input(name: string, fallback: Value, site: Site): Value {
    const { cells, inputUses } = this.#workspace;
    cells.noteDefault(name, fallback);
    this.read(inputUses.cell(name, fallback, site));
    return this.read(cells.input(name)) ?? fallback;
  }

  // What is observed of automata belongs to passes: here equations are only tried.
  observed(of: string | null, cell: string): number {
    return of === null ? this.read(this.#workspace.cells.host(cell)) : 0;
  }

  noteReads(): () => Seen {
    const noted: (readonly [Source, unknown])[] = [];
    this.#noted = noted;
    return () => {
      this.#noted = null;
      return noted;
    };
  }

  seesAgain(seen: Seen): boolean {
    return (seen as readonly (readonly [Cell<unknown> | Computed<unknown>, unknown])[]).every(
      ([source, value]) => this.read(source) === value,
    );
  }

  readFile(path: string, from: string): FileRead {
    return this.read(this.#workspace.readFiles.cell(path, from));
  }

  place(path: string): string {
    return joinPath(path, `${this.#workspace.directoryOf(this.#module.file)}/`);
  }

  missingUser(user: string): string | null {
    return this.#workspace.checkUser?.(user) ?? null;
  }

  missingDirectory(path: string): string | null {
    return this.#workspace.checkDirectory?.(path) ?? null;
  }

  missingProgram(
    program: string,
    path: string | null,
    directory: string | null,
    shares: readonly SharedFiles[],
  ): string | null {
    const { commands, directoryOf } = this.#workspace;
    const cell = commands.cell(program, {
      directory: directory ?? directoryOf(this.#module.file),
      path,
      ...(shares.length > 0 && { shares: shares.map(({ source, path: at }) => ({ source, path: at })) }),
    });
    return cell === null ? null : this.read(cell);
  }

  spent(steps: number): void {
    this.#workspace.budget.note(this.#node, steps);
  }

  remember(term: Term, binding: string | null, compute: (world: World) => Remembered): Remembered | null {
    const [workspace, module, definition] = [this.#workspace, this.#module, this.#definition];
    definition.chunks ??= new Chunks();
    const { chunks } = definition;
    let chunk = chunks.get(term, binding);
    if (chunk === undefined) {
      const run = (read: Read, node: AnyComputed): Remembered => {
        if (!workspace.budget.admits(node)) return leftOut;
        return inWorld(
          workspace,
          new DefinitionWorld(workspace, module, definition, { read, node }),
          compute,
        );
      };
      const made: Computed<Remembered> = workspace.graph.computed(run, {
        equal: workspace.comparisons.identicalOutcomes,
        orphaned: () => {
          workspace.budget.forget(made);
          chunks.delete(term, binding);
        },
        label: definition,
      });
      chunk = made;
      chunks.set(term, binding, chunk);
    }
    return chunk.running ? null : this.read(chunk);
  }
}

/** Evaluates in a world that also notes which automata's bodies are read. */
const inWorld = <T>(workspace: Workspace, world: DefinitionWorld, compute: (world: World) => T): T =>
  workspace.handles.reading(world.read, () => compute(world));

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

/** Conflicts in a composition. If no system takes it in, nothing else reports them. */
const conflictsIn = ({ _tag }: TermF<Term>, value: Value): readonly Problem[] => {
  const composition =
    value._tag === "Composition" ? value.composition : value._tag === "Poison" ? value.partial : undefined;
  return _tag === "LetDecl" && composition !== undefined && sizeOf(composition.facts) <= mostFacts
    ? conflicts(composition)
    : none;
};

/** All of them; nearly always there are none. */
const together = (...parts: readonly (readonly Problem[])[]): readonly Problem[] =>
  parts.every((problems) => problems.length === 0) ? none : parts.flat();

/** The value of a definition, as its node computes it. Problems are left on the definition. */
export const evaluateDefinition = (
  workspace: Workspace,
  module: Module,
  definition: Definition,
  read: Read,
): Value => {
  workspace.noteEvaluated(definition);
  definition.isNew = definition.node.value === undefined;
  const { term } = definition;
  if (term === null) {
    // What is remembered of its long lists stays, for when it parses again.
    for (const chunk of definition.chunks?.values() ?? []) read(chunk);
    workspace.report(definition, []);
    return poison;
  }
  if (!workspace.budget.admits(definition.node)) {
    workspace.report(definition, []);
    return poison;
  }
  const duplicate = duplicateProblems(definition);
  if (definition.cycle !== null) {
    workspace.report(definition, [...duplicate, ...cycleProblems(module, definition, definition.cycle)]);
    return poison;
  }
  const { node } = term;
  const { value, problems } =
    node._tag === "Import"
      ? workspace.handles.reading(read, () => importedValue(workspace, definition, node, read))
      : inWorld(
          workspace,
          new DefinitionWorld(workspace, module, definition, { read, node: definition.node }),
          (world) => evaluateDeclaration(term, definition.key, world),
        );
  workspace.report(definition, together(duplicate, problems, conflictsIn(node, value)));
  return workspace.handles.take(definition, value);
};
