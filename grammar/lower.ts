/** Drafts to interned terms, and their places in the text. */
import type { Term, Terms } from "../src/core/term.ts";
import { chunked } from "./chunks.ts";
import type { Draft } from "./draft.ts";
import { longestPlain, newSpans, type Spans, sharedSpans } from "./spans.ts";

/** Layers above each other; deeper programs are refused, on every machine alike. */
export const DEEPEST = 10_000;

/** Interns `made`, of which each comes after what stands in its places. False: too deep. */
export const intern = (made: readonly Draft[], terms: Terms): boolean => {
  let deepest = 0;
  const inner: Term[] = [];
  for (const draft of made) {
    if (draft.layer._tag === "List") draft.kids = chunked(draft.kids, terms);
    const { kids } = draft;
    let depth = 0;
    for (let i = 0; i < kids.length; i++) {
      const kid = kids[i]!;
      inner[i] = kid.term!;
      if (kid.depth > depth) depth = kid.depth;
    }
    draft.depth = depth + 1;
    if (depth > deepest) deepest = depth;
    draft.term = terms.internLayer(draft.layer, inner, kids.length);
  }
  return deepest < DEEPEST;
};

const scratch = new Array<number>(longestPlain).fill(0);

/** Four numbers a term, in pre-order: start, end, and the same of its focus, less `origin`. */
export const spansOf = (root: Draft, origin: number): Spans => {
  const length = 4 * root.term!.size;
  const spans = length <= longestPlain ? scratch : newSpans(length);
  const stack: Draft[] = [root];
  let at = 0;
  for (let draft = stack.pop(); draft !== undefined; draft = stack.pop()) {
    spans[at++] = draft.start - origin;
    spans[at++] = draft.end - origin;
    spans[at++] = draft.focusStart - origin;
    spans[at++] = draft.focusEnd - origin;
    const { kids } = draft;
    for (let i = kids.length - 1; i >= 0; i--) stack.push(kids[i]!);
  }
  return spans === scratch ? sharedSpans(scratch, length) : spans;
};
