/**
 * The files of a program as incremental definitions: an edit replaces declarations, and
 * what read them is evaluated again, as far as values change. Nothing here knows systems.
 */
import type { Declaration } from "../../grammar/declaration.ts";
import { Document } from "../../grammar/document.ts";
import { itemsOf } from "../core/bag.ts";
import { Graph, type Ran } from "../core/incremental.ts";
import { Cell, labelled, type Read } from "../core/node.ts";
import { type Term, Terms } from "../core/term.ts";
import { Comparisons } from "../language/equality.ts";
import type { Problem } from "../language/problem.ts";
import type { Value } from "../language/value.ts";
import type { Limits } from "../language/world.ts";
import { Cells } from "./cells.ts";
import type { Definition } from "./definition.ts";
import { evaluate } from "./evaluation.ts";
import { FoundImports } from "./found-imports.ts";
import { Handles } from "./handle.ts";
import type { Resolved, ResolveImport } from "./imports.ts";
import { namesIn, noMentions, remention } from "./mentions.ts";
import { bindingOf, declaring, edgesOf, isNamespace, type Module, newModule, offsetOf } from "./module.ts";
import { closesCycle, orderAll, raiseLevels } from "./order.ts";

/** Heights between two definitions of neighbouring levels, for the chunks of the upper one. */
const rise = 16;

/** Definitions that changed, each with the names that it mentions as it did not before. */
type Gained = Map<Definition, readonly string[]>;

export class Workspace {
  readonly graph = new Graph();
  readonly comparisons = new Comparisons();
  readonly terms = new Terms();
  readonly cells = new Cells();
  readonly handles = new Handles(this.graph);
  readonly modules = new Map<string, Module>();
  readonly limits: Limits;
  /** Definitions that have something wrong. */
  readonly faulty = new Set<Definition>();
  /** Definitions that were evaluated since this was last emptied. */
  readonly evaluated = new Set<Definition>();
  readonly #imports: FoundImports;
  /** Definitions that mention a name which stands for another definition now. */
  readonly #misled = new Set<Definition>();

  constructor(find: ResolveImport | undefined, limits: Limits) {
    this.#imports = new FoundImports(this.graph, find);
    this.limits = limits;
  }

  /** The file of each import that was found. */
  get imports(): ReadonlyMap<Definition, string> {
    return this.#imports.files;
  }

  open(file: string, text: string): Module {
    const document = Document.parse(text, this.terms);
    this.terms.keepAll();
    const module: Module = newModule(file, document, (read, { label }) =>
      evaluate(this, module, label as Definition, read),
    );
    this.modules.set(file, module);
    const changed: Gained = new Map();
    for (const declaration of module.document.declarations) this.#enter(module, declaration, [], changed);
    orderAll(module.definitions.values(), edgesOf(module));
    for (const definition of module.definitions.values()) {
      if (definition.cycle !== null) module.cyclic = true;
      this.graph.raise(definition.node, definition.level * rise);
    }
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
    const leaving: Definition[] = [];
    for (const declaration of removed) {
      leaving.push(...(module.byDeclaration.get(declaration) ?? []));
      module.byDeclaration.delete(declaration);
    }
    const changed: Gained = new Map();
    for (const declaration of inserted) this.#enter(module, declaration, leaving, changed);
    for (const definition of leaving) this.#leave(module, definition);
    for (const definition of this.#misled) changed.set(definition, [...namesIn(definition.mentions)]);
    this.#misled.clear();
    this.#reorder(module, changed);
    if (this.terms.full) this.terms.sweep(this.#livingTerms());
    if (this.handles.full) this.handles.sweep(this.#livingValues());
  }

  /** Takes a file out. What imports it looks for it again. */
  close(file: string): void {
    const module = this.modules.get(file);
    if (module === undefined) return;
    this.replace(module, Document.parse("", this.terms), [...module.document.declarations], []);
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

  /**
   * Takes out the files that no import leads to from `main`: what is wrong in them is no
   * matter, and whoever imports them again wants them as they are then.
   */
  closeStrays(main: string): void {
    for (const file of this.#imports.strays(main, this.modules.keys())) this.close(file);
  }

  /** Sets what passes read, and of the host definitions too; whether it changed. */
  put(name: string, value: unknown): boolean {
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

  /** Brings all definitions in line with the texts and cells as they are. */
  settle(): Ran {
    try {
      return this.graph.stabilize();
    } finally {
      this.comparisons.forget();
    }
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

  /** Makes the definitions of a declaration, or gives those of `leaving` a new text. */
  #enter(module: Module, declaration: Declaration, leaving: Definition[], changed: Gained): void {
    const names: readonly (string | null)[] = declaration.names.length > 0 ? declaration.names : [null];
    const base = (name: string | null): string =>
      names.length > 1 ? `${declaration.key} ${name}` : declaration.key;
    const all = names.map((name): Definition => {
      const wanted = base(name);
      const index = leaving.findIndex(
        (one) => one.name === name && (one.key === wanted || one.key.startsWith(`${wanted}#`)),
      );
      if (index >= 0) {
        const kept = leaving.splice(index, 1)[0]!;
        const gained = this.#revise(module, kept, declaration);
        if (gained !== null) changed.set(kept, gained);
        return kept;
      }
      let key = wanted;
      for (let ordinal = 2; module.definitions.has(key); ordinal++) key = `${wanted}#${ordinal}`;
      const definition: Definition = {
        file: module.file,
        key,
        name,
        declaration,
        term: declaration.term,
        binding: name === null ? null : bindingOf(module, name),
        mentions: noMentions,
        level: 0,
        cycle: null,
        node: this.graph.computed(module.evaluate, { equal: this.comparisons.identical }),
        isNew: true,
        chunks: null,
        problems: [],
      };
      definition.node.label = definition;
      module.definitions.set(key, definition);
      changed.set(definition, this.#mention(module, definition, null));
      this.#bind(module, definition, (declared) => declared.concat(definition));
      return definition;
    });
    module.byDeclaration.set(declaration, all);
  }

  /** The names that it mentions as it did not before; null where it means what it meant. */
  #revise(module: Module, definition: Definition, declaration: Declaration): readonly string[] | null {
    const before = definition.term;
    const same = before === declaration.term;
    definition.declaration = declaration;
    const alone = definition.binding === null || definition.binding.declared.length < 2;
    if (!alone) this.#bind(module, definition, (declared) => declared);
    if (same) {
      this.report(definition, definition.problems);
      return null;
    }
    definition.term = declaration.term;
    this.#imports.forget(definition);
    const gained = this.#mention(module, definition, before);
    this.graph.invalidate(definition.node);
    return gained;
  }

  #leave(module: Module, definition: Definition): void {
    for (const name of namesIn(definition.mentions)) module.mentions.remove(name, definition);
    this.#bind(module, definition, (declared) => declared.filter((one) => one !== definition));
    this.graph.dispose(definition.node);
    this.#misled.delete(definition);
    module.definitions.delete(definition.key);
    this.#imports.forget(definition);
    this.faulty.delete(definition);
    this.evaluated.delete(definition);
  }

  /** Changes who declares the name of a definition, and wakes who read it. */
  #bind(
    module: Module,
    { name, binding }: Definition,
    change: (declared: Definition[]) => Definition[],
  ): void {
    if (name === null || binding === null) return;
    const before = binding.declared[0];
    const several = binding.declared.length > 1;
    binding.declared = change(binding.declared);
    if (binding.declared.length > 1) {
      const place = (one: Definition): number => offsetOf(module, one.declaration);
      binding.declared = [...binding.declared].sort((a, b) => place(a) - place(b));
    }
    // Of several, all but the first are in the wrong: who is first may have changed.
    if (several || binding.declared.length > 1) {
      for (const one of binding.declared) this.graph.invalidate(one.node);
    }
    const after = binding.declared[0];
    if (after === before) return;
    if (before !== undefined && after !== undefined)
      for (const one of itemsOf(module.mentions.of(name))) this.#misled.add(one);
    const read = before === undefined ? binding.missing : before.node;
    if (read !== null) this.graph.disturb(read);
    if (before === undefined || after === undefined) this.graph.disturb(module.names);
  }

  /** Notes what a definition mentions, whose term was `before`; returns what it did not mention then. */
  #mention(module: Module, definition: Definition, before: Term | null): readonly string[] {
    const plain = (term: Term | null): Term | null => (term?.node._tag === "Import" ? null : term);
    const { mentions, gained, lost } = remention(
      definition.mentions,
      plain(before),
      plain(definition.term),
      (name) => isNamespace(module, name),
    );
    definition.mentions = mentions;
    for (const name of lost) module.mentions.remove(name, definition);
    for (const name of gained) module.mentions.add(name, definition);
    return gained;
  }

  #reorder(module: Module, changed: Gained): void {
    const edges = edgesOf(module);
    const closes = ([definition, gained]: readonly [Definition, readonly string[]]): boolean =>
      closesCycle(definition, declaring(module, gained), edges);
    if (module.cyclic || [...changed].some(closes)) {
      const before = new Set([...module.definitions.values()].filter(({ cycle }) => cycle !== null));
      orderAll(module.definitions.values(), edges);
      module.cyclic = false;
      for (const definition of module.definitions.values()) {
        if (definition.cycle !== null) module.cyclic = true;
        if (definition.cycle !== null || before.has(definition)) this.graph.invalidate(definition.node);
        this.graph.raise(definition.node, definition.level * rise);
      }
      return;
    }
    for (const [definition, gained] of changed) {
      const raise = ({ node, level }: Definition): void => this.graph.raise(node, level * rise);
      raiseLevels(definition, declaring(module, gained), edges, raise);
    }
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
