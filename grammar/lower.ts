/** Drafts to interned terms, and their places in the text. */
import type { Term, Terms } from "../src/core/term.ts";
import { chunked } from "./chunks.ts";
import type { ParseNode } from "./parse-node.ts";
import { longestPlain, newSpans, type Spans, sharedSpans } from "./spans.ts";

/** Layers above each other; deeper programs are refused, on every machine alike. */
export const DEEPEST = 10_000;

/** Interns `made`, of which each comes after what stands in its places. False: too deep. */
export const intern = (made: readonly ParseNode[], terms: Terms): boolean => {
  let deepest = 0;
  const inner: Term[] = [];
  for (const node of made) {
    if (node.layer._tag === "List") node.children = chunked(node.children, terms);
    const { children } = node;
    let depth = 0;
    for (let i = 0; i < children.length; i++) {
      const child = children[i]!;
      inner[i] = child.term!;
      if (child.depth > depth) depth = child.depth;
    }
    node.depth = depth + 1;
    if (depth > deepest) deepest = depth;
    node.term = terms.internLayer(node.layer, inner, children.length);
  }
  return deepest < DEEPEST;
};

const scratch = new Array<number>(longestPlain).fill(0);

/** Four numbers a term, in pre-order: start, end, and the same of its focus, less `origin`. */
export const spansOf = (root: ParseNode, origin: number): Spans => {
  const length = 4 * root.term!.size;
  const spans = length <= longestPlain ? scratch : newSpans(length);
  const stack: ParseNode[] = [root];
  let at = 0;
  for (let node = stack.pop(); node !== undefined; node = stack.pop()) {
    spans[at++] = node.start - origin;
    spans[at++] = node.end - origin;
    spans[at++] = node.focusStart - origin;
    spans[at++] = node.focusEnd - origin;
    const { children } = node;
    for (let i = children.length - 1; i >= 0; i--) stack.push(children[i]!);
  }
  return spans === scratch ? sharedSpans(scratch, length) : spans;
};
