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
  const edges = edgesOf(
    elements.map(({ term }) => term!),
    0,
  );
  return stacked(elements, edges, 0, (kids, level) => chunkDraft(kids, level, terms));
};

/** The highest row over `row`, of level `level`: `edges` say where those above begin. */
const stacked = <Node>(
  row: readonly Node[],
  edges: readonly number[],
  level: number,
  chunk: (kids: readonly Node[], level: number) => Node,
): readonly Node[] => {
  let [kids, starts] = [row, edges];
  for (let at = level; kids.length > LONGEST; at++) {
    const next: Node[] = [];
    const nextStarts: number[] = [];
    for (const [start, end] of runs(starts, at)) {
      next.push(chunk(kids.slice(start, end), at));
      nextStarts.push(starts[start]!);
    }
    [kids, starts] = [next, nextStarts];
  }
  return kids;
};

/** Where the chunks of one level begin and end. */
function* runs(edges: readonly number[], level: number): Generator<readonly [start: number, end: number]> {
  let start = 0;
  for (let i = 1; i <= edges.length; i++) {
    if (i < edges.length && mix(edges[i]!, level) >= BOUNDARY) continue;
    yield [start, i];
    start = i;
  }
}

const edgeOf = (term: Term, ordinal: number): number => (ordinal === 0 ? term.hash : mix(term.hash, ordinal));

/** `ordinal`: of the first element in its run of equal ones. */
const edgesOf = (elements: readonly Term[], ordinal: number): number[] => {
  let previous: Term | null = null;
  let count = ordinal;
  return elements.map((term) => {
    if (previous !== null) count = term === previous ? count + 1 : 0;
    previous = term;
    return edgeOf(term, count);
  });
};

const chunkTerm = (kids: readonly Term[], level: number, terms: Terms): Term =>
  terms.intern({ _tag: "Chunk", level, kids });

const chunkDraft = (kids: readonly Draft[], level: number, terms: Terms): Draft => {
  const draft = new Draft({ _tag: "Chunk", level, kids }, kids[0]!.start, kids[kids.length - 1]!.end);
  draft.depth = kids.reduce((depth, kid) => Math.max(depth, kid.depth), 0);
  draft.term = chunkTerm(
    kids.map((kid) => kid.term!),
    level,
    terms,
  );
  return draft;
};

/** The term of a list of any length. */
export const listOf = (elements: readonly Term[], terms: Terms): Term => {
  const kids =
    elements.length <= LONGEST
      ? elements
      : stacked(elements, edgesOf(elements, 0), 0, (some, level) => chunkTerm(some, level, terms));
  return terms.intern({ _tag: "List", kids });
};

const kidsOf = (chunk: Term): readonly Term[] => chunk.node.kids as readonly Term[];

/** Elements that take the place of others in the lowest chunks of a long list. */
export interface Splice {
  /** The chunk of the first element that goes; where none goes, of the one behind. */
  readonly chunk: number;
  /** Its place in that chunk. */
  readonly at: number;
  /** How many go. */
  readonly removed: number;
  readonly inserted: readonly Term[];
}

export interface Spliced {
  /** The lowest chunks of the new list. */
  readonly row: readonly Term[];
  /** Those of the old from `from` to `to` made way for those of the new from `from` to `end`. */
  readonly from: number;
  readonly to: number;
  readonly end: number;
}

/**
 * The lowest chunks with some elements in place of others: as if all had been made anew.
 * Only the chunks around the change are, and those in a run of equal elements that the
 * change begins.
 */
export const splice = (row: readonly Term[], change: Splice, terms: Terms): Spliced => {
  const { chunk, at, removed, inserted } = change;
  // What was the first of its chunk may begin none any more.
  const from = at === 0 && chunk > 0 ? chunk - 1 : chunk;
  const elements: Term[] = [];
  if (from < chunk) for (const kid of kidsOf(row[from]!)) elements.push(kid);
  for (const kid of kidsOf(row[chunk]!).slice(0, at)) elements.push(kid);
  for (const term of inserted) elements.push(term);
  let to = chunk;
  for (let left = removed + at; to < row.length && (left > 0 || to === chunk); to++) {
    const kids = kidsOf(row[to]!);
    for (let i = left; i < kids.length; i++) elements.push(kids[i]!);
    left = Math.max(0, left - kids.length);
  }
  const ordinal = ordinalBefore(row, from);
  // As long as the next chunk goes on with a run, or did, its ordinals may differ.
  const lastOld = (): Term => kidsOf(row[to - 1]!).at(-1)!;
  while (to < row.length) {
    const first = kidsOf(row[to]!)[0]!;
    if (first !== lastOld() && first !== elements.at(-1)) break;
    for (const kid of kidsOf(row[to++]!)) elements.push(kid);
  }
  const fresh: Term[] = [];
  for (const [start, end] of runs(edgesOf(elements, ordinal), 0))
    fresh.push(chunkTerm(elements.slice(start, end), 0, terms));
  return { row: [...row.slice(0, from), ...fresh, ...row.slice(to)], from, to, end: from + fresh.length };
};

/** The kids of the list with these lowest chunks. O(chunks). */
export const listAbove = (row: readonly Term[], terms: Terms): readonly Term[] => {
  const edges: number[] = [];
  let run = 0;
  for (const [index, chunk] of row.entries()) {
    const kids = kidsOf(chunk);
    const first = kids[0]!;
    const last = index === 0 ? null : kidsOf(row[index - 1]!).at(-1)!;
    edges.push(edgeOf(first, first === last ? run : 0));
    run = runAtEnd(kids, first === last ? run : 0);
  }
  return stacked(row, edges, 1, (kids, level) => chunkTerm(kids, level, terms));
};

/** How many elements like the last one end these; with `before` more if it is all of them. */
const runAtEnd = (kids: readonly Term[], before: number): number => {
  let run = 1;
  while (run < kids.length && kids[kids.length - 1 - run] === kids[kids.length - 1]) run++;
  return run === kids.length ? run + before : run;
};

/** The ordinal of the first element of a chunk in its run. */
const ordinalBefore = (row: readonly Term[], chunk: number): number => {
  const first = kidsOf(row[chunk]!)[0]!;
  let ordinal = 0;
  for (let at = chunk - 1; at >= 0; at--) {
    const kids = kidsOf(row[at]!);
    if (kids.at(-1) !== first) break;
    const run = runAtEnd(kids, 0);
    ordinal += run;
    if (run < kids.length) break;
  }
  return ordinal;
};
