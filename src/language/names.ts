/** Which names a term takes from outside itself: the one place that knows what binds what. */
import type { TermF } from "../core/syntax.ts";
import type { Term } from "../core/term.ts";

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
  readonly own: ReadonlySet<string>;
  /**
   * Payload paths `a.b.c` where it takes the value of `a` to know which of the later names
   * are fields and which is the name that the session goes on with. `a` is in `own`; a
   * later name that is bound in the term is empty here. See `readPath`.
   */
  readonly paths: readonly (readonly string[])[];
  /** Chunks of long lists whose free names are free here too: so versions share the work. */
  readonly parts: readonly Term[];
}

interface Visitor {
  /** A name that is not bound in the term where the walk began. */
  readonly name: (name: string, term: Term, at: number) => void;
  readonly path: (names: readonly string[], term: Term, at: number) => void;
  /** A chunk in whose place nothing is bound. True: it is seen to, do not enter. */
  readonly chunk: (term: Term) => boolean;
}

type Step =
  | { readonly _tag: "Visit"; readonly term: Term; readonly at: number }
  | { readonly _tag: "Bind" | "Unbind"; readonly name: string };

const clausesWithSelf = new Set(["Runs", "Env", "Instances", "Health"]);

/** Kids in the order in which what they bind comes into being. Null: as written. */
const plan = (node: TermF<Term>, kids: readonly Step[]): readonly Step[] | null => {
  const bind = (name: string): Step => ({ _tag: "Bind", name });
  const unbind = (name: string): Step => ({ _tag: "Unbind", name });
  switch (node._tag) {
    case "Fn":
    case "LetDecl":
    case "Let": {
      const steps: Step[] = [];
      const bound: string[] = [];
      let i = 0;
      for (; i < kids.length && node.kids[i]!.node._tag === "Param"; i++) {
        const { name } = node.kids[i]!.node as { readonly name: string };
        steps.push(kids[i]!, bind(name));
        bound.push(name);
      }
      steps.push(kids[i]!, ...bound.map(unbind));
      if (node._tag === "Let") steps.push(bind(node.name), kids[i + 1]!, unbind(node.name));
      return steps;
    }
    case "Comprehension": {
      const steps: Step[] = [];
      const bound: string[] = [];
      for (let i = 1; i < kids.length; i++) {
        steps.push(kids[i]!);
        const qualifier = node.kids[i]!.node;
        if (qualifier._tag !== "For") continue;
        steps.push(bind(qualifier.name));
        bound.push(qualifier.name);
      }
      return [...steps, kids[0]!, ...bound.map(unbind)];
    }
    case "Mu":
      return [bind(node.name), kids[0]!, unbind(node.name)];
    default:
      return clausesWithSelf.has(node._tag) ? [bind("self"), ...kids, unbind("self")] : null;
  }
};

/** Visits all free names of a term; with a stack of its own, for terms of any depth. */
const walk = (root: Term, rootAt: number, visitor: Visitor): void => {
  const bound = new Map<string, number>();
  let bindings = 0;
  const isBound = (name: string): boolean => bindings > 0 && (bound.get(name) ?? 0) > 0;
  const stack: Step[] = [{ _tag: "Visit", term: root, at: rootAt }];
  for (let step = stack.pop(); step !== undefined; step = stack.pop()) {
    if (step._tag !== "Visit") {
      const by = step._tag === "Bind" ? 1 : -1;
      bound.set(step.name, (bound.get(step.name) ?? 0) + by);
      bindings += by;
      continue;
    }
    const { term, at } = step;
    const { node } = term;
    if (node._tag === "Name") {
      if (!isBound(node.name)) visitor.name(node.name, term, at);
      continue;
    }
    if (node._tag === "Path") {
      const [head = "", ...rest] = node.names;
      if (basePayloads.has(head)) {
        if (rest.length > 0 && !isBound(rest[0]!)) visitor.name(rest[0]!, term, at);
        continue;
      }
      if (!isBound(head)) visitor.name(head, term, at);
      if (rest.length > 0) {
        visitor.path([isBound(head) ? "" : head, ...rest.map((one) => (isBound(one) ? "" : one))], term, at);
      }
      continue;
    }
    if (node._tag === "Chunk" && term !== root && bindings === 0 && visitor.chunk(term)) continue;
    const kids = node.kids as readonly Term[];
    if (kids.length === 0) continue;
    const visits: Step[] = new Array(kids.length);
    let kidAt = at + 1;
    for (let i = 0; i < kids.length; i++) {
      visits[i] = { _tag: "Visit", term: kids[i]!, at: kidAt };
      kidAt += kids[i]!.size;
    }
    const steps = plan(node, visits) ?? visits;
    for (let i = steps.length - 1; i >= 0; i--) stack.push(steps[i]!);
  }
};

const memo = new WeakMap<Term, FreeNames>();
const none: FreeNames = { own: new Set(), paths: [], parts: [] };

const isNone = (names: FreeNames): boolean =>
  names.own.size === 0 && names.paths.length === 0 && names.parts.length === 0;

/**
 * The names that a term takes from outside: of definitions, built-ins, `host`, and
 * `self` where it stands outside an equation. Names of parameters, of `let … in`, of
 * comprehensions and of `mu` are bound. Remembered on the term.
 */
export const freeNames = (term: Term): FreeNames => {
  const known = memo.get(term);
  if (known !== undefined) return known;
  const own = new Set<string>();
  const paths: (readonly string[])[] = [];
  const parts: Term[] = [];
  walk(term, 0, {
    name: (name) => own.add(name),
    path: (names) => paths.push(names),
    chunk: (chunk) => {
      parts.push(chunk);
      return true;
    },
  });
  const names: FreeNames = { own, paths, parts };
  const kept = isNone(names) ? none : names;
  memo.set(term, kept);
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

/** Whether a name is free in a term. */
export const mentions = (term: Term, name: string): boolean => {
  const stack: Term[] = [term];
  for (let top = stack.pop(); top !== undefined; top = stack.pop()) {
    const free = freeNames(top);
    if (free.own.has(name)) return true;
    for (const part of free.parts) stack.push(part);
  }
  return false;
};

/** The positions, from `at` on, where a name is free in a term; in rising order. */
export const occurrences = (term: Term, at: number, name: string): readonly number[] => {
  const found: number[] = [];
  walk(term, at, {
    name: (one, _, where) => {
      if (one === name) found.push(where);
    },
    path: () => {},
    chunk: (chunk) => !mentions(chunk, name),
  });
  return found.sort((a, b) => a - b);
};
