/**
 * A change of one element of a sequence (see `seq.ts`) that leaves all chunks beginning
 * where they began: most changes of one are such, and cost one new path.
 */
import { boundary, branchOf, isLeaf, type Leaf, makeLeaf, type SeqKind, type SeqNode } from "./seq-node.ts";

/** A copy without `removed` items at `at`, and with `item` there, if there is one: no longer than it must be. */
const spliced = <I>(items: readonly I[], at: number, removed: 0 | 1, item: I | undefined): readonly I[] => {
  if (removed === 1 && item !== undefined) {
    const copy = items.slice();
    copy[at] = item;
    return copy;
  }
  return item === undefined ? items.toSpliced(at, removed) : items.toSpliced(at, removed, item);
};

/** A change of at most one element into at most one. */
export interface Patch<T> {
  readonly removed: 0 | 1;
  readonly item: T | undefined;
}

/**
 * The tree after a patch at `index`, where all chunks begin where they began: then only
 * one path is new. Null where that is not so, or hard to tell. `next`: what stands right
 * of `node`. `isFirst`: nothing stands left of it.
 */
export const patch = <T, M>(
  kind: SeqKind<T, M>,
  node: SeqNode<T, M>,
  index: number,
  change: Patch<T>,
  next: SeqNode<T, M> | null = null,
  isFirst = true,
): SeqNode<T, M> | null => {
  if (isLeaf(node)) return patchLeaf(kind, node, index, change, next, isFirst);
  const { kids } = node;
  const { removed } = change;
  let i = 0;
  let at = index;
  // What is put in between two chunks is the end of the first, unless it begins one.
  for (; at + removed > kids[i]!.count; i++) at -= kids[i]!.count;
  const after = i + 1 < kids.length ? kids[i + 1]! : next;
  const kid = patch(kind, kids[i]!, at, change, after, isFirst && i === 0);
  if (kid === null) return null;
  return branchOf(kind, spliced(kids, i, 1, kid), node.count - kids[i]!.count + kid.count);
};

const patchLeaf = <T, M>(
  kind: SeqKind<T, M>,
  leaf: Leaf<T, M>,
  at: number,
  { removed, item }: Patch<T>,
  next: SeqNode<T, M> | null,
  isFirst: boolean,
): Leaf<T, M> | null => {
  const { items } = leaf;
  const old = removed === 1 ? items[at]! : undefined;
  const hash = item === undefined ? 0 : kind.hash(item);
  if (old !== undefined && item !== undefined && kind.hash(old) === hash) {
    return makeLeaf(kind, spliced(items, at, 1, item), leaf.ordinal);
  }
  const length = items.length - removed + (item === undefined ? 0 : 1);
  if (length === 0 || (at === 0 && !isFirst)) return null;
  if (item !== undefined && at > 0 && boundary(hash, 0)) return null;
  const before = at > 0 ? items[at - 1]! : undefined;
  const after = at + removed < items.length ? items[at + removed]! : next === null ? undefined : next.first;
  // What was first may be so only because nothing came before it.
  if (at === 0 && removed === 0 && boundary(leaf.edge, 0)) return null;
  // Where runs of equal identities are cut or joined, ordinals change.
  if (after !== undefined) {
    const behind = kind.hash(after);
    if (old !== undefined && kind.hash(old) === behind) return null;
    if (item !== undefined && hash === behind) return null;
    if (before !== undefined && kind.hash(before) === behind) return null;
  }
  if (before !== undefined && item !== undefined && kind.hash(before) === hash) return null;
  return makeLeaf(kind, spliced(items, at, removed, item), at === 0 ? 0 : leaf.ordinal);
};
