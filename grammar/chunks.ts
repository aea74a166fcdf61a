/**
 * Long lists as balanced trees whose shape depends on the elements alone, so that one
 * element more or less makes a few new terms and leaves the others. The boundaries are
 * those of `Seq`: an element starts a chunk at a level iff its mixed hash says so at this
 * level and at all below; in a run of equal elements the ordinal is mixed in.
 */
import { mix } from "../src/core/hash.ts";
import type { Term, Terms } from "../src/core/term.ts";
import { Draft } from "./draft.ts";

/** Lists up to this length are not chunked. */
export const LONGEST = 32;
const BOUNDARY = 0x10000000;

/** The elements, or the chunks of the highest level that has more than a few. All interned. */
export const chunked = (elements: readonly Draft[], terms: Terms): readonly Draft[] => {
  if (elements.length <= LONGEST) return elements;
  let row = elements;
  let edges = edgesOf(elements);
  for (let level = 0; row.length > LONGEST; level++) {
    const next: Draft[] = [];
    const nextEdges: number[] = [];
    let start = 0;
    for (let i = 1; i <= row.length; i++) {
      if (i < row.length && mix(edges[i]!, level) >= BOUNDARY) continue;
      next.push(chunk(row.slice(start, i), level, terms));
      nextEdges.push(edges[start]!);
      start = i;
    }
    row = next;
    edges = nextEdges;
  }
  return row;
};

const edgesOf = (elements: readonly Draft[]): number[] => {
  let previous: unknown = null;
  let ordinal = 0;
  return elements.map(({ term }) => {
    ordinal = term === previous ? ordinal + 1 : 0;
    previous = term;
    return ordinal === 0 ? term!.hash : mix(term!.hash, ordinal);
  });
};

const chunk = (kids: readonly Draft[], level: number, terms: Terms): Draft => {
  const draft = new Draft({ _tag: "Chunk", level }, kids, kids[0]!.start, kids[kids.length - 1]!.end);
  draft.depth = kids.reduce((depth, kid) => Math.max(depth, kid.depth), 0);
  draft.term = terms.intern({ _tag: "Chunk", level, kids: kids.map((kid) => kid.term!) });
  return draft;
};

/** The term of a list of any length. */
export const listOf = (elements: readonly Term[], terms: Terms): Term => {
  const drafts = elements.map((term) => {
    const draft = new Draft({ _tag: "Spread" }, [], 0, 0);
    draft.term = term;
    return draft;
  });
  return terms.intern({ _tag: "List", kids: chunked(drafts, terms).map((draft) => draft.term!) });
};
