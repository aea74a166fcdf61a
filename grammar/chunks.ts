/**
 * Long lists as balanced trees whose shape depends on the elements alone, so that one
 * element more or less makes a few new terms and leaves the others. The boundaries are
 * those of `Seq`: an element starts a chunk at a level iff its mixed hash says so at this
 * level and at all below; in a run of equal elements the ordinal is mixed in.
 */
import { mix } from "../src/core/hash.ts";
import type { Term, Terms } from "../src/core/term.ts";
import { ParseNode } from "./parse-node.ts";

/** Lists up to this length are not chunked. */
export const LONGEST = 32;
const BOUNDARY = 0x10000000;

/** The elements, or the chunks of the highest level that has more than a few. All interned. */
export const chunked = (elements: readonly ParseNode[], terms: Terms): readonly ParseNode[] => {
  if (elements.length <= LONGEST) return elements;
  const edges = edgesOf(
    elements.map(({ term }) => term!),
    0,
  );
  return stacked(elements, edges, 0, (children, level) => chunkDraft(children, level, terms));
};

/** The highest row over `row`, of level `level`: `edges` say where those above begin. */
const stacked = <Node>(
  row: readonly Node[],
  edges: readonly number[],
  level: number,
  chunk: (children: readonly Node[], level: number) => Node,
): readonly Node[] => {
  let [children, starts] = [row, edges];
  for (let at = level; children.length > LONGEST; at++) {
    const next: Node[] = [];
    const nextStarts: number[] = [];
    for (const [start, end] of runs(starts, at)) {
      next.push(chunk(children.slice(start, end), at));
      nextStarts.push(starts[start]!);
    }
    [children, starts] = [next, nextStarts];
  }
  return children;
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

const chunkTerm = (children: readonly Term[], level: number, terms: Terms): Term =>
  terms.intern({ _tag: "Chunk", level, children });

const chunkDraft = (children: readonly ParseNode[], level: number, terms: Terms): ParseNode => {
  const node = new ParseNode(
    { _tag: "Chunk", level, children },
    children[0]!.start,
    children[children.length - 1]!.end,
  );
  node.depth = children.reduce((depth, child) => Math.max(depth, child.depth), 0);
  node.term = chunkTerm(
    children.map((child) => child.term!),
    level,
    terms,
  );
  return node;
};

/** The term of a list of any length. */
export const listOf = (elements: readonly Term[], terms: Terms): Term => {
  const children =
    elements.length <= LONGEST
      ? elements
      : stacked(elements, edgesOf(elements, 0), 0, (some, level) => chunkTerm(some, level, terms));
  return terms.intern({ _tag: "List", children });
};

const childrenOf = (chunk: Term): readonly Term[] => chunk.node.children as readonly Term[];

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
  if (from < chunk) for (const child of childrenOf(row[from]!)) elements.push(child);
  for (const child of childrenOf(row[chunk]!).slice(0, at)) elements.push(child);
  for (const term of inserted) elements.push(term);
  let to = chunk;
  for (let left = removed + at; to < row.length && (left > 0 || to === chunk); to++) {
    const children = childrenOf(row[to]!);
    for (let i = left; i < children.length; i++) elements.push(children[i]!);
    left = Math.max(0, left - children.length);
  }
  const ordinal = ordinalBefore(row, from);
  // As long as the next chunk goes on with a run, or did, its ordinals may differ.
  const lastOld = (): Term => childrenOf(row[to - 1]!).at(-1)!;
  while (to < row.length) {
    const first = childrenOf(row[to]!)[0]!;
    if (first !== lastOld() && first !== elements.at(-1)) break;
    for (const child of childrenOf(row[to++]!)) elements.push(child);
  }
  const fresh: Term[] = [];
  for (const [start, end] of runs(edgesOf(elements, ordinal), 0))
    fresh.push(chunkTerm(elements.slice(start, end), 0, terms));
  return { row: [...row.slice(0, from), ...fresh, ...row.slice(to)], from, to, end: from + fresh.length };
};

/** The children of the list with these lowest chunks. O(chunks). */
export const listAbove = (row: readonly Term[], terms: Terms): readonly Term[] => {
  const edges: number[] = [];
  let run = 0;
  for (const [index, chunk] of row.entries()) {
    const children = childrenOf(chunk);
    const first = children[0]!;
    const last = index === 0 ? null : childrenOf(row[index - 1]!).at(-1)!;
    edges.push(edgeOf(first, first === last ? run : 0));
    run = runAtEnd(children, first === last ? run : 0);
  }
  return stacked(row, edges, 1, (children, level) => chunkTerm(children, level, terms));
};

/** How many elements like the last one end these; with `before` more if it is all of them. */
const runAtEnd = (children: readonly Term[], before: number): number => {
  let run = 1;
  while (run < children.length && children[children.length - 1 - run] === children[children.length - 1])
    run++;
  return run === children.length ? run + before : run;
};

/** The ordinal of the first element of a chunk in its run. */
const ordinalBefore = (row: readonly Term[], chunk: number): number => {
  const first = childrenOf(row[chunk]!)[0]!;
  let ordinal = 0;
  for (let at = chunk - 1; at >= 0; at--) {
    const children = childrenOf(row[at]!);
    if (children.at(-1) !== first) break;
    const run = runAtEnd(children, 0);
    ordinal += run;
    if (run < children.length) break;
  }
  return ordinal;
};
