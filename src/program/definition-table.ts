/**
 * Which definitions a file has, which of them declare and mention a name, and in which order
 * they are evaluated: kept up to date as declarations come and go.
 */
import type { Declaration } from "../../grammar/declaration.ts";
import { itemsOf } from "../core/bag.ts";
import type { Graph } from "../core/incremental.ts";
import type { Term } from "../core/term.ts";
import type { Comparisons } from "../language/equality.ts";
import type { Problem } from "../language/problem.ts";
import type { Definition } from "./definition.ts";
import { Leaving } from "./leaving.ts";
import { namesIn, noMentions, remention } from "./mentions.ts";
import {
  type Binding,
  bindingOf,
  declaring,
  edgesOf,
  freeKey,
  isNamespace,
  type Module,
  offsetOf,
  sweepNames,
} from "./module.ts";
import { closesCycle, orderAll, raiseLevels } from "./order.ts";

/** Heights between two definitions of neighbouring levels, for the chunks of the upper one. */
const rise = 16;

/** Definitions that changed, each with the names that it mentions as it did not before. */
type Gained = Map<Definition, readonly string[]>;

/** Where definitions of all files live. */
export interface Definitions {
  readonly graph: Graph;
  readonly comparisons: Comparisons;
  /** Those that have something wrong. */
  readonly faulty: Set<Definition>;
  forgetEvaluated(definition: Definition): void;
  report(definition: Definition, problems: readonly Problem[]): void;
}

/** Puts declarations into the files of a program, and takes them out. */
export class DefinitionTable {
  readonly #definitions: Definitions;
  readonly #forgetImport: (definition: Definition) => void;
  /** Definitions that mention a name which stands for another definition now. */
  readonly #stale = new Set<Definition>();
  /** Names of which declarations come, go or move, with the first of them before that. */
  readonly #changing = new Map<Binding, Definition | undefined>();

  constructor(definitions: Definitions, forgetImport: (definition: Definition) => void) {
    this.#definitions = definitions;
    this.#forgetImport = forgetImport;
  }

  /** Takes in all that a new module declares. */
  open(module: Module): void {
    const nothing = new Leaving();
    for (const declaration of module.document.declarations) this.#enter(module, declaration, nothing, null);
    this.#bindAll(module, nothing);
    this.#stale.clear();
    this.#orderAll(module);
  }

  /** Takes in declarations in the place of others, of the same or another text. */
  replace(module: Module, removed: readonly Declaration[], inserted: readonly Declaration[]): void {
    const leaving = new Leaving();
    for (const declaration of removed) {
      for (const definition of module.byDeclaration.get(declaration) ?? []) leaving.add(definition);
      module.byDeclaration.delete(declaration);
    }
    const changed: Gained = new Map();
    for (const declaration of inserted) this.#enter(module, declaration, leaving, changed);
    for (const definition of leaving) this.#leave(module, definition);
    this.#bindAll(module, leaving);
    for (const definition of this.#stale) changed.set(definition, [...namesIn(definition.mentions)]);
    this.#stale.clear();
    this.#reorder(module, changed);
    sweepNames(module);
  }

  /** Makes the definitions of a declaration, or gives those of `leaving` a new text. */
  #enter(module: Module, declaration: Declaration, leaving: Leaving, changed: Gained | null): void {
    const names: readonly (string | null)[] = declaration.names.length > 0 ? declaration.names : [null];
    const base = (name: string | null): string =>
      names.length > 1 ? `${declaration.key} ${name}` : declaration.key;
    const all = names.map((name): Definition => {
      const wanted = base(name);
      const kept = leaving.take(wanted, name);
      if (kept !== undefined) {
        const gained = this.#revise(module, kept, declaration);
        if (gained !== null) changed?.set(kept, gained);
        return kept;
      }
      const key = freeKey(module, wanted);
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
        visit: null,
        node: this.#definitions.graph.computed(module.evaluate, {
          equal: this.#definitions.comparisons.identical,
        }),
        isNew: true,
        chunks: null,
        problems: [],
      };
      definition.node.label = definition;
      module.definitions.set(key, definition);
      const gained = this.#mention(module, definition, null);
      changed?.set(definition, gained);
      this.#note(definition);
      definition.binding?.declared.push(definition);
      return definition;
    });
    module.byDeclaration.set(declaration, all);
  }

  /** The names that it mentions as it did not before; null where it means what it meant. */
  #revise(module: Module, definition: Definition, declaration: Declaration): readonly string[] | null {
    const before = definition.term;
    const same = before === declaration.term;
    definition.declaration = declaration;
    this.#note(definition);
    if (same) {
      this.#definitions.report(definition, definition.problems);
      return null;
    }
    definition.term = declaration.term;
    this.#forgetImport(definition);
    const gained = this.#mention(module, definition, before);
    this.#definitions.graph.invalidate(definition.node);
    return gained;
  }

  #leave(module: Module, definition: Definition): void {
    for (const name of namesIn(definition.mentions)) module.mentions.remove(name, definition);
    this.#note(definition);
    this.#definitions.graph.dispose(definition.node);
    this.#stale.delete(definition);
    module.definitions.delete(definition.key);
    module.ordinals.delete(definition.key.replace(/#\d+$/, ""));
    this.#forgetImport(definition);
    this.#definitions.faulty.delete(definition);
    this.#definitions.forgetEvaluated(definition);
  }

  /** Notes that the declarations of a definition's name change. */
  #note({ binding }: Definition): void {
    if (binding !== null && !this.#changing.has(binding)) this.#changing.set(binding, binding.declared[0]);
  }

  /** Brings in order what names stand for, once all declarations are where they are now, and runs readers again. */
  #bindAll(module: Module, gone: Iterable<Definition>): void {
    const left = new Set(gone);
    for (const [binding, before] of this.#changing) {
      if (left.size > 0) binding.declared = binding.declared.filter((one) => !left.has(one));
      this.#order(module, binding);
      this.#firstChanged(module, binding, before);
    }
    this.#changing.clear();
  }

  /** Puts the declarations of a name in the order of the text. */
  #order(module: Module, { declared }: Binding): void {
    if (declared.length < 2) return;
    const places = new Map(declared.map((one) => [one, offsetOf(module, one.declaration)]));
    declared.sort((a, b) => places.get(a)! - places.get(b)!);
  }

  #firstChanged(module: Module, { declared, missing }: Binding, before: Definition | undefined): void {
    const after = declared[0];
    if (after === before) return;
    const { graph } = this.#definitions;
    // Of several, all but the first are errors.
    for (const one of declared) graph.invalidate(one.node);
    const name = (before ?? after)!.name!;
    if (before !== undefined && after !== undefined)
      for (const one of itemsOf(module.mentions.of(name))) this.#stale.add(one);
    const read = before === undefined ? missing : before.node;
    if (read !== null) graph.notifyReaders(read);
    if (before !== undefined && after !== undefined) return;
    module.index = null;
    graph.notifyReaders(module.names);
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
      this.#orderAll(module);
      for (const definition of module.definitions.values())
        if (definition.cycle !== null || before.has(definition))
          this.#definitions.graph.invalidate(definition.node);
      return;
    }
    for (const [definition, gained] of changed) {
      const raise = ({ node, level }: Definition): void => this.#definitions.graph.raise(node, level * rise);
      raiseLevels(definition, declaring(module, gained), edges, raise);
    }
  }

  #orderAll(module: Module): void {
    orderAll([...module.definitions.values()], edgesOf(module));
    module.cyclic = false;
    for (const definition of module.definitions.values()) {
      if (definition.cycle !== null) module.cyclic = true;
      this.#definitions.graph.raise(definition.node, definition.level * rise);
    }
  }
}
