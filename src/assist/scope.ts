/** Which names are bound around a term inside of its declaration, and by what. */
import { type Binding, bindings, bindsNames } from "../core/bindings.ts";
import type { Term } from "../core/term.ts";
import type { Node } from "./tree.ts";

export interface Local {
  readonly name: string;
  readonly kind: Exclude<Binding["kind"], "self">;
  /** Position of the term that binds it. */
  readonly at: number;
}

/** Position of each child of a term at `at`. */
const positions = (term: Term, at: number): readonly number[] => {
  let next = at + 1;
  return (term.node.children as readonly Term[]).map((child) => {
    const own = next;
    next += child.size;
    return own;
  });
};

const none: readonly Local[] = [];

/** What a term binds for its child of an index, the innermost last. */
const boundFor = ({ term, at }: Node, index: number): readonly Local[] => {
  if (!bindsNames(term.node._tag)) return none;
  const known: Local[] = [];
  for (const scope of bindings(term)) {
    if (!scope.includes(index)) continue;
    const places = positions(term, at);
    for (const step of scope) {
      if (step === index) break;
      if (typeof step === "number" || step.kind === "self") continue;
      const { name, kind, child } = step;
      known.push({ name, kind, at: child === null ? at : places[child]! });
    }
  }
  return known;
};

/** The local names that are known at a term, the innermost first. */
export const localsAt = (node: Node): readonly Local[] => {
  const found: Local[] = [];
  for (let inner = node; inner.parent !== null; inner = inner.parent)
    found.push(...boundFor(inner.parent, inner.index).toReversed());
  return found;
};

/** What binds a name at a term; null where nothing in the declaration does. */
export const localNamed = (node: Node, name: string): Local | null => {
  for (let inner = node; inner.parent !== null; inner = inner.parent) {
    const bound = boundFor(inner.parent, inner.index);
    for (let i = bound.length - 1; i >= 0; i--) if (bound[i]!.name === name) return bound[i]!;
  }
  return null;
};
