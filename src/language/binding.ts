/** A walk over the free names of a term: the one place that knows what binds what. */
import type { Term } from "../core/term.ts";

interface Visitor {
  /** A name that is not bound in the term where the walk began. */
  readonly name: (name: string, at: number) => void;
  /** A payload's path, and whether the name at an index of it is bound. */
  readonly path: (names: readonly string[], at: number, isBound: (index: number) => boolean) => void;
  /** A chunk in whose place nothing is bound. True: it is seen to, do not enter. */
  readonly chunk: (term: Term) => boolean;
}

/** Clauses that may follow what the automaton observes of itself. */
const clausesWithSelf = new Set(["Runs", "Env", "Instances", "Health"]);

/**
 * What is still to be walked, last first: terms with their positions, names to bind (1)
 * and to unbind (-1), and variables of `mu` that begin (2) and end (-2) to be known.
 */
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

  /** The number of what `pop` gives next. */
  get number(): number {
    return this.#numbers[this.#numbers.length - 1]!;
  }

  pop(): Term | string {
    this.#numbers.pop();
    return this.#items.pop()!;
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

const binders = new Set(["Fn", "LetDecl", "Let", "Comprehension"]);

/**
 * What sessions and payloads are made of. In whatever else stands there, an expression,
 * the variables of `mu` mean nothing: its value is a protocol of its own.
 */
const sessions: ReadonlySet<string> = new Set([
  ...["Send", "Receive", "Select", "Offer", "Branch", "Mu", "Dual", "Then", "End"],
  ...["Name", "Path", "ListOf", "RecordOf", "FieldOf"],
]);

/** The kids of a binder and its bindings, in the order in which they come into being. */
const plan = ({ node }: Term, at: number): readonly (readonly [Term | string, number])[] => {
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
    default:
      throw new Error(`a ${node._tag} binds nothing`);
  }
};

/** How often each name is bound where the walk is now. */
class Bound {
  #counts: Map<string, number> | null = null;
  #total = 0;

  get isNone(): boolean {
    return this.#total === 0;
  }

  has(name: string): boolean {
    return this.#total > 0 && (this.#counts?.get(name) ?? 0) > 0;
  }

  add(name: string, times: number): void {
    this.#counts ??= new Map();
    this.#counts.set(name, (this.#counts.get(name) ?? 0) + times);
    this.#total += times;
  }

  /** Each name as often as it is bound. */
  all(): readonly string[] {
    return [...(this.#counts ?? [])].flatMap(([name, times]) => Array<string>(times).fill(name));
  }
}

const hiding: ReadonlySet<string> = new Set([...binders, "Mu", "Path", "Chunk"]);

const collect = (term: Term, isSelfBound: boolean, names: string[]): boolean => {
  const { node } = term;
  if (node._tag === "Name") {
    const isFree = !isSelfBound || node.name !== "self";
    if (isFree && !names.includes(node.name)) names.push(node.name);
    return true;
  }
  if (term.size === 1 && node._tag !== "Path") return true;
  if (hiding.has(node._tag)) return false;
  const kids = node.kids as readonly Term[];
  const bindsSelf = isSelfBound || clausesWithSelf.has(node._tag);
  for (let i = 0; i < kids.length; i++) if (!collect(kids[i]!, bindsSelf, names)) return false;
  return true;
};

/**
 * The free names of a small term, each once, if nothing but `self` is bound in it: what
 * `walk` would find, for most declarations in a fraction of the time. Null for any other.
 */
export const simpleNames = (term: Term): readonly string[] | null => {
  const names: string[] = [];
  return collect(term, false, names) ? names.slice() : null;
};

/** Visits all free names of a term. With a stack of its own, for terms of any depth. */
export const walk = (root: Term, rootAt: number, visitor: Visitor): void => {
  // Most terms bind nothing but `self`, and that only for a while.
  const bound = new Bound();
  const variables = new Bound();
  const todo = new Todo();
  todo.push(root, rootAt);
  while (!todo.isEmpty) {
    const { number } = todo;
    const item = todo.pop();
    if (typeof item === "string") {
      if (number === 1 || number === -1) bound.add(item, number);
      else variables.add(item, number / 2);
      continue;
    }
    const { node } = item;
    if (node._tag === "Name") {
      if (!bound.has(node.name) && !variables.has(node.name)) visitor.name(node.name, number);
      continue;
    }
    if (node._tag === "Path") {
      const { names } = node;
      // A variable can stand only where the session goes on, behind the payload.
      const isVariable = (i: number): boolean => i > 0 && i === names.length - 1 && variables.has(names[i]!);
      visitor.path(names, number, (i) => bound.has(names[i]!) || isVariable(i));
      continue;
    }
    if (!variables.isNone && !sessions.has(node._tag)) {
      const hidden = variables.all();
      for (const name of hidden) todo.push(name, 2);
      todo.push(item, number);
      for (const name of hidden) variables.add(name, -1);
      continue;
    }
    if (node._tag === "Chunk" && item !== root && bound.isNone && visitor.chunk(item)) continue;
    if (item.size === 1) continue;
    if (node._tag === "Mu") {
      todo.pushAll([
        [node.name, 2],
        [node.kids[0], number + 1],
        [node.name, -2],
      ]);
      continue;
    }
    const bindsSelf = clausesWithSelf.has(node._tag);
    if (bindsSelf) todo.push("self", -1);
    if (binders.has(node._tag)) todo.pushAll(plan(item, number));
    else todo.pushKids(node.kids as readonly Term[], number + 1);
    if (bindsSelf) todo.push("self", 1);
  }
};
