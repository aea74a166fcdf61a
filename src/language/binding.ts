/** A walk over the free names of a term. What binds what, `bindings` says. */
import { type Binding, bindings, bindsNames, bindsSelf, isOwnName } from "../core/bindings.ts";
import type { Term } from "../core/term.ts";

interface Visitor {
  /** A name that is not bound in the term where the walk began. */
  readonly name: (name: string, at: number) => void;
  /** A payload's path, and whether the name at an index of it is bound. */
  readonly path: (names: readonly string[], at: number, isBound: (index: number) => boolean) => void;
  /** A chunk in whose place nothing is bound. True: it is seen to, do not enter. */
  readonly chunk: (term: Term) => boolean;
}

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

  /** The children as written. */
  pushChildren(children: readonly Term[], from: number): void {
    let at = from;
    for (const child of children) at += child.size;
    for (let i = children.length - 1; i >= 0; i--) {
      at -= children[i]!.size;
      this.push(children[i]!, at);
    }
  }

  /** What comes first is given first. */
  pushAll(steps: readonly (readonly [Term | string, number])[]): void {
    for (let i = steps.length - 1; i >= 0; i--) this.push(...steps[i]!);
  }
}

/**
 * What sessions and payloads are made of. In whatever else stands there, an expression,
 * the variables of `mu` mean nothing: its value is a protocol of its own.
 */
const sessions: ReadonlySet<string> = new Set([
  ...["Send", "Receive", "Select", "Offer", "Branch", "Mu", "Dual", "Then", "End"],
  ...["Name", "Path", "ListOf", "RecordOf", "FieldOf"],
]);

/** How a binding begins, among what is still to be walked; it ends with the number below zero. */
const beginning = ({ kind }: Binding): 1 | 2 => (kind === "mu" ? 2 : 1);

/** The children of a binder and its bindings, in the order in which they come into being. */
const stepsOf = (term: Term, at: number): readonly (readonly [Term | string, number])[] => {
  const children = term.node.children as readonly Term[];
  const places = new Array<number>(children.length);
  for (let i = 0, place = at + 1; i < children.length; place += children[i++]!.size) places[i] = place;
  const steps: (readonly [Term | string, number])[] = [];
  for (const scope of bindings(term)) {
    for (const step of scope) {
      if (typeof step === "number") steps.push([children[step]!, places[step]!]);
      else steps.push([step.name, beginning(step)]);
    }
    for (const step of scope) if (typeof step !== "number") steps.push([step.name, -beginning(step)]);
  }
  return steps;
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

const collect = (term: Term, isSelfBound: boolean, names: string[]): boolean => {
  const { node } = term;
  if (node._tag === "Name") {
    const isFree = !isSelfBound || !isOwnName(node.name);
    if (isFree && !names.includes(node.name)) names.push(node.name);
    return true;
  }
  if (term.size === 1 && node._tag !== "Path") return true;
  if (bindsNames(node._tag) || node._tag === "Path" || node._tag === "Chunk") return false;
  const children = node.children as readonly Term[];
  const isBound = isSelfBound || bindsSelf(node._tag);
  for (let i = 0; i < children.length; i++) if (!collect(children[i]!, isBound, names)) return false;
  return true;
};

/**
 * The free names of a small term, each once, if nothing is bound in it but what a clause knows of its automaton: what
 * `walk` would find, for most declarations in a fraction of the time. Null for any other.
 */
export const simpleNames = (term: Term): readonly string[] | null => {
  const names: string[] = [];
  return collect(term, false, names) ? names.slice() : null;
};

/** Visits all free names of a term. With a stack of its own, for terms of any depth. */
export const walk = (root: Term, rootAt: number, visitor: Visitor): void => {
  // Most terms bind nothing but what clauses know of their automata, and that only for a while.
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
    if (bindsNames(node._tag) || bindsSelf(node._tag)) todo.pushAll(stepsOf(item, number));
    else todo.pushChildren(node.children as readonly Term[], number + 1);
  }
};
