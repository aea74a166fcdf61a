/**
 * A persistent sequence for wide nodes, as a balanced tree whose shape depends on its
 * contents alone. An element starts a chunk at level h iff it starts one at every
 * level below and mix(hash of its identity, h) < 2³²/8; so chunks hold 8 elements on
 * average, one insertion makes about one new node a level, and two ways of editing that
 * reach one sequence reach one shape. In a run of equal identities the ordinal is mixed
 * in, else the run would be one chunk or all boundaries. There is no maximum size: it
 * would bring back the cascade that content-defined boundaries avoid. Eight, since the
 * chunk of an element taken at random is twice as long as the mean, and is gone through
 * at each level: of 16 it takes a fifth longer, of 4 there are too many levels.
 *
 * Cost, with d levels ≈ log₈ n: get, update, splice of k elements O(8·d + k); the
 * leading run of equal identities behind a splice is chunked again. One element that
 * comes, goes or changes makes one path of d new nodes, and few more where it begins a chunk.
 *
 * After the content-defined chunking of LBFS and the memoryless trees of "prolly"
 * databases.
 */
import { firstFrom } from "./search.ts";
import {
  type Branch,
  build,
  concat,
  drop,
  final,
  firstLeaf,
  isLeaf,
  leadingRun,
  rootOf,
  type SeqKind,
  type SeqNode,
  take,
  trailingRun,
} from "./seq-node.ts";
import { patch, rowOf } from "./seq-patch.ts";

/** A persistent sequence whose shape depends on its items alone. `M`: what is measured of them. */
export class Seq<T, M> {
  readonly kind: SeqKind<T, M>;
  readonly root: SeqNode<T, M> | null;

  private constructor(kind: SeqKind<T, M>, root: SeqNode<T, M> | null) {
    this.kind = kind;
    this.root = root;
  }

  static from<T, M>(kind: SeqKind<T, M>, items: readonly T[]): Seq<T, M> {
    return new Seq(kind, build(kind, items, 0));
  }

  get length(): number {
    return this.root?.count ?? 0;
  }

  get measure(): M {
    return this.root?.measure ?? this.kind.measure.empty;
  }

  get(index: number): T | undefined {
    let node = this.root;
    if (node === null || index < 0 || index >= node.count) return undefined;
    let at = index;
    while (!isLeaf(node)) {
      let i = 0;
      while (at >= node.children[i]!.count) at -= node.children[i++]!.count;
      node = node.children[i]!;
    }
    return node.items[at];
  }

  /** The measure of the elements before `index`. */
  measureBefore(index: number): M {
    const { of, empty, combine } = this.kind.measure;
    let measure = empty;
    let node = this.root;
    if (node === null || index <= 0) return measure;
    if (index >= node.count) return node.measure;
    let at = index;
    while (!isLeaf(node)) {
      let i = 0;
      while (at >= node.children[i]!.count) {
        measure = combine(measure, node.children[i]!.measure);
        at -= node.children[i++]!.count;
      }
      node = node.children[i]!;
    }
    for (let i = 0; i < at; i++) measure = combine(measure, of(node.items[i]!));
    return measure;
  }

  /**
   * The first index at which `reached` holds for the measure of all up to and with that
   * element; the length where it never does. `reached` must be monotone.
   */
  search(reached: (measure: M) => boolean): number {
    let node = this.root;
    const { of, empty, combine } = this.kind.measure;
    let measure = empty;
    if (node === null || !reached(node.measure)) return this.length;
    let index = 0;
    while (!isLeaf(node)) {
      let i = 0;
      for (;;) {
        const next = combine(measure, node.children[i]!.measure);
        if (reached(next)) break;
        measure = next;
        index += node.children[i++]!.count;
      }
      node = node.children[i]!;
    }
    for (const item of node.items) {
      measure = combine(measure, of(item));
      if (reached(measure)) break;
      index++;
    }
    return index;
  }

  /** In a sequence sorted by `compare`: the first index whose element is not before the sought. */
  lowerBound(isBefore: (item: T) => boolean): number {
    if (this.root === null) return 0;
    let node: SeqNode<T, M> = this.root;
    let index = 0;
    while (!isLeaf(node)) {
      const { children }: Branch<T, M> = node;
      // The last child that begins before the sought, or the first.
      const i = Math.max(0, firstFrom(children.length, (child) => !isBefore(children[child]!.first)) - 1);
      for (let k = 0; k < i; k++) index += children[k]!.count;
      node = children[i]!;
    }
    const { items } = node;
    return index + firstFrom(items.length, (item) => !isBefore(items[item]!));
  }

  /** Replaces `removed` elements at `index` by `items`. */
  splice(index: number, removed: number, items: readonly T[]): Seq<T, M> {
    if (removed === 0 && items.length === 0) return this;
    const { kind } = this;
    if (removed <= 1 && items.length <= 1 && index + removed <= this.length && this.root !== null) {
      const patched = patch(kind, this.root, index, { removed: removed as 0 | 1, item: items[0] });
      if (patched !== undefined) return new Seq(kind, rootOf(kind, rowOf(patched, this.root.level)));
    }
    const left = this.root === null ? null : take(kind, this.root, index);
    let right = this.root === null ? null : drop(kind, this.root, index + removed);
    let middle = items;
    // Where a run of equal identities is cut or met, its ordinals change: chunk it anew.
    const last = items.length > 0 ? items[items.length - 1]! : left === null ? undefined : final(left);
    if (right !== null) {
      const head = right.first;
      const cut = firstLeaf(right).ordinal > 0;
      if (cut || (last !== undefined && kind.hash(last) === kind.hash(head))) {
        const run = leadingRun(kind, right);
        middle = [...items, ...run];
        right = drop(kind, right, run.length);
      }
    }
    const before = left === null ? 0 : trailingRun(kind, left, middle);
    const mid = build(kind, middle, before);
    return new Seq(kind, concat(kind, concat(kind, left, mid), right));
  }

  *[Symbol.iterator](): Iterator<T> {
    const stack: SeqNode<T, M>[] = this.root === null ? [] : [this.root];
    for (let node = stack.pop(); node !== undefined; node = stack.pop()) {
      if (isLeaf(node)) yield* node.items;
      else for (let i = node.children.length - 1; i >= 0; i--) stack.push(node.children[i]!);
    }
  }
}
