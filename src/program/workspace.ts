/**
 * The files of a program as incremental definitions: an edit replaces declarations, and
 * what read them is evaluated again, as far as values change. Nothing here knows systems.
 */

import type { Declaration } from "../../grammar/declaration.ts";
import { Document } from "../../grammar/document.ts";
import { type CellKey, parseCell } from "../core/cell-key.ts";
import { Graph, type Ran } from "../core/incremental.ts";
import { Cell, labelled, type Read } from "../core/node.ts";
import { type Term, Terms } from "../core/term.ts";
import { Comparisons } from "../language/equality.ts";
import type { Problem } from "../language/problem.ts";
import type { Value } from "../language/value.ts";
import type { Limits } from "../language/world.ts";
import { Cells } from "./cells.ts";
import { type CheckCommand, Commands } from "./commands.ts";
import type { Definition } from "./definition.ts";
import { type Definitions, DefinitionTable } from "./definition-table.ts";
import { evaluateDefinition } from "./evaluation.ts";
import { FoundImports } from "./found-imports.ts";
import { Handles } from "./handle.ts";
import type { Resolved, ResolveImport } from "./imports.ts";
import { InputUses } from "./input-uses.ts";
import { bindingOf, type Module, newModule, offsetOf } from "./module.ts";
import { ReadFiles } from "./read-files.ts";
import { StepBudget } from "./step-budget.ts";

/** What a workspace is given. */
export interface WorkspaceOptions {
  readonly resolveImport: ResolveImport | undefined;
  readonly checkCommand: CheckCommand | undefined;
  readonly checkUser: ((user: string) => string | null) | undefined;
  readonly checkDirectory: ((path: string) => string | null) | undefined;
  readonly limits: Limits;
  /** Where the processes of a file run. */
  readonly directoryOf: (file: string) => string;
}

/** What a `settle` changed. */
export interface SettleChanges {
  readonly ran: Ran;
  /** Definitions that were evaluated. */
  readonly evaluated: ReadonlySet<Definition>;
  /** Names of automata whose body changed, each with its declaration. */
  readonly bodies: ReadonlyMap<string, Definition>;
}

/** The files of a program, its definitions and cells, and the graph that evaluates them. */
export class Workspace implements Definitions {
  readonly graph = new Graph();
  readonly comparisons = new Comparisons();
  readonly terms = new Terms();
  readonly cells = new Cells();
  readonly inputUses = new InputUses();
  readonly handles = new Handles(this.graph);
  readonly modules = new Map<string, Module>();
  readonly limits: Limits;
  readonly budget: StepBudget;
  /** Definitions that have something wrong. */
  readonly faulty = new Set<Definition>();
  /** Definitions that were evaluated since the last `settle`. */
  #evaluated = new Set<Definition>();
  readonly #imports: FoundImports;
  readonly #table: DefinitionTable;

  /** Where the processes of a file run. */
  readonly directoryOf: (file: string) => string;
  readonly commands: Commands;
  readonly readFiles: ReadFiles;
  readonly checkUser: WorkspaceOptions["checkUser"];
  readonly checkDirectory: WorkspaceOptions["checkDirectory"];

  constructor({
    resolveImport,
    checkCommand,
    checkUser,
    checkDirectory,
    limits,
    directoryOf,
  }: WorkspaceOptions) {
    this.readFiles = new ReadFiles(resolveImport);
    this.#imports = new FoundImports(this.graph, resolveImport, limits.source);
    this.checkUser = checkUser;
    this.checkDirectory = checkDirectory;
    this.commands = new Commands(checkCommand);
    this.limits = limits;
    this.budget = new StepBudget(limits.total);
    this.directoryOf = directoryOf;
    this.#table = new DefinitionTable(this, (definition) => this.#imports.forget(definition));
  }

  /** The file of each import that was found. */
  get imports(): ReadonlyMap<Definition, string> {
    return this.#imports.files;
  }

  open(file: string, text: string): Module {
    const document = Document.parse(text, this.terms, this.limits.source);
    this.terms.keepAll();
    const module: Module = newModule(file, document, (read, { label }) =>
      evaluateDefinition(this, module, label as Definition, read),
    );
    this.modules.set(file, module);
    this.#table.open(module);
    return module;
  }

  /** Replaces declarations of a file by others, of the same or another text. */
  replace(
    module: Module,
    document: Document,
    removed: readonly Declaration[],
    inserted: readonly Declaration[],
  ): void {
    module.document = document;
    this.#imports.seekSealed(module.file);
    this.#table.replace(module, removed, inserted);
    if (this.terms.full) this.terms.sweep(this.#livingTerms());
    if (this.handles.full) this.handles.sweep(this.#livingValues());
  }

  /** Takes a file out. What imports it looks for it again. */
  close(file: string): void {
    const module = this.modules.get(file);
    if (module === undefined) return;
    this.replace(
      module,
      Document.parse("", this.terms, this.limits.source),
      [...module.document.declarations],
      [],
    );
    this.modules.delete(file);
    this.seekImports(file);
  }

  /**
   * Looks again for files of imports that were not found or not as they should be; with a
   * file, for those as well that found it.
   */
  seekImports(file?: string): void {
    for (const definition of this.faulty)
      if (definition.term?.node._tag === "Import" && !this.imports.has(definition))
        this.graph.invalidate(definition.node);
    for (const [definition, found] of this.imports) if (found === file) this.#imports.seek(definition);
  }

  /** Looks again for the programs that automata run: they may have come, or gone. */
  seekCommands(): void {
    this.commands.lookAgain(this.graph);
  }

  /** What a cell holds that passes read. */
  cellValue(key: CellKey): unknown {
    const cell = parseCell(key);
    return cell._tag === "File" ? this.readFiles.cell(cell.path, cell.from).value : this.cells.get(key);
  }

  /** Reads again the files that `read` reads. */
  seekFiles(): void {
    this.readFiles.lookAgain(this.graph, "all");
  }

  /**
   * Takes out the files that nothing leads to from `main`: what is wrong in them is no
   * matter, and a later import, or `read`, finds them as they are then. `accepted`: see `ReadFiles.settled`.
   */
  settled(main: string, accepted: boolean | null): void {
    for (const file of this.#imports.strays(main, this.modules.keys())) this.close(file);
    this.readFiles.settled(accepted);
  }

  /** Sets what passes read, and of the host definitions too; whether it changed. */
  put(name: CellKey, value: unknown): boolean {
    const host = this.cells.hostNamed(name);
    if (host === null) return this.cells.put(name, value);
    if (host.value === value) return false;
    this.graph.set(host, value as number);
    return true;
  }

  /** The definition that a name of a file stands for. */
  lookup(file: string, name: string): Definition | undefined {
    return this.modules.get(file)?.bindings.get(name)?.declared[0];
  }

  /** Brings all definitions in line with the texts and cells as they are, and returns what changed. */
  settle(): SettleChanges {
    try {
      let ran: Ran = { recomputed: 0, cutOff: 0 };
      const run = (): void => {
        do {
          const more = this.graph.stabilize();
          ran = { recomputed: ran.recomputed + more.recomputed, cutOff: ran.cutOff + more.cutOff };
        } while (this.#seekCircles());
      };
      this.budget.retry(this.graph);
      run();
      this.budget.evaluateLeft(this.graph, run);
      const evaluated = this.#evaluated;
      this.#evaluated = new Set();
      return { ran, evaluated, bodies: this.handles.takeChanged() };
    } finally {
      this.comparisons.forget();
    }
  }

  /** Imports are read from the file that was opened first. */
  #seekCircles(): boolean {
    const [main] = this.modules.keys();
    const placeOf = ({ file, declaration }: Definition): number =>
      offsetOf(this.modules.get(file)!, declaration);
    return main !== undefined && this.#imports.seekCircles(main, placeOf);
  }

  valueOf(definition: Definition): Value {
    return this.graph.peek(definition.node);
  }

  /** The value of a name of a file, noted as read; undefined where nothing declares it. */
  readName(module: Module, name: string, read: Read): Value | undefined {
    const binding = bindingOf(module, name);
    const first = binding.declared[0];
    if (first !== undefined) return read(first.node);
    binding.missing ??= labelled(new Cell(0), name);
    read(binding.missing);
    return undefined;
  }

  noteEvaluated(definition: Definition): void {
    this.#evaluated.add(definition);
  }

  /** A definition that leaves is no part of what changed. */
  forgetEvaluated(definition: Definition): void {
    this.budget.forget(definition.node);
    this.#evaluated.delete(definition);
  }

  report(definition: Definition, problems: readonly Problem[]): void {
    definition.problems = problems;
    if (problems.length > 0 || definition.declaration.errors.length > 0) this.faulty.add(definition);
    else this.faulty.delete(definition);
  }

  /** Finds and opens the file of an import; a problem where that cannot be. */
  import(definition: Definition): Resolved {
    const found = this.#imports.find(definition, (file) => this.modules.get(file)?.document.text);
    if (found._tag === "File" && !this.modules.has(found.file)) this.open(found.file, found.text);
    return found;
  }

  *#livingValues(): Iterable<Value | undefined> {
    for (const module of this.modules.values())
      for (const { node } of module.definitions.values()) yield node.value;
  }

  *#livingTerms(): Iterable<Term> {
    for (const module of this.modules.values()) {
      for (const { term } of module.definitions.values()) if (term !== null) yield term;
    }
  }
}
