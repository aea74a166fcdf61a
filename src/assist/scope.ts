/** Which names are bound around a term inside of its declaration, and by what. */
import type { Term } from "../core/term.ts";
import type { Node } from "./tree.ts";

export interface Local {
  readonly name: string;
  readonly kind: "parameter" | "let" | "for" | "mu";
  /** Position of the term that binds it. */
  readonly at: number;
}

/** Position of each kid of a term at `at`. */
const positions = (term: Term, at: number): readonly number[] => {
  let next = at + 1;
  return (term.node.kids as readonly Term[]).map((kid) => {
    const own = next;
    next += kid.size;
    return own;
  });
};

/** What a term binds for its kid of an index, the innermost last. */
const boundFor = ({ term, at }: Node, index: number): readonly Local[] => {
  const { node } = term;
  switch (node._tag) {
    case "Fn":
    case "LetDecl":
    case "Let": {
      const kids = node.kids as readonly Term[];
      const places = positions(term, at);
      const parameters = kids.flatMap((kid, i): Local[] =>
        kid.node._tag === "Param" && i < index
          ? [{ name: kid.node.name, kind: "parameter", at: places[i]! }]
          : [],
      );
      const isBody = node._tag === "Let" && index === kids.length - 1;
      return isBody ? [{ name: node.name, kind: "let", at }] : parameters;
    }
    case "Comprehension": {
      const places = positions(term, at);
      return node.kids.flatMap((kid, i): Local[] =>
        kid.node._tag === "For" && (index === 0 || i < index)
          ? [{ name: kid.node.name, kind: "for", at: places[i]! }]
          : [],
      );
    }
    case "Mu":
      return [{ name: node.name, kind: "mu", at }];
    default:
      return [];
  }
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

const clausesWithSelf: ReadonlySet<string> = new Set(["Runs", "Env", "Instances", "Health"]);

/** Whether `self` is known at a term. */
export const knowsSelf = (node: Node): boolean => {
  for (let inner: Node | null = node; inner !== null; inner = inner.parent)
    if (clausesWithSelf.has(inner.term.node._tag)) return true;
  return false;
};
