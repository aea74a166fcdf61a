/** A walk over the free names of a term: the one place that knows what binds what. */
import type { Term } from "../core/term.ts";

interface Visitor {
  /** A name that is not bound in the term where the walk began. */
  readonly name: (name: string, at: number) => void;
  /** A payload's path, of which any name may be bound. */
  readonly path: (names: readonly string[], at: number, isBound: (name: string) => boolean) => void;
  /** A chunk in whose place nothing is bound. True: it is seen to, do not enter. */
  readonly chunk: (term: Term) => boolean;
}

/** Clauses that may follow what the automaton observes of itself. */
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

const binders = new Set(["Fn", "LetDecl", "Let", "Comprehension", "Mu"]);

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
    case "Mu":
      bind(node.name);
      visit(kids[0]!);
      unbind();
      return steps;
    default:
      throw new Error(`a ${node._tag} binds nothing`);
  }
};

/** Visits all free names of a term. With a stack of its own, for terms of any depth. */
export const walk = (root: Term, rootAt: number, visitor: Visitor): void => {
  // Most terms bind nothing but `self`, and that only for a while.
  let bound: Map<string, number> | null = null;
  let bindings = 0;
  const isBound = (name: string): boolean => bindings > 0 && (bound?.get(name) ?? 0) > 0;
  const todo = new Todo();
  todo.push(root, rootAt);
  while (!todo.isEmpty) {
    const { number } = todo;
    const item = todo.pop();
    if (typeof item === "string") {
      bound ??= new Map<string, number>();
      bound.set(item, (bound.get(item) ?? 0) + number);
      bindings += number;
      continue;
    }
    const { node } = item;
    if (node._tag === "Name") {
      if (!isBound(node.name)) visitor.name(node.name, number);
      continue;
    }
    if (node._tag === "Path") {
      visitor.path(node.names, number, isBound);
      continue;
    }
    if (node._tag === "Chunk" && item !== root && bindings === 0 && visitor.chunk(item)) continue;
    if (item.size === 1) continue;
    const bindsSelf = clausesWithSelf.has(node._tag);
    if (bindsSelf) todo.push("self", -1);
    if (binders.has(node._tag)) todo.pushAll(plan(item, number));
    else todo.pushKids(node.kids as readonly Term[], number + 1);
    if (bindsSelf) todo.push("self", 1);
  }
};
