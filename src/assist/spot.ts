/** A place in a file of a workspace, and what stands there. */
import type { Declaration } from "../../grammar/declaration.ts";
import type { Document } from "../../grammar/document.ts";
import { isOwnName } from "../core/bindings.ts";
import type { Range } from "../core/diagnostic.ts";
import { hasValue } from "../language/evaluation/rules.ts";
import { freeNames } from "../language/names.ts";
import type { Value } from "../language/value.ts";
import { askTerm } from "../program/ask.ts";
import type { Definition } from "../program/definition.ts";
import { isNamespace, type Module, offsetOf } from "../program/module.ts";
import type { Workspace } from "../program/workspace.ts";
import { type Occurrence, occurrencesIn } from "./occurrences.ts";
import { localsAt } from "./scope.ts";
import { type Extent, type Node, nodeAt, rootOf } from "./tree.ts";

/** A declaration in a file, as it stands now. */
export interface Standing {
  readonly module: Module;
  readonly declaration: Declaration;
  /** Where its text begins in that of the file. */
  readonly base: number;
}

export interface Spot extends Standing {
  /** From the declaration's start. */
  readonly offset: number;
}

export const textOf = ({ module, declaration, base }: Standing): string =>
  module.document.slice(base, base + declaration.length);

/** Null in an empty file. */
export const spotAt = (module: Module, offset: number): Spot | null => {
  const { document } = module;
  const at = Math.max(0, Math.min(offset, document.length));
  let index = document.declarationAt(at);
  let declaration = document.declarations.get(index);
  if (declaration === undefined) return null;
  let base = document.offsetOf(index);
  // Between two declarations, with nothing in between, the first is meant if the second only begins.
  if (at === base && index > 0 && /[\w"'}\])]$/.test(document.slice(at - 1, at))) {
    const before = document.declarations.get(--index)!;
    declaration = before;
    base = document.offsetOf(index);
  }
  return { module, declaration, base, offset: at - base };
};

export const standing = (module: Module, declaration: Declaration): Standing => ({
  module,
  declaration,
  base: offsetOf(module, declaration),
});

/** The declarations of a file from one offset to another, in order. */
export function* standingIn(module: Module, from = 0, to = module.document.length): Generator<Standing> {
  const { document } = module;
  let index = Math.max(0, document.declarationAt(from));
  let base = document.offsetOf(index);
  for (;;) {
    const declaration = document.declarations.get(index++);
    if (declaration === undefined || base > to) return;
    yield { module, declaration, base };
    base += declaration.length;
  }
}

const aliasesKnown = new WeakMap<Document, ReadonlySet<string>>();

/** Names of a file that stand for other files. */
export const aliasesOf = (module: Module): ReadonlySet<string> => {
  const known = aliasesKnown.get(module.document);
  if (known !== undefined) return known;
  const aliases = new Set<string>();
  aliasesKnown.set(module.document, aliases);
  for (const { declared } of module.bindings.values()) {
    const name = declared[0]?.name;
    if (name !== undefined && name !== null && isNamespace(module, name)) aliases.add(name);
  }
  return aliases;
};

export const namesIn = (of: Standing, aliases = aliasesOf(of.module)): readonly Occurrence[] =>
  occurrencesIn(of.declaration, textOf(of), aliases);

/** The name at a spot, or one that it is just behind. */
export const nameAt = (spot: Spot): Occurrence | null => {
  const { offset } = spot;
  const all = namesIn(spot);
  return (
    all.find(({ start, end }) => start <= offset && offset < end) ??
    all.find(({ start, end }) => start <= offset && offset === end) ??
    null
  );
};

/** The innermost term at a spot; null where the declaration does not parse. */
export const termAt = ({ declaration, offset }: Spot): Node | null =>
  declaration.term === null ? null : nodeAt(rootOf(declaration.term), declaration.spans, offset);

export const rangeIn = ({ module, base }: Standing, { start, end }: Extent): Range => ({
  start: module.document.position(base + start),
  end: module.document.position(base + end),
});

/** Definitions that a declaration makes. */
export const definitionsOf = ({ module, declaration }: Standing): readonly Definition[] =>
  module.byDeclaration.get(declaration) ?? [];

/**
 * The value of a term where it stands; null where it has none of its own, because it is
 * a part of another, mentions what only a call gives, or is wrong.
 */
export const valueAt = (workspace: Workspace, module: Module, node: Node): Value | null => {
  const { term } = node;
  if (!hasValue(term)) return null;
  const locals = new Set(localsAt(node).map(({ name }) => name));
  const todo = [term];
  for (let part = todo.pop(); part !== undefined; part = todo.pop()) {
    const { own, paths, parts } = freeNames(part);
    if (own.some(isOwnName)) return null;
    for (const name of own) if (locals.has(name)) return null;
    for (const path of paths) if (path.some((name) => locals.has(name))) return null;
    todo.push(...parts);
  }
  const { value, problems } = askTerm({ workspace, file: module.file }, term);
  return problems.length > 0 || value._tag === "Poison" ? null : value;
};
