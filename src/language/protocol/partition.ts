/**
 * The coarsest partition of a labelled graph that is stable: nodes of one block have
 * equal kinds, and equal labels lead from them into equal blocks. For graphs in which a
 * node has at most one edge of a label, in O(m log n).
 *
 * After A. Valmari, "Fast brief practical DFA minimization" (2012).
 */

/** A directed graph; edge `e` goes from `tail[e]` to `head[e]` and is called `label[e]`. */
export interface LabelledGraph {
  /** Of each node: what must be equal from the beginning. */
  readonly kind: readonly number[];
  readonly tail: readonly number[];
  readonly label: readonly number[];
  readonly head: readonly number[];
}

/** Sets that can be split by marking some of their elements. */
class Refinable {
  /** The elements, those of one set side by side. */
  readonly elements: Int32Array;
  readonly first: Int32Array;
  readonly past: Int32Array;
  readonly setOf: Int32Array;
  readonly #place: Int32Array;
  readonly #marked: Int32Array;
  readonly #touched: number[] = [];
  sets: number;

  constructor(keys: ArrayLike<number>) {
    const size = keys.length;
    this.elements = Int32Array.from({ length: size }, (_, i) => i).sort((a, b) => keys[a]! - keys[b]!);
    this.first = new Int32Array(size);
    this.past = new Int32Array(size);
    this.setOf = new Int32Array(size);
    this.#place = new Int32Array(size);
    this.#marked = new Int32Array(size);
    this.sets = 0;
    for (let i = 0; i < size; i++) {
      const element = this.elements[i]!;
      if (i === 0 || keys[element] !== keys[this.elements[i - 1]!]) this.first[this.sets++] = i;
      this.setOf[element] = this.sets - 1;
      this.past[this.sets - 1] = i + 1;
      this.#place[element] = i;
    }
  }

  /** Marks an element that is not marked. */
  mark(element: number): void {
    const set = this.setOf[element]!;
    const from = this.#place[element]!;
    const to = this.first[set]! + this.#marked[set]!;
    const other = this.elements[to]!;
    this.elements[from] = other;
    this.#place[other] = from;
    this.elements[to] = element;
    this.#place[element] = to;
    if (this.#marked[set] === 0) this.#touched.push(set);
    this.#marked[set]!++;
  }

  /** Splits every set into its marked and its other elements; the smaller part is the new set. */
  split(): void {
    for (let set = this.#touched.pop(); set !== undefined; set = this.#touched.pop()) {
      const border = this.first[set]! + this.#marked[set]!;
      const all = border === this.past[set]!;
      const markedAreFewer = this.#marked[set]! <= this.past[set]! - border;
      this.#marked[set] = 0;
      if (all) continue;
      const made = this.sets++;
      if (markedAreFewer) {
        this.first[made] = this.first[set]!;
        this.past[made] = border;
        this.first[set] = border;
      } else {
        this.first[made] = border;
        this.past[made] = this.past[set]!;
        this.past[set] = border;
      }
      for (let i = this.first[made]!; i < this.past[made]!; i++) this.setOf[this.elements[i]!] = made;
    }
  }
}

/** The block of each node. */
export const coarsestPartition = (graph: LabelledGraph): Int32Array => {
  const blocks = new Refinable(graph.kind);
  // Cords are sets of edges with one label that end in one block.
  const cords = new Refinable(graph.label);
  const { starts, edges } = byHead(graph);
  let block = 1;
  for (let cord = 0; cord < cords.sets || block < blocks.sets; ) {
    if (block < blocks.sets) {
      for (let i = blocks.first[block]!; i < blocks.past[block]!; i++) {
        const node = blocks.elements[i]!;
        for (let e = starts[node]!; e < starts[node + 1]!; e++) cords.mark(edges[e]!);
      }
      cords.split();
      block++;
      continue;
    }
    for (let i = cords.first[cord]!; i < cords.past[cord]!; i++) blocks.mark(graph.tail[cords.elements[i]!]!);
    blocks.split();
    cord++;
  }
  return blocks.setOf;
};

/** Edges by the node they lead to. */
const byHead = (graph: LabelledGraph): { starts: Int32Array; edges: Int32Array } => {
  const starts = new Int32Array(graph.kind.length + 1);
  for (const head of graph.head) starts[head + 1]!++;
  for (let i = 1; i < starts.length; i++) starts[i]! += starts[i - 1]!;
  const next = starts.slice();
  const edges = new Int32Array(graph.head.length);
  for (let e = 0; e < graph.head.length; e++) edges[next[graph.head[e]!]!++] = e;
  return { starts, edges };
};
