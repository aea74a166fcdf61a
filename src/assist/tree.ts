/** The terms of a declaration as they stand in the text. */
import type { Declaration } from "../../grammar/declaration.ts";
import type { Term } from "../core/term.ts";

/** A term in its place. */
export interface Node {
  readonly term: Term;
  /** Pre-order position in the declaration. */
  readonly at: number;
  readonly parent: Node | null;
  /** Which of the parent's children it is. */
  readonly index: number;
}

/** Offsets in the declaration; the end is exclusive. */
export interface Extent {
  readonly start: number;
  readonly end: number;
}

export type Spans = Declaration["spans"];

export const spanAt = (spans: Spans, at: number): Extent => ({
  start: spans[4 * at]!,
  end: spans[4 * at + 1]!,
});

/** Of the term's own name, operator or keyword. */
export const focusAt = (spans: Spans, at: number): Extent => ({
  start: spans[4 * at + 2]!,
  end: spans[4 * at + 3]!,
});

export const rootOf = (term: Term): Node => ({ term, at: 0, parent: null, index: 0 });

export const childrenOf = (node: Node): readonly Node[] => {
  let at = node.at + 1;
  return (node.term.node.children as readonly Term[]).map((term, index) => {
    const child: Node = { term, at, parent: node, index };
    at += term.size;
    return child;
  });
};

const holds = ({ start, end }: Extent, offset: number): boolean => start <= offset && offset <= end;

/** The innermost term around an offset; of two that meet there, the later. */
export const nodeAt = (root: Node, spans: Spans, offset: number): Node => {
  for (let node = root; ; ) {
    let inner: Node | null = null;
    let at = node.at + 1;
    const children = node.term.node.children as readonly Term[];
    for (let index = 0; index < children.length; index++) {
      const term = children[index]!;
      const span = spanAt(spans, at);
      if (span.start > offset) break;
      if (holds(span, offset)) inner = { term, at, parent: node, index };
      at += term.size;
    }
    if (inner === null) return node;
    node = inner;
  }
};

/** The term at a position, with all that it stands in. */
export const nodeOf = (root: Node, position: number): Node => {
  let node = root;
  while (node.at !== position) {
    let at = node.at + 1;
    const children = node.term.node.children as readonly Term[];
    let index = 0;
    while (position >= at + children[index]!.size) at += children[index++]!.size;
    node = { term: children[index]!, at, parent: node, index };
  }
  return node;
};

/** All terms of a declaration in pre-order; `enter` false leaves out what stands in a term. */
export function* nodesOf(root: Node, enter: (node: Node) => boolean = () => true): Generator<Node> {
  const stack: Node[] = [root];
  for (let node = stack.pop(); node !== undefined; node = stack.pop()) {
    yield node;
    if (!enter(node)) continue;
    const children = childrenOf(node);
    for (let i = children.length - 1; i >= 0; i--) stack.push(children[i]!);
  }
}
