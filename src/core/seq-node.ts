/** The nodes of a sequence (see `seq.ts`): how they are cut, joined and chunked. */
import { mix } from "./hash.ts";

/** A monoid over elements: `combine` is associative, `empty` its unit. */
export interface Measure<T, M> {
  readonly of: (item: T) => M;
  readonly empty: M;
  readonly combine: (a: M, b: M) => M;
}

/** Where nothing is to be measured: how many elements there are is known anyway. */
export const unmeasured: Measure<unknown, null> = { of: () => null, empty: null, combine: () => null };

const isUnmeasured = (measure: unknown): boolean => measure === unmeasured;

/** What a sequence must know of its items. */
export interface SeqKind<T, M> {
  /** Of the element's identity: what stays when its content is edited. */
  readonly hash: (item: T) => number;
  readonly measure: Measure<T, M>;
}

/** What is asked of each child of a node comes first: so it lies together. */
interface NodeBase<T, M> {
  readonly count: number;
  /** What a fold remembers of it; null while it has not been here. */
  memo: unknown;
  /** Mixed hash of the first element: whether the node can start a chunk. */
  readonly edge: number;
  readonly first: T;
  readonly measure: M;
}
/** A node of the lowest level. */
export interface Leaf<T, M> extends NodeBase<T, M> {
  readonly level: 0;
  readonly items: readonly T[];
  /** Of the first item in its run of equal identities. */
  readonly ordinal: number;
}
/** A node above others. */
export interface Branch<T, M> extends NodeBase<T, M> {
  readonly level: number;
  readonly children: Row<T, M>;
}
/** A node of a sequence. */
export type SeqNode<T, M> = Leaf<T, M> | Branch<T, M>;

/** Nodes of one level that follow each other. */
export type Row<T, M> = readonly SeqNode<T, M>[];

/** Whether a node holds items. */
export const isLeaf = <T, M>(node: SeqNode<T, M>): node is Leaf<T, M> => node.level === 0;

/** Whether an item with this edge begins a chunk of the level: one in eight does. */
export const boundary = (edge: number, level: number): boolean => mix(edge, level) < 2 ** 32 / 8;

/** The leftmost leaf below a node. */
export const firstLeaf = <T, M>(node: SeqNode<T, M>): Leaf<T, M> => {
  let at = node;
  while (!isLeaf(at)) at = at.children[0]!;
  return at;
};

/** The last item below a node. */
export const final = <T, M>(node: SeqNode<T, M>): T => {
  let at = node;
  while (!isLeaf(at)) at = at.children[at.children.length - 1]!;
  return at.items[at.items.length - 1]!;
};

/** The elements at the front whose identity is that of the first. */
export const leadingRun = <T, M>(kind: SeqKind<T, M>, root: SeqNode<T, M>): T[] => {
  const run: T[] = [];
  const identity = kind.hash(root.first);
  const stack: SeqNode<T, M>[] = [root];
  for (let node = stack.pop(); node !== undefined; node = stack.pop()) {
    if (!isLeaf(node)) {
      for (let i = node.children.length - 1; i >= 0; i--) stack.push(node.children[i]!);
      continue;
    }
    for (const item of node.items) {
      if (kind.hash(item) !== identity) return run;
      run.push(item);
    }
  }
  return run;
};

/** How many elements at the end of `root` have the identity of the first of `next`. */
export const trailingRun = <T, M>(kind: SeqKind<T, M>, root: SeqNode<T, M>, next: readonly T[]): number => {
  if (next.length === 0) return 0;
  const identity = kind.hash(next[0]!);
  let run = 0;
  const stack: SeqNode<T, M>[] = [root];
  for (let node = stack.pop(); node !== undefined; node = stack.pop()) {
    if (!isLeaf(node)) {
      for (const child of node.children) stack.push(child);
      continue;
    }
    for (let i = node.items.length - 1; i >= 0; i--) {
      if (kind.hash(node.items[i]!) !== identity) return run;
      run++;
    }
  }
  return run;
};

/** Signed: a larger number would be an object of its own in each node. */
const edgeOf = (hash: number, ordinal: number): number => (ordinal === 0 ? hash : mix(hash, ordinal)) | 0;

const measureOf = <T, M>({ measure }: SeqKind<T, M>, items: readonly T[]): M => {
  const { of, empty, combine } = measure;
  if (isUnmeasured(measure)) return empty;
  let total = of(items[0]!);
  for (let i = 1; i < items.length; i++) total = combine(total, of(items[i]!));
  return total;
};

const totalOf = <T, M>({ measure }: SeqKind<T, M>, children: Row<T, M>): M => {
  const { empty, combine } = measure;
  if (isUnmeasured(measure)) return empty;
  let total = children[0]!.measure;
  for (let i = 1; i < children.length; i++) total = combine(total, children[i]!.measure);
  return total;
};

/** A leaf of items, of which there is at least one. */
export const makeLeaf = <T, M>(kind: SeqKind<T, M>, items: readonly T[], ordinal: number): Leaf<T, M> => {
  const first = items[0]!;
  const edge = edgeOf(kind.hash(first), ordinal);
  const measure = measureOf(kind, items);
  return { count: items.length, memo: null, edge, level: 0, items, first, measure, ordinal };
};

/** A branch of nodes of one level, of which there is at least one. */
export const makeBranch = <T, M>(kind: SeqKind<T, M>, children: Row<T, M>): Branch<T, M> => {
  let count = 0;
  for (let i = 0; i < children.length; i++) count += children[i]!.count;
  return branchOf(kind, children, count);
};

/** The same where the number of items below is known. */
export const branchOf = <T, M>(kind: SeqKind<T, M>, children: Row<T, M>, count: number): Branch<T, M> => {
  const { level, first, edge } = children[0]!;
  return { count, memo: null, edge, level: level + 1, children, first, measure: totalOf(kind, children) };
};

/** Chunks of the level above from nodes of one level that follow each other. */
export const group = <T, M>(kind: SeqKind<T, M>, row: Row<T, M>): Row<T, M> => {
  if (row.length === 0) return row;
  const level = row[0]!.level + 1;
  const chunks: SeqNode<T, M>[] = [];
  let start = 0;
  for (let i = 1; i <= row.length; i++) {
    if (i < row.length && !boundary(row[i]!.edge, level)) continue;
    chunks.push(makeBranch(kind, row.slice(start, i)));
    start = i;
  }
  return chunks;
};

/** The lowest node that holds everything: grouped until one is left, without what holds only one. */
export const rootOf = <T, M>(kind: SeqKind<T, M>, row: Row<T, M>): SeqNode<T, M> | null => {
  if (row.length === 0) return null;
  let nodes = row;
  while (nodes.length > 1) nodes = group(kind, nodes);
  let root = nodes[0]!;
  while (!isLeaf(root) && root.children.length === 1) root = root.children[0]!;
  return root;
};

/** `before`: how many of the first identity precede `items`. */
export const build = <T, M>(
  kind: SeqKind<T, M>,
  items: readonly T[],
  before: number,
): SeqNode<T, M> | null => {
  if (items.length === 0) return null;
  const leaves: Leaf<T, M>[] = [];
  let start = 0;
  let startOrdinal = before;
  let ordinal = before;
  let previous = kind.hash(items[0]!);
  for (let i = 1; i < items.length; i++) {
    const hash = kind.hash(items[i]!);
    ordinal = hash === previous ? ordinal + 1 : 0;
    previous = hash;
    if (!boundary(edgeOf(hash, ordinal), 0)) continue;
    leaves.push(makeLeaf(kind, items.slice(start, i), startOrdinal));
    start = i;
    startOrdinal = ordinal;
  }
  leaves.push(makeLeaf(kind, items.slice(start), startOrdinal));
  return rootOf(kind, leaves);
};

/** The first `count` items; null of none. */
export const take = <T, M>(kind: SeqKind<T, M>, node: SeqNode<T, M>, count: number): SeqNode<T, M> | null => {
  if (count <= 0) return null;
  if (count >= node.count) return node;
  if (isLeaf(node)) return makeLeaf(kind, node.items.slice(0, count), node.ordinal);
  let i = 0;
  let at = count;
  while (at > node.children[i]!.count) at -= node.children[i++]!.count;
  return makeBranch(kind, [...node.children.slice(0, i), take(kind, node.children[i]!, at)!]);
};

/** All but the first `count` items; null of none. */
export const drop = <T, M>(kind: SeqKind<T, M>, node: SeqNode<T, M>, count: number): SeqNode<T, M> | null => {
  if (count <= 0) return node;
  if (count >= node.count) return null;
  if (isLeaf(node)) {
    const identity = kind.hash(node.items[count]!);
    let back = count;
    while (back > 0 && kind.hash(node.items[back - 1]!) === identity) back--;
    const ordinal = count - back + (back === 0 ? node.ordinal : 0);
    return makeLeaf(kind, node.items.slice(count), ordinal);
  }
  let i = 0;
  let at = count;
  while (at >= node.children[i]!.count) at -= node.children[i++]!.count;
  return makeBranch(kind, [drop(kind, node.children[i]!, at)!, ...node.children.slice(i + 1)]);
};

/** Joins two nodes of one level into the one or two chunks that they make there. */
export const join = <T, M>(kind: SeqKind<T, M>, a: SeqNode<T, M>, b: SeqNode<T, M>): Row<T, M> => {
  if (isLeaf(a) || isLeaf(b)) {
    const [left, right] = [a as Leaf<T, M>, b as Leaf<T, M>];
    if (boundary(right.edge, 0)) return [a, b];
    return [makeLeaf(kind, [...left.items, ...right.items], left.ordinal)];
  }
  const middle = join(kind, a.children[a.children.length - 1]!, b.children[0]!);
  const [left, right] = [a.children.slice(0, -1), b.children.slice(1)];
  if (middle.length === 2 && boundary(b.edge, a.level)) {
    return [
      middle[0] === a.children[a.children.length - 1] ? a : makeBranch(kind, [...left, middle[0]!]),
      middle[1] === b.children[0] ? b : makeBranch(kind, [middle[1]!, ...right]),
    ];
  }
  return [makeBranch(kind, [...left, ...middle, ...right])];
};

/** The items of two nodes one behind the other, chunked as if they had come so. */
export const concat = <T, M>(
  kind: SeqKind<T, M>,
  a: SeqNode<T, M> | null,
  b: SeqNode<T, M> | null,
): SeqNode<T, M> | null => {
  if (a === null) return b === null ? null : rootOf(kind, [b]);
  if (b === null) return rootOf(kind, [a]);
  let [left, right] = [a, b];
  while (left.level < right.level) left = makeBranch(kind, [left]);
  while (right.level < left.level) right = makeBranch(kind, [right]);
  return rootOf(kind, join(kind, left, right));
};
