/**
 * Which definitions a file has, who declares and mentions which name, and in which order
 * they are evaluated: kept up to date as declarations come and go.
 */
import type { Declaration } from "../../grammar/declaration.ts";
import { itemsOf } from "../core/bag.ts";
import type { Graph } from "../core/incremental.ts";
import type { Term } from "../core/term.ts";
import type { Comparisons } from "../language/equality.ts";
import type { Problem } from "../language/problem.ts";
import type { Definition } from "./definition.ts";
import { namesIn, noMentions, remention } from "./mentions.ts";
import { bindingOf, declaring, edgesOf, isNamespace, type Module, offsetOf, sweepNames } from "./module.ts";
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
  /** Those that were evaluated since this was last emptied. */
  readonly evaluated: Set<Definition>;
  report(definition: Definition, problems: readonly Problem[]): void;
}

export class Register {
  readonly #definitions: Definitions;
  readonly #forgetImport: (definition: Definition) => void;
  /** Definitions that mention a name which stands for another definition now. */
  readonly #misled = new Set<Definition>();

  constructor(definitions: Definitions, forgetImport: (definition: Definition) => void) {
    this.#definitions = definitions;
    this.#forgetImport = forgetImport;
  }

  /** Takes in all that a new module declares. */
  open(module: Module): void {
    for (const declaration of module.document.declarations) this.#enter(module, declaration, [], null);
    this.#orderAll(module);
  }

  /** Takes in declarations in the place of others, of the same or another text. */
  replace(module: Module, removed: readonly Declaration[], inserted: readonly Declaration[]): void {
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
    sweepNames(module);
  }

  /** Makes the definitions of a declaration, or gives those of `leaving` a new text. */
  #enter(module: Module, declaration: Declaration, leaving: Definition[], changed: Gained | null): void {
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
        if (gained !== null) changed?.set(kept, gained);
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
    this.#bind(module, definition, (declared) => declared.filter((one) => one !== definition));
    this.#definitions.graph.dispose(definition.node);
    this.#misled.delete(definition);
    module.definitions.delete(definition.key);
    this.#forgetImport(definition);
    this.#definitions.faulty.delete(definition);
    this.#definitions.evaluated.delete(definition);
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
      for (const one of binding.declared) this.#definitions.graph.invalidate(one.node);
    }
    const after = binding.declared[0];
    if (after === before) return;
    if (before !== undefined && after !== undefined)
      for (const one of itemsOf(module.mentions.of(name))) this.#misled.add(one);
    const read = before === undefined ? binding.missing : before.node;
    if (read !== null) this.#definitions.graph.disturb(read);
    if (before === undefined || after === undefined) this.#definitions.graph.disturb(module.names);
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
