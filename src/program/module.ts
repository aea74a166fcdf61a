/** A file of the program: its text, its definitions, and which of them declare and mention a name. */
import type { Declaration } from "../../grammar/declaration.ts";
import type { Document } from "../../grammar/document.ts";
import { Bags, itemsOf } from "../core/bag.ts";
import { NameIndex } from "../core/name-index.ts";
import { Cell, type Compute, labelled } from "../core/node.ts";
import { Sweeping } from "../core/sweeping.ts";
import type { Value } from "../language/value.ts";
import type { Definition } from "./definition.ts";
import { namesIn } from "./mentions.ts";
import type { Edges } from "./order.ts";

/** What is declared under a name; with several, the first in the text counts. */
export interface Binding {
  declared: Definition[];
  /** Read by definitions that found nothing declared; null while there are none. */
  missing: Cell<number> | null;
}

/** A file, as its program knows it. */
export interface Module {
  readonly file: string;
  document: Document;
  readonly definitions: Map<string, Definition>;
  /** Of keys that repeat: the first ordinal that may be free. */
  readonly ordinals: Map<string, number>;
  readonly byDeclaration: Map<Declaration, readonly Definition[]>;
  readonly bindings: Map<string, Binding>;
  /** Of those: when the unused are forgotten. */
  readonly sweeping: Sweeping;
  readonly mentions: Bags<string, Definition>;
  /** Read by what takes in all that the file declares; its readers run again when names come or go. */
  readonly names: Cell<number>;
  /** All names that it declares, for "did you mean"; null until somebody asks, and when names come or go. */
  index: NameIndex | null;
  /** What a definition, the node's label, comes out as. */
  readonly evaluate: Compute<Value>;
  /** Whether some of its definitions form a cycle. */
  cyclic: boolean;
}

/** A file without any definitions yet. */
export const newModule = (file: string, document: Document, evaluate: Module["evaluate"]): Module => ({
  file,
  document,
  definitions: new Map(),
  ordinals: new Map(),
  byDeclaration: new Map(),
  bindings: new Map(),
  sweeping: new Sweeping(256),
  mentions: new Bags(),
  evaluate,
  names: labelled(new Cell(0), `what ${file} declares`),
  index: null,
  cyclic: false,
});

/** What a name of a file stands for; a name that is new is entered. */
export const bindingOf = (module: Module, name: string): Binding => {
  let binding = module.bindings.get(name);
  if (binding === undefined) {
    binding = { declared: [], missing: null };
    module.bindings.set(name, binding);
  }
  return binding;
};

/** Forgets names that are no longer declared, mentioned or waited for, when that is due. */
export const sweepNames = (module: Module): void => {
  const { bindings, mentions, sweeping } = module;
  if (!sweeping.isDue(bindings.size)) return;
  for (const [name, { declared, missing }] of bindings) {
    const isUsed = declared.length > 0 || mentions.of(name) !== null || missing?.observed === true;
    if (!isUsed) bindings.delete(name);
  }
  sweeping.done(bindings.size);
};

/** A key that no definition has: this one, or with an ordinal. */
export const freeKey = ({ definitions, ordinals }: Module, wanted: string): string => {
  if (!definitions.has(wanted)) return wanted;
  let ordinal = ordinals.get(wanted) ?? 2;
  while (definitions.has(`${wanted}#${ordinal}`)) ordinal++;
  ordinals.set(wanted, ordinal + 1);
  return `${wanted}#${ordinal}`;
};

/** All names that a file declares, to be searched. */
export const declaredNames = (module: Module): NameIndex => {
  if (module.index === null) {
    const declared = [...module.bindings].filter(([, binding]) => binding.declared.length > 0);
    module.index = new NameIndex(declared.map(([name]) => name));
  }
  return module.index;
};

/** The definitions that names stand for. */
export const declaring = (module: Module, names: Iterable<string>): readonly Definition[] => {
  const found: Definition[] = [];
  for (const name of names) {
    const first = module.bindings.get(name)?.declared[0];
    if (first !== undefined) found.push(first);
  }
  return found;
};

/** How the definitions of a module lead to each other. */
export const edgesOf = (module: Module): Edges => ({
  mentioned: (definition) => declaring(module, namesIn(definition.mentions)),
  *mentioning(definition) {
    const { name, binding } = definition;
    if (name !== null && binding?.declared[0] === definition) yield* itemsOf(module.mentions.of(name));
  },
});

/** Where a declaration begins in the text; 0 if it does not stand there. */
export const offsetOf = ({ document }: Module, declaration: Declaration): number =>
  document.offsetOf(Math.max(0, document.indexOf(declaration)));

/** Whether a name of the module stands for another file. */
export const isNamespace = (module: Module, name: string): boolean => {
  const node = module.bindings.get(name)?.declared[0]?.term?.node;
  return node?._tag === "Import" && node.as !== null;
};
