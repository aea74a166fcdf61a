/** Which names a term takes from outside itself: the one place that knows what binds what. */
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
  readonly path: (names: readonly string[]) => void;
  /** A chunk in whose place nothing is bound. True: it is seen to, do not enter. */
  readonly chunk: (term: Term) => boolean;
}

const clausesWithSelf = new Set(["Runs", "Env", "Instances", "Health"]);

/** What is still to be walked, last first: terms with their positions, names to bind (1) and to unbind (-1). */
class Todo {
  readonly #items: (Term | string)[] = [];
  readonly #numbers: number[] = [];

  get isEmpty(): boolean {
    return this.#items.length === 0;
  }

  push(item: Term | string, number: number): void {
    this.#items.push(item);
    this.#numbers.push(number);
  }

  pop(): readonly [Term | string, number] {
    return [this.#items.pop()!, this.#numbers.pop()!];
  }

  /** The kids as written. */
  pushKids(kids: readonly Term[], from: number): void {
    let at = from;
    for (const kid of kids) at += kid.size;
    for (let i = kids.length - 1; i >= 0; i--) {
      at -= kids[i]!.size;
      this.push(kids[i]!, at);
    }
  }

  /** What comes first is given first. */
  pushAll(steps: readonly (readonly [Term | string, number])[]): void {
    for (let i = steps.length - 1; i >= 0; i--) this.push(...steps[i]!);
  }
}

/** Kids and bindings in the order in which they come into being; null: kids as written, nothing bound. */
const plan = ({ node }: Term, at: number): readonly (readonly [Term | string, number])[] | null => {
  const kids = node.kids as readonly Term[];
  const steps: (readonly [Term | string, number])[] = [];
  const bound: string[] = [];
  const bind = (name: string): void => {
    steps.push([name, 1]);
    bound.push(name);
  };
  const unbind = (): void => {
    while (bound.length > 0) steps.push([bound.pop()!, -1]);
  };
  let place = at + 1;
  const visit = (kid: Term): void => {
    steps.push([kid, place]);
    place += kid.size;
  };
  switch (node._tag) {
    case "Fn":
    case "LetDecl":
    case "Let": {
      let i = 0;
      for (; kids[i]!.node._tag === "Param"; i++) {
        visit(kids[i]!);
        bind((kids[i]!.node as { readonly name: string }).name);
      }
      visit(kids[i]!);
      unbind();
      if (node._tag !== "Let") return steps;
      bind(node.name);
      visit(kids[i + 1]!);
      unbind();
      return steps;
    }
    case "Comprehension": {
      place += kids[0]!.size;
      for (let i = 1; i < kids.length; i++) {
        visit(kids[i]!);
        const qualifier = kids[i]!.node;
        if (qualifier._tag === "For") bind(qualifier.name);
      }
      steps.push([kids[0]!, at + 1]);
      unbind();
      return steps;
    }
    case "Mu":
      bind(node.name);
      visit(kids[0]!);
      unbind();
      return steps;
    default:
      if (!clausesWithSelf.has(node._tag)) return null;
      bind("self");
      for (const kid of kids) visit(kid);
      unbind();
      return steps;
  }
};

/** Visits all free names of a term; with a stack of its own, for terms of any depth. */
const walk = (root: Term, rootAt: number, visitor: Visitor): void => {
  const bound = new Map<string, number>();
  let bindings = 0;
  const isBound = (name: string): boolean => bindings > 0 && (bound.get(name) ?? 0) > 0;
  const todo = new Todo();
  todo.push(root, rootAt);
  while (!todo.isEmpty) {
    const [item, number] = todo.pop();
    if (typeof item === "string") {
      bound.set(item, (bound.get(item) ?? 0) + number);
      bindings += number;
      continue;
    }
    const { node } = item;
    if (node._tag === "Name") {
      if (!isBound(node.name)) visitor.name(node.name, item, number);
      continue;
    }
    if (node._tag === "Path") {
      const [head = "", ...rest] = node.names;
      if (basePayloads.has(head)) {
        if (rest.length > 0 && !isBound(rest[0]!)) visitor.name(rest[0]!, item, number);
        continue;
      }
      if (!isBound(head)) visitor.name(head, item, number);
      if (rest.length > 0) {
        visitor.path([isBound(head) ? "" : head, ...rest.map((one) => (isBound(one) ? "" : one))]);
      }
      continue;
    }
    if (node._tag === "Chunk" && item !== root && bindings === 0 && visitor.chunk(item)) continue;
    if (item.size === 1) continue;
    const steps = plan(item, number);
    if (steps === null) todo.pushKids(node.kids as readonly Term[], number + 1);
    else todo.pushAll(steps);
  }
};

const memo = new WeakMap<Term, FreeNames>();
/** Smaller terms are walked again in less time than it takes to remember them. */
const worthwhile = 32;
const none: FreeNames = { own: new Set(), paths: [], parts: [] };

const isNone = (names: FreeNames): boolean =>
  names.own.size === 0 && names.paths.length === 0 && names.parts.length === 0;

/**
 * The names that a term takes from outside: of definitions, built-ins, `host`, and
 * `self` where it stands outside an equation. Names of parameters, of `let … in`, of
 * comprehensions and of `mu` are bound. Remembered while the term lives.
 */
export const freeNames = (term: Term): FreeNames => {
  if (term.size === 1 && term.node._tag !== "Name" && term.node._tag !== "Path") return none;
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

/** Whether a name is free in a term. */
export const mentions = (term: Term, name: string): boolean => {
  if (term.node._tag === "Name") return term.node.name === name;
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
