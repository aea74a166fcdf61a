/** Which names a term takes from outside itself. */
import type { Term } from "../core/term.ts";
import { simpleNames, walk } from "./binding.ts";

/** Payloads that are always there; a path that begins with one goes on with a session. */
export const basePayloads: ReadonlySet<string> = new Set([
  "Bytes",
  "String",
  "Int",
  "Float",
  "Bool",
  "Json",
  "Unit",
]);

export interface FreeNames {
  /** Each once. */
  readonly own: readonly string[];
  /**
   * Payload paths `a.b.c` where it takes the value of `a` to know which of the later names
   * are fields and which is the name that the session goes on with. `a` is in `own`; a
   * later name that is bound in the term is empty here. See `readPath`.
   */
  readonly paths: readonly (readonly string[])[];
  /** Chunks of long lists whose free names are free here too: so versions share the work. */
  readonly parts: readonly Term[];
}

const memo = new WeakMap<Term, FreeNames>();
/** Smaller terms are walked again in less time than it takes to remember them. */
const worthwhile = 32;
const none: FreeNames = { own: [], paths: [], parts: [] };

const isNone = (names: FreeNames): boolean =>
  names.own.length === 0 && names.paths.length === 0 && names.parts.length === 0;

/** What a payload path takes from outside whatever its first name is; null where nothing. */
const sureName = (path: readonly string[], isBound: (index: number) => boolean): string | null => {
  const index = basePayloads.has(path[0]!) ? 1 : 0;
  return index >= path.length || isBound(index) ? null : path[index]!;
};

/**
 * The names that a term takes from outside: of definitions, built-ins, `host`, and
 * `self` where it stands outside an equation. Names of parameters, of `let … in`, of
 * comprehensions and of `mu` are bound. Remembered while the term lives.
 */
export const freeNames = (term: Term): FreeNames => {
  if (term.size === 1 && term.node._tag !== "Name" && term.node._tag !== "Path") return none;
  const known = memo.get(term);
  if (known !== undefined) return known;
  if (term.size < worthwhile) {
    const simple = simpleNames(term);
    if (simple !== null)
      return simple.length === 0 ? none : { own: simple, paths: none.paths, parts: none.parts };
  }
  const own = new Set<string>();
  const paths: (readonly string[])[] = [];
  const parts: Term[] = [];
  walk(term, 0, {
    name: (name) => own.add(name),
    path: (path, _, isBound) => {
      const name = sureName(path, isBound);
      if (name !== null) own.add(name);
      if (path.length < 2 || basePayloads.has(path[0]!)) return;
      paths.push(path.map((one, i) => (isBound(i) ? "" : one)));
    },
    chunk: (chunk) => {
      parts.push(chunk);
      return true;
    },
  });
  const names: FreeNames = { own: [...own], paths, parts };
  const kept = isNone(names) ? none : names;
  if (term.size >= worthwhile) memo.set(term, kept);
  return kept;
};

/**
 * The names that a payload path may read: its first, and those that may be the session's
 * next. `isModule` tells whether a name stands for an import, whose fields need no names.
 */
export const readPath = (path: readonly string[], isModule: (name: string) => boolean): readonly string[] =>
  (isModule(path[0]!) ? [path[0]!, ...path.slice(2)] : path).filter((name) => name !== "");

/** All free names, those of chunks included, in no order. A path counts with all that it may read. */
export const allFreeNames = (term: Term, isModule: (name: string) => boolean): ReadonlySet<string> => {
  const names = new Set<string>();
  const stack: Term[] = [term];
  for (let top = stack.pop(); top !== undefined; top = stack.pop()) {
    const free = freeNames(top);
    for (const name of free.own) names.add(name);
    for (const path of free.paths) for (const name of readPath(path, isModule)) names.add(name);
    stack.push(...free.parts);
  }
  return names;
};

/** Whether one of some names stands anywhere in a small term, bound or not. */
const holds = (term: Term, isMeant: (name: string) => boolean): boolean => {
  const { node } = term;
  if (node._tag === "Name") return isMeant(node.name);
  if (node._tag === "Path") return node.names.some(isMeant);
  const children = node.children as readonly Term[];
  for (let i = 0; i < children.length; i++) if (holds(children[i]!, isMeant)) return true;
  return false;
};

/** Whether a name is free in a term. */
export const mentions = (term: Term, name: string): boolean => mentionsAny(term, (one) => one === name);

/** Whether one of some names is free in a term. */
export const mentionsAny = (term: Term, isMeant: (name: string) => boolean): boolean => {
  if (term.size <= worthwhile && !holds(term, isMeant)) return false;
  const stack: Term[] = [term];
  for (let top = stack.pop(); top !== undefined; top = stack.pop()) {
    const free = freeNames(top);
    if (free.own.some(isMeant)) return true;
    for (const part of free.parts) stack.push(part);
  }
  return false;
};

/** The positions, from `at` on, where a name is free in a term; in rising order. */
export const occurrences = (term: Term, at: number, name: string): readonly number[] => {
  const found: number[] = [];
  walk(term, at, {
    name: (one, where) => {
      if (one === name) found.push(where);
    },
    path: (path, where, isBound) => {
      if (sureName(path, isBound) === name) found.push(where);
    },
    chunk: (chunk) => !mentions(chunk, name),
  });
  return found.sort((a, b) => a - b);
};
